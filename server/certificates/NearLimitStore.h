#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Decimal.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// From when on a result counts as near its limit: within this share of the width between both bounds, or of the one
/// bound. A dated row of the institute's catalogue, not of the program.
struct NearLimitRule {
    Decimal share;
    Date from;
    bool verified;
    std::string source;
};
/// By kind of product; nothing: no rule was in force, and nothing is called near.
using NearLimitRules = std::map<std::string, std::optional<NearLimitRule>>;

namespace store {

/// Those in force on a day; kinds without one are not there.
[[nodiscard]] NearLimitRules nearLimitRules(db::ReadTransaction& tx, Date day);

/// By which rules a release was prepared, as they were then.
void insertRules(db::WriteTransaction& tx, std::int64_t job, const NearLimitRules& rules);
/// By release.
[[nodiscard]] std::map<std::int64_t, NearLimitRules> rulesOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& jobs);

}  // namespace store
}  // namespace touchstone::certificates
