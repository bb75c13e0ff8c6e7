#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::overview {

struct GatewayMetric {
    std::string login;
    Instant reportedAt;
    Instant saidAt;   ///< the same by the gateway's clock
    std::int64_t pending = 0;
    std::optional<Instant> oldestPending;
    std::int64_t refused = 0;
    std::int64_t diskFree = 0;
};
/// An instrument at its gateway.
struct LineMetric {
    std::string gateway;
    std::string instrument;
    std::int64_t connections = 0;
    std::optional<Instant> lastContact;
    std::int64_t messages = 0;
    std::int64_t refused = 0;
    std::int64_t faults = 0;
};
struct Metrics {
    std::map<std::string, std::int64_t> messages;       ///< by state
    std::map<std::string, std::int64_t> held;           ///< by reason
    std::map<std::string, std::int64_t> certificates;   ///< by status
    std::vector<GatewayMetric> gateways;
    std::vector<LineMetric> lines;
};
[[nodiscard]] Metrics readMetrics(db::ReadTransaction& tx);

}  // namespace touchstone::overview
