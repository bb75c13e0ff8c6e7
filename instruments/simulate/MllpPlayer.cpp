#include <map>

#include "instruments/formats/Hl7.h"
#include "instruments/simulate/Timed.h"
#include "instruments/transport/Control.h"
#include "instruments/transport/Mllp.h"

namespace touchstone::instruments {
namespace {

class MllpPlayer final : public Player {
public:
    explicit MllpPlayer(PlaySettings settings)
        : settings_(std::move(settings)),
          cable_(settings_.open, settings_.faults),
          plan_(settings_.faults,
                {Fault::Repeated, Fault::CutAfter, Fault::CutInside, Fault::Silence, Fault::Garbage, Fault::Split},
                settings_.connection) {}

    Played play(const Message& message, bool again) override {
        const Fault fault = plan_.next(1, again).front();
        return timed(cable_, [&] {
            const std::string block = mllpFrame(message.bytes);
            cable_.send(block, fault);
            if (fault == Fault::Repeated) cable_.send(block);
            if (fault == Fault::CutAfter) cable_.cutAsAsked();
            const std::string id = hl7ControlId(message.bytes);
            return outcome(answersTo({id}), id);
        });
    }

    std::vector<Played> playJoined(const std::vector<Message>& messages) override {
        std::vector<Played> all(messages.size());
        const Played whole = timed(cable_, [&] {
            std::string blocks;
            std::vector<std::string> ids;
            for (const Message& message : messages) {
                blocks += mllpFrame(message.bytes);
                ids.push_back(hl7ControlId(message.bytes));
            }
            cable_.send(blocks, plan_.next(1, false).front());
            const auto codes = answersTo(ids);
            for (std::size_t i = 0; i < messages.size(); ++i) all[i] = outcome(codes, ids[i]);
            return Played{};
        });
        for (Played& played : all) {
            played.milliseconds = whole.milliseconds;
            if (!whole.note.empty()) played.note = whole.note;
        }
        return all;
    }

private:
    using Codes = std::map<std::string, std::string>;

    static Played outcome(const Codes& codes, const std::string& id) {
        const auto found = codes.find(id);
        if (found == codes.end()) return {.note = "no answer"};
        return {.acknowledged = found->second == "AA" || found->second == "CA", .note = found->second};
    }

    /// The codes of the answers to these, as many as have come in time.
    Codes answersTo(const std::vector<std::string>& ids) {
        Codes codes;
        for (const std::string& id : ids) codes[id] = "";
        std::size_t missing = codes.size();
        std::string received;
        const auto until = Clock::now() + settings_.patience;
        while (missing > 0 && Clock::now() < until) {
            received += cable_.receive();
            std::string_view rest = received;
            for (std::size_t end = 0; (end = rest.find(control::fs)) != std::string_view::npos;) {
                const std::string_view block = rest.substr(0, end);
                rest.remove_prefix(end + 1);
                // An earlier message may have wanted a second answer; that one comes now.
                for (const Hl7Answer& answer : hl7Answers(block.substr(block.find(control::vt) + 1))) {
                    const auto found = codes.find(answer.id);
                    if (found == codes.end() || !found->second.empty()) continue;
                    found->second = answer.code;
                    --missing;
                }
            }
            received.erase(0, received.size() - rest.size());
        }
        std::erase_if(codes, [](const auto& entry) { return entry.second.empty(); });
        return codes;
    }

    PlaySettings settings_;
    Cable cable_;
    FaultPlan plan_;
};

}  // namespace

std::unique_ptr<Player> mllpPlayer(PlaySettings settings) {
    return std::make_unique<MllpPlayer>(std::move(settings));
}

}  // namespace touchstone::instruments
