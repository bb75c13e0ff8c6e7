#include "instruments/gateway/Station.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/UUIDGenerator.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7.h"
#include "instruments/transport/Mllp.h"
#include "instruments/transport/TcpServer.h"

namespace touchstone::instruments {
namespace {

std::string_view formatOf(Protocol protocol) {
    switch (protocol) {
        case Protocol::Astm:
            return "astm";
        case Protocol::Mllp:
            return "hl7";
        case Protocol::Line:
            return "unframed";  // what a line means only its device knows
        case Protocol::File:
            return "csv";
    }
    return "unframed";
}

std::unique_ptr<Link> linkOf(const InstrumentSettings& settings) {
    const AstmSettings& limits = settings.astm;
    if (settings.protocol == Protocol::Mllp) return std::make_unique<MllpReceiver>(limits.maxMessage, limits.silence);
    if (settings.protocol == Protocol::Line) return std::make_unique<LineReceiver>(limits.maxFrame);
    return std::make_unique<AstmReceiver>(limits);
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

Answer hl7Answer(const LinkEvent& event) {
    const bool good = event.state == MessageState::Complete && isHl7(event.bytes);
    const AckCode code = good ? AckCode::AA : AckCode::AR;
    const std::string now = Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y%m%d%H%M%S");
    return {mllpFrame(hl7Ack(event.bytes, code, good ? "Message accepted" : event.note, answerId(), now)), good};
}

}  // namespace

class Station::Impl {
public:
    Impl(InstrumentSettings settings, Spool& spool, Watch watch)
        : settings_(std::move(settings)), spool_(spool), watch_(std::move(watch)) {
        if (settings_.protocol == Protocol::File) {
            drop_ = std::make_unique<FileDrop>(settings_.drop, [this](const std::string& name, std::string bytes) {
                storeFile(name, std::move(bytes));
            });
            watcher_ = std::thread([this] { watchFolder(); });
        } else {
            server_ = std::make_unique<TcpServer>(settings_.host, settings_.port, [this](Connection& c) { serve(c); });
        }
    }

    ~Impl() {
        server_.reset();
        {
            const std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        stop_.notify_all();
        if (watcher_.joinable()) watcher_.join();
    }

    [[nodiscard]] const InstrumentSettings& settings() const { return settings_; }
    [[nodiscard]] std::string address() const {
        return server_ ? server_->host() + ":" + std::to_string(server_->port()) : settings_.drop.folder;
    }
    [[nodiscard]] std::size_t connections() const { return server_ ? server_->connections() : 0; }

private:
    /// A fault of the spool ends the connection without an answer: the instrument repeats what it must.
    void serve(Connection& connection) {
        try {
            const std::unique_ptr<Link> link = linkOf(settings_);
            std::string transfer;
            while (!connection.closed()) {
                const std::string bytes = connection.receive();
                const Moment now = std::chrono::steady_clock::now();
                if (!bytes.empty()) perform(link->feed(bytes, now), transfer, connection);
                perform(link->tick(now), transfer, connection);
            }
            perform(link->close(), transfer, connection);
        } catch (const std::exception& fault) {
            watch_.fault(settings_.code, connection.peer() + ": " + fault.what());
        }
    }

    void perform(const std::vector<LinkEvent>& events, std::string& transfer, Connection& connection) {
        for (const LinkEvent& event : events) {
            if (event.kind == LinkEvent::Kind::Message) {
                storeMessage(event, transfer, connection);
                continue;
            }
            if (event.kind == LinkEvent::Kind::Part) {
                if (transfer.empty()) transfer = Poco::UUIDGenerator::defaultGenerator().createRandom().toString();
                spool_.storePart(transfer, settings_.code, std::string(formatOf(settings_.protocol)), event.bytes);
            }
            connection.send(event.reply);
        }
    }

    void storeMessage(const LinkEvent& event, std::string& transfer, Connection& connection) {
        const bool unframed = event.state == MessageState::Unframed;
        Incoming message{.instrument = settings_.code,
                         .protocol = std::string(unframed ? "unframed" : formatOf(settings_.protocol)),
                         .state = event.state,
                         .bytes = event.bytes,
                         .note = event.note};
        message.controlId = controlId(message.protocol, event.bytes);
        Answer answer{event.reply, !event.reply.empty()};
        if (event.awaited) answer = hl7Answer(event);
        message.answer = answer.bytes;
        if (!unframed) message.transfer = std::exchange(transfer, {});
        const Stored stored = spool_.store(message);
        const bool sent = connection.send(stored.answer);
        watch_.handled({message, stored, sent && answer.positive});
    }

    void storeFile(const std::string& name, std::string bytes) {
        const Incoming message{.instrument = settings_.code,
                               .protocol = "csv",
                               .bytes = std::move(bytes),
                               .note = name,
                               .foreverUnique = true};
        const Stored stored = spool_.store(message);
        watch_.handled({message, stored, true});
    }

    void watchFolder() {
        std::unique_lock guard(mutex_);
        while (!stopping_) {
            guard.unlock();
            try {
                drop_->scan(std::chrono::steady_clock::now());
            } catch (const std::exception& fault) {
                watch_.fault(settings_.code, fault.what());
            }
            guard.lock();
            stop_.wait_for(guard, std::chrono::milliseconds(500), [this] { return stopping_; });
        }
    }

    InstrumentSettings settings_;
    Spool& spool_;
    Watch watch_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::unique_ptr<TcpServer> server_;
    std::unique_ptr<FileDrop> drop_;
    std::thread watcher_;
};

Station::Station(InstrumentSettings settings, Spool& spool, Watch watch)
    : impl_(std::make_unique<Impl>(std::move(settings), spool, std::move(watch))) {
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

}  // namespace touchstone::instruments
