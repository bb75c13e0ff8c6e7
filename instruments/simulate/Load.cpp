#include "instruments/simulate/Load.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;

std::string lineOf(const Message& message, const Played& played) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("file");
    json.String(message.name.c_str());
    if (!message.id.empty()) {
        json.Key("control_id");
        json.String(message.id.c_str());
    }
    json.Key("acknowledged");
    json.Bool(played.acknowledged);
    json.Key("milliseconds");
    json.Double(played.milliseconds);
    json.Key("note");
    json.String(played.note.c_str());
    json.EndObject();
    return buffer.GetString();
}

std::string summaryOf(std::vector<double> milliseconds, std::size_t acknowledged, double seconds) {
    std::ranges::sort(milliseconds);
    const auto count = static_cast<double>(milliseconds.size());
    const auto at = [&](double share) {
        return milliseconds.empty() ? 0 : milliseconds[static_cast<std::size_t>(share * (count - 1))];
    };
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("messages");
    json.Uint64(milliseconds.size());
    json.Key("acknowledged");
    json.Uint64(acknowledged);
    for (const auto& [key, value] :
         {std::pair("seconds", seconds), {"per_second", count / seconds}, {"p50_ms", at(0.5)}, {"p99_ms", at(0.99)}}) {
        json.Key(key);
        json.Double(value);
    }
    json.EndObject();
    return buffer.GetString();
}

class Load {
public:
    Load(const LoadSettings& settings, std::ostream& out) : settings_(settings), out_(out) {}

    bool run() {
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < settings_.connections; ++i) threads.emplace_back([this, i] { one(i); });
        for (std::thread& thread : threads) thread.join();
        const std::chrono::duration<double> took = Clock::now() - begin_;
        if (settings_.summary) out_ << summaryOf(times_, acknowledged_, took.count()) << std::endl;
        return acknowledged_ == times_.size();
    }

private:
    void one(std::uint64_t connection) {
        const auto player = settings_.player(connection);
        for (auto messages = next(); !messages.empty(); messages = next()) {
            const std::vector<Played> played =
                settings_.joined > 0 ? player->playJoined(messages) : std::vector{playUntilTaken(*player, messages[0])};
            const std::lock_guard guard(output_);
            for (std::size_t i = 0; i < messages.size(); ++i) note(messages[i], played[i]);
        }
    }

    /// What comes next, in its time; nothing when all is done.
    std::vector<Message> next() {
        const std::size_t count = std::max<std::size_t>(settings_.joined, 1);
        const std::uint64_t first = given_.fetch_add(count);
        if (first >= settings_.messages) return {};
        const auto due = settings_.rate > 0 ? static_cast<double>(first) / settings_.rate : 0.0;
        const auto begins = begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due));
        const auto now = std::max(begins, Clock::now());
        if (settings_.time && now - begin_ >= *settings_.time) return {};
        std::this_thread::sleep_until(begins);
        std::vector<Message> messages;
        for (std::size_t i = 0; i < count; ++i) messages.push_back(settings_.message(first + i));
        return messages;
    }

    [[nodiscard]] Played playUntilTaken(Player& player, const Message& message) const {
        const auto until = Clock::now() + std::chrono::minutes(1);
        Played played = player.play(message, false);
        while (settings_.insist && !played.acknowledged && Clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            played = player.play(message, true);
        }
        return played;
    }

    void note(const Message& message, const Played& played) {
        acknowledged_ += played.acknowledged ? 1 : 0;
        times_.push_back(played.milliseconds);
        if (!settings_.summary) out_ << lineOf(message, played) << std::endl;
    }

    const LoadSettings& settings_;
    std::ostream& out_;
    const Clock::time_point begin_ = Clock::now();
    std::atomic<std::uint64_t> given_ = 0;
    std::mutex output_;
    std::size_t acknowledged_ = 0;
    std::vector<double> times_;
};

}  // namespace

bool playLoad(const LoadSettings& settings, std::ostream& out) {
    return Load(settings, out).run();
}

}  // namespace touchstone::instruments
