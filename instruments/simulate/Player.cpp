#include "instruments/simulate/Player.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Hl7.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"
#include "instruments/transport/Mllp.h"

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;

/// A connection that is opened when first needed and again after it was cut.
class Wire {
public:
    explicit Wire(const PlaySettings& settings) : settings_(settings) {}

    void send(std::string_view bytes) {
        const std::size_t step = settings_.split ? 1 : std::max<std::size_t>(bytes.size(), 1);
        for (std::size_t at = 0; at < bytes.size(); at += step) sendAll(bytes.substr(at, step));
    }

    /// Empty after the time; an exception when the other side is gone.
    std::string receive(std::chrono::milliseconds atMost) {
        if (atMost != timeout_) socket().setReceiveTimeout(Poco::Timespan(atMost.count() * 1'000));
        timeout_ = atMost;
        std::array<char, 16'384> buffer{};
        try {
            const int count = socket().receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) throw std::runtime_error("the gateway closed the connection");
            return {buffer.data(), static_cast<std::size_t>(count)};
        } catch (const Poco::TimeoutException&) {
            return {};
        }
    }

    void cut() { socket_.reset(); }

private:
    Poco::Net::StreamSocket& socket() {
        if (!socket_) {
            socket_.emplace(Poco::Net::SocketAddress(settings_.host, settings_.port));
            timeout_ = {};
            socket_->setNoDelay(true);
        }
        return *socket_;
    }

    void sendAll(std::string_view bytes) {
        while (!bytes.empty()) {
            bytes.remove_prefix(
                static_cast<std::size_t>(socket().sendBytes(bytes.data(), static_cast<int>(bytes.size()))));
        }
    }

    const PlaySettings& settings_;
    std::optional<Poco::Net::StreamSocket> socket_;
    std::chrono::milliseconds timeout_{0};  ///< of receive(), as the socket has it
};

/// Measures a message and turns faults of the line into its outcome.
template <class Act>
Played timed(Wire& wire, Act act) {
    const auto begin = Clock::now();
    Played played;
    try {
        played = act();
    } catch (const std::exception& fault) {
        played.note = fault.what();
        wire.cut();
    }
    played.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return played;
}

std::vector<std::string> framesOf(const std::string& message) {
    std::vector<std::string> frames = splitAstmFrames(message);
    return frames.empty() ? frameAstmRecords(message) : frames;
}

class AstmPlayer final : public Player {
public:
    explicit AstmPlayer(PlaySettings settings) : settings_(std::move(settings)), wire_(settings_) {}

    Played play(const std::string& message) override {
        return timed(wire_,
                     [&] { return settings_.join ? playJoined(framesOf(message)) : playInTurn(framesOf(message)); });
    }

private:
    Played playInTurn(const std::vector<std::string>& frames) {
        AstmSender sender(frames, {.replyTimer = settings_.patience});
        bool spoil = settings_.badChecksum.has_value();
        wire_.send(sender.start(Clock::now()));
        while (sender.state() != AstmSender::State::Done && sender.state() != AstmSender::State::Failed) {
            const std::string replies = wire_.receive(std::chrono::milliseconds(50));
            for (const char byte : replies) {
                std::string next = sender.receive(byte, Clock::now());
                if (settings_.cutAfter && sender.acknowledged() >= *settings_.cutAfter) {
                    wire_.cut();
                    return {.note = "cut as asked"};
                }
                if (spoil && sender.acknowledged() + 1 == *settings_.badChecksum && next.size() > 1) {
                    spoil = false;
                    next[1] = static_cast<char>(next[1] ^ 0x40);
                }
                wire_.send(next);
            }
            wire_.send(sender.tick(Clock::now()));
        }
        const bool done = sender.state() == AstmSender::State::Done;
        return {.acknowledged = done,
                .note = done ? "" : "frame " + std::to_string(sender.acknowledged() + 1) + " was not acknowledged"};
    }

    Played playJoined(const std::vector<std::string>& frames) {
        std::string all(1, control::enq);
        for (const std::string& frame : frames) all += frame;
        wire_.send(all + control::eot);
        std::string replies;
        const auto until = Clock::now() + settings_.patience;
        while (replies.size() < frames.size() + 1 && Clock::now() < until) {
            replies += wire_.receive(std::chrono::milliseconds(50));
        }
        const bool good = replies == std::string(frames.size() + 1, control::ack);
        return {.acknowledged = good, .note = good ? "" : "not every frame was acknowledged"};
    }

    PlaySettings settings_;
    Wire wire_;
};

class MllpPlayer final : public Player {
public:
    explicit MllpPlayer(PlaySettings settings) : settings_(std::move(settings)), wire_(settings_) {}

    Played play(const std::string& message) override {
        return timed(wire_, [&] {
            wire_.send(mllpFrame(message));
            return answerTo(message);
        });
    }

private:
    Played answerTo(const std::string& message) {
        std::string received;
        const std::string expected = hl7ControlId(message);
        const auto until = Clock::now() + settings_.patience;
        while (Clock::now() < until) {
            received += wire_.receive(std::chrono::milliseconds(50));
            for (std::size_t end = 0; (end = received.find(control::fs)) != std::string::npos;) {
                const std::string block = received.substr(0, end);
                received.erase(0, end + 1);
                // An earlier message may have wanted a second answer; that one comes now.
                for (const Hl7Answer& answer : hl7Answers(block.substr(block.find(control::vt) + 1))) {
                    const bool good = answer.code == "AA" || answer.code == "CA";
                    if (answer.id == expected) return {.acknowledged = good, .note = answer.code};
                }
            }
        }
        return {.note = "no answer"};
    }

    PlaySettings settings_;
    Wire wire_;
};

}  // namespace

std::unique_ptr<Player> astmPlayer(const PlaySettings& settings) {
    return std::make_unique<AstmPlayer>(settings);
}

std::unique_ptr<Player> mllpPlayer(const PlaySettings& settings) {
    return std::make_unique<MllpPlayer>(settings);
}

std::string withFreshAstmId(const std::string& message, const std::string& id) {
    std::vector<std::string> frames = framesOf(message);
    if (frames.empty()) return message;
    // The H record stands in the first frame: number, H, delimiters, H.3.
    std::string& frame = frames.front();
    const std::size_t end = frame.find_last_of(std::string{control::etx, control::etb});
    if (end == std::string::npos || frame.size() < 8 || frame[2] != 'H') return message;
    std::string text = frame.substr(2, end - 2);
    const char delimiter = text[1];
    const std::size_t begin = text.find(delimiter, 2);
    if (begin == std::string::npos) return message;
    const std::size_t stop = text.find(delimiter, begin + 1);
    text.replace(begin + 1, (stop == std::string::npos ? text.find('\r') : stop) - begin - 1, id);
    frame = astmFrame(static_cast<std::size_t>(frame[1] - '0'), text, frame[end] == control::etx);
    std::string whole;
    for (const std::string& f : frames) whole += f;
    return whole;
}

std::string withFreshHl7Id(const std::string& message, const std::string& id) {
    const std::size_t begin = message.find("MSH");
    if (begin == std::string::npos || message.size() < begin + 8) return message;
    const char delimiter = message[begin + 3];
    std::size_t at = begin + 3;
    for (int field = 2; field < 10 && at != std::string::npos; ++field) at = message.find(delimiter, at + 1);
    if (at == std::string::npos) return message;
    const std::size_t end = message.find_first_of(std::string{delimiter, '\r', '\n'}, at + 1);
    return message.substr(0, at + 1) + id + (end == std::string::npos ? "" : message.substr(end));
}

}  // namespace touchstone::instruments
