#include "instruments/formats/Fields.h"
#include "instruments/simulate/Timed.h"

namespace touchstone::instruments {
namespace {

class LinePlayer final : public Player {
public:
    LinePlayer(PlaySettings settings, LineWords words)
        : settings_(std::move(settings)),
          words_(std::move(words)),
          cable_(settings_.open, settings_.faults),
          plan_(settings_.faults, {Fault::Repeated, Fault::Skipped, Fault::Silence, Fault::Garbage, Fault::Split},
                settings_.connection) {
        if (words_.end.empty()) words_.end = "\r\n";
    }

    Played play(const Message& message, bool again) override {
        const std::vector<std::string_view> all = lines(message.bytes);
        const std::vector<Fault> faults = plan_.next(all.size(), again);
        return timed(cable_, [&] {
            std::string joined;
            bool skipped = false;
            for (std::size_t i = 0; i < all.size(); ++i) {
                const std::string line = words_.begin + std::string(all[i]) + words_.end;
                if (settings_.faults.join) {
                    joined += line;
                } else if (faults[i] == Fault::Skipped) {
                    skipped = true;
                } else {
                    say(line, faults[i]);
                    if (faults[i] == Fault::Repeated) say(line, Fault::None);
                    if (faults[i] == Fault::CutAfter) cable_.cutAsAsked();
                }
            }
            if (!joined.empty()) cable_.send(joined);
            if (settings_.faults.join) expect(all.size());
            if (skipped) return Played{.note = "a line was skipped"};
            return Played{.acknowledged = true, .note = words_.answer.empty() ? "sent; nobody answers lines" : ""};
        });
    }

private:
    void say(const std::string& line, Fault fault) {
        cable_.send(line, fault);
        expect(1);
    }

    void expect(std::size_t answers) {
        if (words_.answer.empty()) return;
        std::string heard;
        const auto until = Clock::now() + settings_.patience;
        while (heard.size() < answers * words_.answer.size()) {
            if (Clock::now() >= until) throw std::runtime_error("no answer");
            heard += cable_.receive();
        }
        for (std::size_t at = 0; at < heard.size(); at += words_.answer.size()) {
            if (heard.compare(at, words_.answer.size(), words_.answer) != 0) throw std::runtime_error("another answer");
        }
    }

    PlaySettings settings_;
    LineWords words_;
    Cable cable_;
    FaultPlan plan_;
};

}  // namespace

std::unique_ptr<Player> linePlayer(PlaySettings settings, LineWords words) {
    return std::make_unique<LinePlayer>(std::move(settings), std::move(words));
}

}  // namespace touchstone::instruments
