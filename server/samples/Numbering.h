#pragma once
#include <cstdint>
#include <string>

#include "server/db/Database.h"

namespace touchstone::samples {

/// Takes `count` consecutive numbers of a series and gives the first. Gap-free and never reused: the row of the series
/// stays locked until the transaction ends, and a rollback gives the numbers back.
[[nodiscard]] std::int64_t takeNumbers(db::WriteTransaction& tx, const std::string& series, std::int64_t count);

}  // namespace touchstone::samples
