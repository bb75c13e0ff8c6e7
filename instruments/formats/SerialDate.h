#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// Dates as spreadsheets keep them (ECMA-376 part 1, 18.17.4): days since 1899-12-30 or 1904-01-01 with the time as a
/// fraction, to the second. "2026-01-05" for a whole day, "08:30:00" for less than one, else "2026-01-05T08:30:00";
/// empty for what is no date.
[[nodiscard]] std::string serialDate(double serial, bool from1904);

/// Whether a number format such as "dd/mm/yyyy h:mm" or "[$-409]m/d/yy" shows dates or times (18.8.31).
[[nodiscard]] bool isDateFormat(std::string_view code);
[[nodiscard]] bool isBuiltInDateFormat(std::size_t id);

/// Whether one such as "0.0%" shows a hundred times what is stored.
[[nodiscard]] bool isPercentFormat(std::string_view code);
[[nodiscard]] bool isBuiltInPercentFormat(std::size_t id);
/// "87%" of "0.87"; what is no number as it stands.
[[nodiscard]] std::string percentOf(const std::string& stored);

}  // namespace touchstone::instruments
