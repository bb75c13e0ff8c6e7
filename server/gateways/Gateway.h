#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Error.h"

/// Gateways as the server sees them: how they say they are, what they may bring, what they are to run.
namespace touchstone::gateways {

/// One instrument as its gateway sees it. Counts since the gateway opened the line.
struct InstrumentReport {
    std::string code;
    std::string protocol;   ///< astm, mllp, line, sics, sbi, file
    std::string address;    ///< host:port, device or folder
    std::int64_t connections = 0;
    std::optional<Instant> lastContact;
    std::int64_t messages = 0;
    std::int64_t acknowledged = 0;
    std::int64_t repeated = 0;
    std::int64_t refused = 0;
    std::int64_t faults = 0;
    std::string lastFault;
    std::optional<Instant> lastFaultAt;
};

/// What a gateway says of itself; times are by its own clock.
struct Report {
    std::string version;
    Instant at;
    Instant startedAt;
    std::optional<std::int64_t> configuration;   ///< version that it runs; none: the sections of its own file
    std::string configurationFault;              ///< why it does not run the newest; may be empty
    std::int64_t pending = 0;
    std::optional<Instant> oldestPending;
    std::int64_t refused = 0;
    std::int64_t forwarded = 0;
    std::int64_t diskFree = 0;                   ///< bytes
    std::string lastError;
    std::vector<InstrumentReport> instruments;
};

enum class State : std::uint8_t {
    never,    ///< has not come yet
    silent,   ///< three of its reports are missing
    backlog,  ///< comes, but its oldest message has waited for a minute. The number alone says nothing: it rises and falls
              ///< with every message
    current,
};
inline constexpr std::array<std::string_view, 4> kStates{"never", "silent", "backlog", "current"};
[[nodiscard]] inline std::string_view name(State state) { return kStates[static_cast<std::size_t>(state)]; }

inline constexpr std::chrono::seconds kSilent{45};
inline constexpr std::chrono::seconds kTooOld{60};

struct LastReport {
    Report report;
    Instant reportedAt;   ///< by the server's clock
};
/// How long the oldest message has waited, whatever the gateway's clock shows.
[[nodiscard]] std::optional<std::chrono::seconds> backlogAge(const LastReport& last, Instant now);
[[nodiscard]] State stateOf(const std::optional<LastReport>& last, Instant now);

/// What the gateway's own reader finds wrong with the [instrument.*] sections: a field is section and key, such as
/// "instrument.icpms.listen", and its row is the line, from 0.
[[nodiscard]] std::vector<FieldError> faultsOf(const std::string& sections);

}  // namespace touchstone::gateways
