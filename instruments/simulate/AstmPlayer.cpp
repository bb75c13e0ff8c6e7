#include <utility>

#include "instruments/simulate/ControlIds.h"
#include "instruments/simulate/Timed.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

class AstmPlayer final : public Player {
public:
    explicit AstmPlayer(PlaySettings settings)
        : settings_(std::move(settings)),
          cable_(settings_.open, settings_.faults),
          plan_(settings_.faults,
                {Fault::BadChecksum, Fault::Repeated, Fault::Skipped, Fault::CutAfter, Fault::CutInside, Fault::Silence,
                 Fault::Garbage, Fault::Split},
                settings_.connection) {}

    Played play(const Message& message, bool again) override {
        std::vector<std::string> frames = astmFramesOf(message.bytes);
        if (settings_.faults.join) return timed(cable_, [&] { return playAtOnce(frames); });
        std::vector<Fault> faults = plan_.next(frames.size(), again);
        return timed(cable_, [&] { return playInTurn(std::move(frames), std::move(faults)); });
    }

private:
    Played playInTurn(std::vector<std::string> frames, std::vector<Fault> faults) {
        const std::size_t all = frames.size();
        for (std::size_t i = frames.size(); i-- > 0;) {
            if (faults[i] != Fault::Skipped) continue;
            frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(i));
            faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(i));
        }
        const bool whole = frames.size() == all;
        AstmSender sender(frames, {.role = AstmRole::Instrument, .replyTimer = settings_.patience});
        cable_.send(sender.start(Clock::now()));
        while (sender.state() != AstmSender::State::Done && sender.state() != AstmSender::State::Failed) {
            for (const char byte : cable_.receive()) answer(byte, sender, frames, faults);
            cable_.send(sender.tick(Clock::now()));
        }
        const bool done = sender.state() == AstmSender::State::Done;
        if (done && !whole) return {.note = "a frame was skipped"};
        return {.acknowledged = done,
                .note = done ? "" : "frame " + std::to_string(sender.acknowledged() + 1) + " was not acknowledged"};
    }

    void answer(char byte, AstmSender& sender, const std::vector<std::string>& frames, std::vector<Fault>& faults) {
        const std::size_t before = sender.acknowledged();
        const bool framed = sender.state() == AstmSender::State::Sending && before < frames.size();
        if (framed && byte == control::ack && faults[before] == Fault::Repeated) {
            faults[before] = Fault::None;
            return cable_.send(frames[before]);  // its acknowledgement was lost
        }
        std::string next = sender.receive(byte, Clock::now());
        const std::size_t at = sender.acknowledged();
        if (at > before && faults[before] == Fault::CutAfter) cable_.cutAsAsked();
        if (sender.state() != AstmSender::State::Sending || next.empty()) return cable_.send(next);
        Fault& fault = faults[at];
        if (fault == Fault::BadChecksum && next.size() > 1) next[1] = static_cast<char>(next[1] ^ 0x40);
        const bool later = fault == Fault::Repeated || fault == Fault::CutAfter;
        cable_.send(next, later ? Fault::None : std::exchange(fault, Fault::None));
    }

    Played playAtOnce(const std::vector<std::string>& frames) {
        std::string all(1, control::enq);
        for (const std::string& frame : frames) all += frame;
        cable_.send(all + control::eot);
        std::string replies;
        const auto until = Clock::now() + settings_.patience;
        while (replies.size() < frames.size() + 1 && Clock::now() < until) replies += cable_.receive();
        const bool good = replies == std::string(frames.size() + 1, control::ack);
        return {.acknowledged = good, .note = good ? "" : "not every frame was acknowledged"};
    }

    PlaySettings settings_;
    Cable cable_;
    FaultPlan plan_;
};

}  // namespace

std::unique_ptr<Player> astmPlayer(PlaySettings settings) {
    return std::make_unique<AstmPlayer>(std::move(settings));
}

std::vector<Played> Player::playJoined(const std::vector<Message>& messages) {
    std::vector<Played> all;
    for (const Message& message : messages) all.push_back(play(message, false));
    return all;
}

}  // namespace touchstone::instruments
