#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/db/Database.h"

/// What the first screen counts.
namespace touchstone::overview {

struct ReleaseDay {
    std::string day;                      ///< of the laboratory
    std::int64_t released = 0;
    std::optional<double> medianHours;    ///< from receipt to release
};

struct Overview {
    std::map<std::string, std::int64_t> tests;      ///< by status
    std::map<std::string, std::int64_t> samples;    ///< by status
    std::int64_t overdue = 0;
    std::map<std::string, std::int64_t> messages;   ///< by state
    std::int64_t issuedToday = 0;
    std::int64_t issued = 0;
    std::int64_t failed = 0;
    std::vector<ReleaseDay> turnaround;             ///< the last 14 days, oldest first
};

[[nodiscard]] Overview read(db::ReadTransaction& tx, const Zone& zone, Instant now);

}  // namespace touchstone::overview
