#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <ostream>

#include "instruments/simulate/Player.h"

namespace touchstone::instruments {

/// What is played and how fast.
struct LoadSettings {
    /// The n-th message of the load, from 0; called from many threads.
    std::function<Message(std::uint64_t n)> message;
    std::uint64_t messages = 1;                  ///< so many in all, whatever connection takes them
    std::optional<std::chrono::seconds> time{};  ///< none begins later
    double rate = 0;  ///< messages a second of all connections; 0: as fast as they are answered
    std::size_t connections = 1;
    std::size_t joined = 0;  ///< so many are given to a player at a time; 0: one after the other
    bool insist = false;     ///< for up to a minute
    bool summary = false;    ///< one line at the end instead of one for each message
    std::function<std::unique_ptr<Player>(std::uint64_t connection)> player;
};

/// Whether all were acknowledged. JSON lines: {"file", "control_id" where there is one, "acknowledged", "milliseconds",
/// "note"}, or the summary {"messages", "acknowledged", "seconds", "per_second", "p50_ms", "p99_ms"}.
[[nodiscard]] bool playLoad(const LoadSettings& settings, std::ostream& out);

}  // namespace touchstone::instruments
