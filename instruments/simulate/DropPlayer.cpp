#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "instruments/simulate/Player.h"

namespace touchstone::instruments {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class DropPlayer final : public Player {
public:
    DropPlayer(PlaySettings settings, DropSettings drop)
        : settings_(std::move(settings)),
          folder_(drop.folder),
          drop_(std::move(drop)),
          plan_(settings_.faults, {Fault::Repeated, Fault::Silence, Fault::Split}, settings_.connection) {}

    Played play(const Message& message, bool again) override {
        const auto begin = Clock::now();
        const Fault fault = plan_.next(1, again).front();
        Played played;
        try {
            const std::string name = freshName(message.name);
            write(name, message.bytes, fault);
            if (fault == Fault::Repeated) write(freshName(message.name), message.bytes, Fault::None);
            played = fateOf(name);
        } catch (const std::exception& wrong) {
            played.note = wrong.what();
        }
        played.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
        return played;
    }

private:
    /// One that stands in none of the folders; what an instrument has written it does not write again.
    std::string freshName(const std::string& wanted) const {
        static std::atomic<std::uint64_t> count = 0;
        const fs::path path(wanted);
        std::string name = path.filename().string();
        const auto taken = [&](const std::string& n) {
            return fs::exists(folder_ / n) || fs::exists(folder_ / "archive" / n) ||
                   fs::exists(folder_ / "quarantine" / n);
        };
        while (taken(name)) name = path.stem().string() + "-" + std::to_string(++count) + path.extension().string();
        return name;
    }

    void write(const std::string& name, std::string_view bytes, Fault fault) const {
        std::ofstream file(folder_ / name, std::ios::binary);
        const bool split = fault == Fault::Split || settings_.faults.split;
        const std::size_t pieces = split ? bytes.size() : drop_.slow.count() > 0 ? 10 : 2;
        const std::size_t step = std::max<std::size_t>(bytes.size() / std::max<std::size_t>(pieces, 1), 1);
        bool paused = false;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            const bool middle = !paused && at >= bytes.size() / 2;
            if (middle && fault == Fault::Silence) {
                std::this_thread::sleep_for(settings_.faults.silence.value_or(settings_.faults.pause));
            }
            paused = paused || middle;
            file << bytes.substr(at, step) << std::flush;
            if (drop_.slow.count() > 0) std::this_thread::sleep_for(drop_.slow * step / bytes.size());
        }
        file.close();
        if (!file) throw std::runtime_error("cannot write " + (folder_ / name).string());
        if (!drop_.marker.empty()) std::ofstream(folder_ / (name + drop_.marker)) << '\n';
    }

    /// Where the gateway puts it.
    Played fateOf(const std::string& name) const {
        const auto until = Clock::now() + settings_.patience;
        while (Clock::now() < until) {
            if (fs::exists(folder_ / "archive" / name)) return {.acknowledged = true, .note = "archived"};
            if (fs::exists(folder_ / "quarantine" / name)) return {.note = "quarantined"};
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return {.note = "nobody took the file"};
    }

    PlaySettings settings_;
    fs::path folder_;
    DropSettings drop_;
    FaultPlan plan_;
};

}  // namespace

std::unique_ptr<Player> dropPlayer(PlaySettings settings, DropSettings drop) {
    return std::make_unique<DropPlayer>(std::move(settings), std::move(drop));
}

}  // namespace touchstone::instruments
