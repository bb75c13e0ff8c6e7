#include "instruments/gateway/Station.h"

#include <Poco/DateTimeFormatter.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7.h"
#include "instruments/gateway/Digest.h"
#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"
#include "instruments/transport/TcpServer.h"

namespace touchstone::instruments {
namespace {

constexpr std::string_view nak("\x15");  // E1381: send it again

std::string_view formatOf(Protocol protocol) {
    switch (protocol) {
        case Protocol::Astm:
            return "astm";
        case Protocol::Mllp:
            return "hl7";
        case Protocol::Line:
            return "unframed";  // what a line means only its device knows
        case Protocol::Sics:
            return "sics";
        case Protocol::Sbi:
            return "sbi";
        case Protocol::File:
        case Protocol::Http:
            break;
    }
    return "unframed";
}

std::unique_ptr<Link> linkOf(const InstrumentSettings& settings) {
    const AstmSettings& limits = settings.astm;
    if (settings.protocol == Protocol::Mllp) {
        return std::make_unique<MllpLink>(MllpSettings{limits.maxMessage, limits.silence, settings.commitBlocks});
    }
    if (settings.protocol == Protocol::Line) {
        LineSettings line = settings.line;
        line.maxLine = limits.maxFrame;
        return std::make_unique<LineReceiver>(line);
    }
    if (settings.protocol == Protocol::Sics || settings.protocol == Protocol::Sbi) {
        BalanceSettings balance = settings.balance;
        balance.dialect = settings.protocol == Protocol::Sics ? BalanceDialect::Sics : BalanceDialect::Sbi;
        return std::make_unique<BalanceLink>(balance);
    }
    return std::make_unique<AstmLink>(limits);
}

/// MSH-10 of our answers: at most 20 characters, never twice.
std::string answerId() {
    static std::atomic<std::uint32_t> count = 0;
    const std::string number = std::to_string(1'000'000 + count++ % 1'000'000).substr(1);
    return Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y%m%d%H%M%S") + number;
}

struct Answer {
    std::string bytes;
    bool positive = false;
};

/// The answers that the message asks for, behind what the link itself replies.
Answer hl7Answer(const LinkEvent& event, bool stored, bool always) {
    const bool good = stored && event.state == MessageState::Complete && isHl7(event.bytes);
    const std::string now = Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y%m%d%H%M%S");
    std::string text = good ? "Message accepted" : event.note;
    if (!stored) text = "Cannot be stored now, send again later";
    Answer answer{stored ? event.reply : event.refusal, false};
    std::vector<AckCode> codes = hl7AcksWanted(event.bytes, good);
    if (codes.empty() && always) codes.push_back(good ? AckCode::AA : AckCode::AR);
    for (const AckCode code : codes) {
        answer.bytes += mllpFrame(hl7Ack(event.bytes, code, text, answerId(), now));
    }
    answer.positive = good && !answer.bytes.empty();
    return answer;
}

/// StationCounts under a lock: many connections write, whoever asks for the status reads.
class Tally {
public:
    void heard() {
        const std::lock_guard guard(mutex_);
        heard_ = wallNow();
    }
    void took(const Handled& handled) {
        const std::lock_guard guard(mutex_);
        heard_ = wallNow();
        ++counts_.messages;
        if (handled.acknowledged) ++counts_.acknowledged;
        if (handled.stored.duplicate) ++counts_.repeated;
        if (!handled.acknowledged && !handled.stored.duplicate) ++counts_.refused;
    }
    void refused() {
        const std::lock_guard guard(mutex_);
        ++counts_.refused;
    }
    void failed(const std::string& what) {
        const std::lock_guard guard(mutex_);
        ++counts_.faults;
        counts_.lastFault = what;
        counts_.lastFaultAt = rfc3339(wallNow());
    }
    [[nodiscard]] StationCounts counts() const {
        const std::lock_guard guard(mutex_);
        StationCounts counts = counts_;
        if (heard_) counts.lastContact = rfc3339(*heard_);
        return counts;
    }

private:
    mutable std::mutex mutex_;
    StationCounts counts_;
    std::optional<WallTime> heard_;
};

}  // namespace

class Station::Impl {
public:
    Impl(InstrumentSettings settings, Spool& spool, Watch watch, Dialogue* dialogue)
        : settings_(std::move(settings)), spool_(spool), watch_(std::move(watch)), dialogue_(dialogue) {
        if (settings_.protocol == Protocol::File) {
            drop_ = std::make_unique<FileDrop>(settings_.drop, [this](const std::string& name, std::string bytes) {
                storeFile(name, std::move(bytes));
            });
            folder_ = std::make_unique<FolderWatch>(settings_.drop.folder);
            watcher_ = std::thread([this] { watchFolder(); });
        } else {
            endpoint_ = open();
        }
    }

    ~Impl() {
        endpoint_.reset();
        stopping_ = true;
        if (folder_) folder_->wake();
        if (watcher_.joinable()) watcher_.join();
    }

    [[nodiscard]] const InstrumentSettings& settings() const { return settings_; }
    [[nodiscard]] std::string address() const { return endpoint_ ? endpoint_->address() : settings_.drop.folder; }
    [[nodiscard]] std::size_t connections() const { return endpoint_ ? endpoint_->connections() : 0; }
    [[nodiscard]] StationCounts counts() const { return tally_.counts(); }

private:
    std::unique_ptr<Endpoint> open() {
        const bool uploads = settings_.protocol == Protocol::Http;
        const auto handler = [this, uploads](Connection& c) { uploads ? serveFile(c) : serve(c); };
        const auto fault = [this](const std::string& what) { note(what); };
        const std::string& host = settings_.host;
        switch (settings_.wire) {
            case Wire::Connect:
                return std::make_unique<Dialer>(host + ":" + std::to_string(settings_.port),
                                                tcpTo(host, settings_.port, settings_.tls), handler, fault);
            case Wire::Serial:
                return std::make_unique<Dialer>(settings_.serial.device, serialOver(settings_.serial), handler, fault);
            case Wire::Listen:
                break;
        }
        return std::make_unique<TcpServer>(host, settings_.port, handler, settings_.tls,
                                           uploads ? kMostUploads : kMostConnections);
    }

    /// What belongs to one connection.
    struct Session {
        Connection& connection;
        std::unique_ptr<Link> link;
        std::string transfer{};  ///< whose parts are on disk while the message is still coming
        bool troubled = false;   ///< something could not be stored
        std::string stranded{};  ///< the transfer that was broken off by that
    };

    void serve(Connection& connection) {
        try {
            Session session{connection, linkOf(settings_)};
            const Presence presence(dialogue_, session);
            while (!connection.closed()) {
                const std::string bytes = connection.receive();
                const Moment now = std::chrono::steady_clock::now();
                if (!bytes.empty()) tally_.heard();
                if (!bytes.empty()) perform(session.link->feed(bytes, now), session);
                perform(session.link->tick(now), session);
                if (!converse(session, now)) break;
            }
            perform(session.link->close(), session);
            if (session.troubled) recover(session);
        } catch (const std::exception& fault) {
            note(connection.peer() + ": " + fault.what());
        }
    }

    /// The session can be sent to as long as this lives.
    class Presence {
    public:
        Presence(Dialogue* dialogue, const Session& session) : dialogue_(dialogue), session_(session) {
            if (dialogue_ != nullptr) dialogue_->opened(&session_);
        }
        ~Presence() {
            if (dialogue_ != nullptr) dialogue_->closed(&session_);
        }
        Presence(const Presence&) = delete;
        Presence& operator=(const Presence&) = delete;

    private:
        Dialogue* dialogue_;
        const Session& session_;
    };

    /// Gives the link what is to go out; false when the instrument owes an answer for too long.
    bool converse(Session& session, Moment now) {
        if (dialogue_ == nullptr) return true;
        if (dialogue_->overdue(&session, now)) return false;
        while (auto letter = dialogue_->next(&session, now)) {
            perform(session.link->send(std::move(letter->id), letter->bytes, now), session);
        }
        return true;
    }

    /// What cannot be stored is refused where link or format have words for that; else the connection ends without an
    /// answer, and the instrument repeats what it must.
    void perform(const std::vector<LinkEvent>& events, Session& session) {
        const LinkEvent* refused = nullptr;
        for (const LinkEvent& event : events) {
            if (refused != nullptr && !event.refusal.empty()) {
                session.connection.send(event.refusal);
                tally_.refused();
                continue;
            }
            try {
                handle(event, session);
            } catch (const std::exception& fault) {
                const std::string refusal =
                    event.awaited ? hl7Answer(event, false, settings_.answerAlways).bytes : event.refusal;
                if (refusal.empty()) throw;
                note(session.connection.peer() + ": " + fault.what());
                session.connection.send(refusal);
                session.troubled = true;
                if (!session.transfer.empty()) session.stranded = std::exchange(session.transfer, {});
                if (refused == nullptr) refused = &event;
            }
        }
        if (refused != nullptr) session.link->refused(*refused);
    }

    void handle(const LinkEvent& event, Session& session) {
        if (event.kind == LinkEvent::Kind::Message) return storeMessage(event, session);
        if (event.kind == LinkEvent::Kind::Sent || event.kind == LinkEvent::Kind::NotSent) {
            const bool sent = event.kind == LinkEvent::Kind::Sent;
            if (dialogue_ != nullptr) dialogue_->settled(&session, event.id, sent, event.note);
        }
        if (event.kind == LinkEvent::Kind::Part) {
            std::string& transfer = session.transfer;
            if (transfer.empty()) transfer = freshUuid();
            spool_.storePart(transfer, settings_.code, std::string(formatOf(settings_.protocol)), event.bytes);
        } else if (session.troubled && !event.refusal.empty()) {
            recover(session);  // nobody is invited to send before the spool can take something again
        }
        if (event.reply == nak) tally_.refused();
        session.connection.send(event.reply);
    }

    void handled(const Handled& handled) {
        tally_.took(handled);
        watch_.handled(handled);
    }

    void note(const std::string& fault) {
        tally_.failed(fault);
        watch_.fault(settings_.code, fault);
    }

    void recover(Session& session) {
        spool_.recover(session.stranded);
        session.stranded.clear();
        session.troubled = false;
    }

    void storeMessage(const LinkEvent& event, Session& session) {
        const bool unframed = event.state == MessageState::Unframed;
        Dialogue* const dialogue = event.state == MessageState::Complete ? dialogue_ : nullptr;
        if (dialogue != nullptr && dialogue->hears(&session, event.bytes)) {
            session.connection.send(event.reply);
            return;
        }
        Incoming message{.instrument = settings_.code,
                         .protocol = std::string(unframed ? "unframed" : formatOf(settings_.protocol)),
                         .state = event.state,
                         .bytes = event.bytes,
                         .note = event.note};
        message.controlId = controlId(message.protocol, event.bytes);
        Answer answer{event.reply, !event.reply.empty()};
        const auto question = dialogue != nullptr ? dialogue->question(event.bytes) : std::nullopt;
        if (event.awaited && !question) answer = hl7Answer(event, true, settings_.answerAlways);
        if (dialogue != nullptr) message.command = dialogue->readingOf(&session, event.id);
        message.answer = answer.bytes;
        if (!unframed) message.transfer = session.transfer;
        const Stored stored = spool_.store(message);
        if (!unframed) session.transfer.clear();
        const bool sent = session.connection.send(stored.answer);
        handled({message, stored, sent && (answer.positive || question)});
        if (question) dialogue->answer(&session, event.bytes, *question);
    }

    void serveFile(Connection& connection) {
        try {
            UploadSettings upload = settings_.upload;
            upload.maxFile = settings_.astm.maxMessage;
            upload.silence = settings_.astm.silence;
            const std::string fault = serveUpload(connection, upload, [this](const std::string& name, std::string bytes) {
                return storeFile(name, std::move(bytes));
            });
            if (!fault.empty()) note(connection.peer() + ": " + fault);
        } catch (const std::exception& fault) {
            note(connection.peer() + ": " + fault.what());
        }
    }

    Stored storeFile(const std::string& name, std::string bytes) {
        const std::string format = detect(bytes);
        const Incoming message{.instrument = settings_.code,
                               .protocol = format.empty() ? "unframed" : format,
                               .bytes = std::move(bytes),
                               .note = name,
                               .foreverUnique = true};
        Stored stored = spool_.store(message);
        handled({message, stored, true});
        return stored;
    }

    void watchFolder() {
        std::vector<std::string> told;
        while (!stopping_) {
            std::chrono::milliseconds rest = std::chrono::seconds(5);
            std::vector<std::string> faults;
            try {
                FileDrop::Scan scan = drop_->scan(std::chrono::steady_clock::now());
                faults = std::move(scan.faults);
                const std::chrono::milliseconds shortest(10), longest(500);
                if (scan.waiting > 0) rest = std::clamp(settings_.drop.settle, shortest, longest);
            } catch (const std::exception& fault) {
                faults.emplace_back(fault.what());
            }
            if (faults != told) {
                for (const std::string& fault : faults) note(fault);
            }
            told = std::move(faults);
            folder_->wait(rest);
        }
    }

    InstrumentSettings settings_;
    Spool& spool_;
    Watch watch_;
    Tally tally_;
    Dialogue* dialogue_;
    std::atomic<bool> stopping_ = false;
    std::unique_ptr<Endpoint> endpoint_;
    std::unique_ptr<FileDrop> drop_;
    std::unique_ptr<FolderWatch> folder_;
    std::thread watcher_;
};

Station::Station(InstrumentSettings settings, Spool& spool, Watch watch, Dialogue* dialogue)
    : impl_(std::make_unique<Impl>(std::move(settings), spool, std::move(watch), dialogue)) {
}

Station::~Station() = default;

const InstrumentSettings& Station::settings() const {
    return impl_->settings();
}
std::string Station::address() const {
    return impl_->address();
}
std::size_t Station::connections() const {
    return impl_->connections();
}
StationCounts Station::counts() const {
    return impl_->counts();
}

}  // namespace touchstone::instruments
