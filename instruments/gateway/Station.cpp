#include "instruments/gateway/Station.h"

#include <Poco/DateTimeFormatter.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7.h"
#include "instruments/gateway/Digest.h"
#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"
#include "instruments/transport/TcpExchange.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t kMostQuestions = 32;         // of one connection that wait; those before them nobody waits for
constexpr std::string_view nak("\x15");            // E1381: send it again
constexpr std::chrono::milliseconds tickTime(20);  // of the links' timers, which are of seconds

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
std::string answerId(const std::string& now) {
    static std::atomic<std::uint32_t> count = 0;
    return now + std::to_string(1'000'000 + count++ % 1'000'000).substr(1);
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
        answer.bytes += mllpFrame(hl7Ack(event.bytes, code, text, answerId(now), now));
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
    void took(std::span<const Handled> messages) {
        const std::lock_guard guard(mutex_);
        heard_ = wallNow();
        for (const Handled& handled : messages) {
            ++counts_.messages;
            if (handled.acknowledged) ++counts_.acknowledged;
            if (handled.stored.duplicate) ++counts_.repeated;
            if (!handled.acknowledged && !handled.stored.duplicate) ++counts_.refused;
        }
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
        const auto handler = [this, uploads](Connection& connection) {
            if (uploads) return serveFile(connection);
            OneConnection alone(connection);
            serve(alone);
        };
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
        // TLS waits for the other side, an upload for the rest of its file.
        const bool waits = settings_.tls.on || uploads;
        if (!waits)
            return std::make_unique<TcpExchange>(host, settings_.port, [this](Connections& all) { serve(all); });
        return std::make_unique<TcpServer>(host, settings_.port, handler, settings_.tls,
                                           uploads ? kMostUploads : kMostConnections);
    }

    /// The session can be sent to as long as this lives.
    class Presence {
    public:
        Presence(Dialogue* dialogue, Dialogue::Session session) : dialogue_(dialogue), session_(session) {
            if (dialogue_ != nullptr) dialogue_->opened(session_);
        }
        ~Presence() {
            if (dialogue_ != nullptr) dialogue_->closed(session_);
        }
        Presence(const Presence&) = delete;
        Presence& operator=(const Presence&) = delete;

    private:
        Dialogue* dialogue_;
        Dialogue::Session session_;
    };

    /// Of an instrument, for the server.
    struct Question {
        std::string message;
        Query query;
    };

    /// What belongs to one connection.
    struct Session {
        Session(Connection& c, std::unique_ptr<Link> l, Dialogue* dialogue)
            : connection(c), link(std::move(l)), presence(dialogue, this) {}

        [[nodiscard]] bool isAsking() const {
            return asking.valid() && asking.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
        }

        Connection& connection;
        std::unique_ptr<Link> link;
        Presence presence;
        std::string transfer{};            ///< whose parts are on disk while the message is still coming
        bool heard = false;                ///< in this turn
        bool troubled = false;             ///< something could not be stored
        std::string stranded{};            ///< the transfer that was broken off by that
        bool lost = false;                 ///< to be ended without another word
        std::future<void> asking{};        ///< what the instrument wants to know; the server may be slow
        std::deque<Question> questions{};  ///< to be asked when that is answered
    };
    using Sessions = std::map<const Connection*, Session>;

    /// An event with what is to be stored of it.
    struct Act {
        LinkEvent event;
        std::optional<Incoming> incoming{};
        std::optional<Stored> stored{};   ///< once it is on disk
        bool positive = false;            ///< the answer is
        std::optional<Query> question{};  ///< of the instrument
    };

    /// What a connection brought at a time.
    struct Turn {
        Session& session;
        std::vector<Act> acts;
    };

    void serve(Connections& connections) {
        Sessions sessions;
        std::list<Sessions::node_type> left;  // still asking for those that are gone
        Moment ticked{};
        while (!connections.over()) {
            const std::vector<Connections::Heard> heard = connections.receive();
            const Moment now = std::chrono::steady_clock::now();
            take(heard, now, sessions);
            const bool all = now - ticked >= tickTime;
            if (all) ticked = now;
            for (auto& [connection, session] : sessions) {
                if (std::exchange(session.heard, false) || all) attend(session, now);
            }
            for (const auto& [from, bytes] : heard) {
                if (bytes.empty() && from.closed()) finish(sessions.at(&from));
            }
            for (auto at = sessions.begin(); at != sessions.end();) {
                const auto session = at++;
                if (!session->second.lost) continue;
                connections.hangUp(session->second.connection);
                left.push_back(sessions.extract(session));
            }
            std::erase_if(left, [](const auto& session) { return !session.mapped().isAsking(); });
        }
        for (auto& [connection, session] : sessions) finish(session);
    }

    /// What many brought is stored together; then each is answered.
    void take(const std::vector<Connections::Heard>& heard, Moment now, Sessions& sessions) {
        std::vector<Turn> turns;
        for (const Connections::Heard& piece : heard) {
            auto known = sessions.find(&piece.from);
            if (known == sessions.end()) {
                known = sessions.try_emplace(&piece.from, piece.from, linkOf(settings_), dialogue_).first;
            }
            Session& session = known->second;
            session.heard = true;
            if (piece.bytes.empty()) continue;
            tally_.heard();
            guarded(session, [&] { turns.push_back(begin(session.link->feed(piece.bytes, now), session)); });
        }
        storeTogether(turns);
        for (Turn& turn : turns) guarded(turn.session, [&] { perform(turn); });
    }

    /// Runs the timers and gives the link what is to go out; who owes an answer for too long is left.
    void attend(Session& session, Moment now) {
        guarded(session, [&] {
            perform(session.link->tick(now), session);
            if (dialogue_ == nullptr) return;
            if (session.asking.valid() && !session.isAsking()) session.asking.get();
            if (dialogue_->overdue(&session, now)) return finish(session);
            while (auto letter = dialogue_->next(&session, now)) {
                perform(session.link->send(std::move(letter->id), letter->bytes, now), session);
            }
            ask(session);
        });
    }

    void finish(Session& session) {
        guarded(session, [&] {
            perform(session.link->close(), session);
            if (session.troubled) recover(session);
            session.lost = true;
        });
    }

    /// A fault ends its connection without an answer, and the instrument repeats what it must.
    template <class Deed>
    void guarded(Session& session, Deed deed) {
        if (session.lost) return;
        try {
            deed();
        } catch (const std::exception& fault) {
            session.lost = true;
            note(session.connection.peer() + ": " + fault.what());
        }
    }

    Turn begin(std::vector<LinkEvent> events, Session& session) {
        Turn turn{session, {}};
        for (LinkEvent& event : events) {
            Act& act = turn.acts.emplace_back(Act{std::move(event)});
            if (act.event.kind == LinkEvent::Kind::Message) beginMessage(act, session);
            if (act.event.kind == LinkEvent::Kind::Part) {
                act.incoming = {.instrument = settings_.code,
                                .protocol = std::string(formatOf(settings_.protocol)),
                                .bytes = act.event.bytes,
                                .part = true};
            }
        }
        return turn;
    }

    /// An answer to what we said is nothing for the spool.
    void beginMessage(Act& act, Session& session) {
        const LinkEvent& event = act.event;
        Dialogue* const dialogue = event.state == MessageState::Complete ? dialogue_ : nullptr;
        if (dialogue != nullptr && dialogue->hears(&session, event.bytes)) return;
        const bool unframed = event.state == MessageState::Unframed;
        Incoming& message = act.incoming.emplace();
        message.instrument = settings_.code;
        message.protocol = unframed ? "unframed" : formatOf(settings_.protocol);
        message.state = event.state;
        message.bytes = event.bytes;
        message.controlId = controlId(message.protocol, event.bytes);
        message.note = event.note;
        if (dialogue != nullptr) {
            act.question = dialogue->question(event.bytes);
            message.command = dialogue->readingOf(&session, event.id);
        }
        Answer answer{event.reply, !event.reply.empty()};
        if (event.awaited && !act.question) answer = hl7Answer(event, true, settings_.answerAlways);
        message.answer = std::move(answer.bytes);
        act.positive = answer.positive || act.question;
    }

    /// One transaction and one wait for the disk. Where it fails each is stored alone when its turn comes, so that only
    /// what cannot be stored is refused.
    void storeTogether(std::vector<Turn>& turns) {
        std::vector<Act*> acts;
        std::vector<const Incoming*> all;
        std::vector<std::string> transfers;
        for (Turn& turn : turns) {
            transfers.push_back(turn.session.transfer);
            for (Act& act : turn.acts) {
                if (turn.session.troubled || !act.incoming) continue;
                claimParts(act, turn.session);
                releaseParts(act, turn.session);
                acts.push_back(&act);
                all.push_back(&*act.incoming);
            }
        }
        if (all.size() > 1) {
            try {
                std::vector<Stored> stored = spool_.store(all);
                for (std::size_t i = 0; i < acts.size(); ++i) acts[i]->stored = std::move(stored[i]);
                return;
            } catch (const std::exception&) {
                // Whom it concerns is told when it is stored alone.
            }
        }
        for (std::size_t i = 0; i < turns.size(); ++i) turns[i].session.transfer = transfers[i];
    }

    /// A message takes the place of its parts; bytes outside any frame belong to none.
    static void claimParts(Act& act, Session& session) {
        if (act.incoming->part && session.transfer.empty()) session.transfer = freshUuid();
        if (act.event.state != MessageState::Unframed) act.incoming->transfer = session.transfer;
    }
    static void releaseParts(const Act& act, Session& session) {
        if (!act.incoming->part && act.event.state != MessageState::Unframed) session.transfer.clear();
    }

    void perform(std::vector<LinkEvent> events, Session& session) {
        if (events.empty()) return;
        Turn turn = begin(std::move(events), session);
        perform(turn);
    }

    /// What cannot be stored is refused where link or format have words for that; else it is thrown. All replies go out
    /// in one piece.
    void perform(Turn& turn) {
        Session& session = turn.session;
        const LinkEvent* refused = nullptr;
        std::string replies;
        std::exception_ptr lost;
        for (Act& act : turn.acts) {
            const LinkEvent& event = act.event;
            if (refused != nullptr && !event.refusal.empty()) {
                replies += event.refusal;
                tally_.refused();
                continue;
            }
            try {
                replies += handle(act, session);
            } catch (const std::exception& fault) {
                const std::string refusal =
                    event.awaited ? hl7Answer(event, false, settings_.answerAlways).bytes : event.refusal;
                lost = refusal.empty() ? std::current_exception() : nullptr;
                if (lost) break;
                note(session.connection.peer() + ": " + fault.what());
                replies += refusal;
                session.troubled = true;
                if (!session.transfer.empty()) session.stranded = std::exchange(session.transfer, {});
                if (refused == nullptr) refused = &event;
            }
        }
        const bool sent = replies.empty() || session.connection.send(replies);
        tell(turn, sent);
        if (lost) std::rethrow_exception(lost);
        if (refused != nullptr) session.link->refused(*refused);
    }

    /// The reply.
    std::string handle(Act& act, Session& session) {
        const LinkEvent& event = act.event;
        if (event.kind == LinkEvent::Kind::Sent || event.kind == LinkEvent::Kind::NotSent) {
            const bool sent = event.kind == LinkEvent::Kind::Sent;
            if (dialogue_ != nullptr) dialogue_->settled(&session, event.id, sent, event.note);
        }
        if (act.incoming && !act.stored) {
            claimParts(act, session);
            act.stored = spool_.store(*act.incoming);
            releaseParts(act, session);
        }
        if (event.kind == LinkEvent::Kind::Message && act.stored) return act.stored->answer;
        const bool invites = event.kind != LinkEvent::Kind::Part && event.kind != LinkEvent::Kind::Message;
        if (session.troubled && invites && !event.refusal.empty()) {
            recover(session);  // nobody is invited to send before the spool can take something again
        }
        if (event.reply == nak) tally_.refused();
        return event.reply;
    }

    /// Tells who watches what was stored, and keeps what the instrument asks.
    void tell(const Turn& turn, bool sent) {
        std::vector<Handled> messages;
        for (const Act& act : turn.acts) {
            if (!act.stored || act.incoming->part) continue;
            messages.push_back({*act.incoming, *act.stored, sent && act.positive});
        }
        if (!messages.empty()) handled(messages);
        std::deque<Question>& questions = turn.session.questions;
        for (const Act& act : turn.acts) {
            if (act.stored && act.question) questions.push_back({act.event.bytes, *act.question});
        }
        while (questions.size() > kMostQuestions) questions.pop_front();
    }

    /// One question at a time; the dialogue has the answer for the line when it is there.
    void ask(Session& session) {
        if (session.asking.valid() || session.questions.empty()) return;
        const auto answer = [this, &session, question = std::move(session.questions.front())] {
            dialogue_->answer(&session, question.message, question.query);
        };
        session.questions.pop_front();
        session.asking = std::async(std::launch::async, answer);
    }

    void handled(std::span<const Handled> messages) {
        tally_.took(messages);
        watch_.handled(messages);
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

    void serveFile(Connection& connection) {
        try {
            UploadSettings upload = settings_.upload;
            upload.maxFile = settings_.astm.maxMessage;
            upload.silence = settings_.astm.silence;
            const std::string fault = serveUpload(
                connection, upload,
                [this](const std::string& name, std::string bytes) { return storeFile(name, std::move(bytes)); });
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
        const std::array one{Handled{message, stored, true}};
        handled(one);
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
