#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// In which order a device writes the parts of a date. Unknown: only what reads the same in every order.
enum class DateOrder : std::uint8_t { Unknown, YearMonthDay, MonthDayYear, DayMonthYear };

/// "2/18/2021  10:28:04 AM", "18.02.2021 10:28", "18-Feb-2021 10:28:04", "Thursday, 18 February 2021 10:28:04",
/// "2021-02-18 10:28:04 PM EST" in the form of readTime(), local; an offset such as (-07:00) is kept, the name of a
/// zone is not read. Empty where it is no date or the order is not known.
[[nodiscard]] std::string readDate(std::string_view text, DateOrder order);

/// The order that a date betrays, as 2/18/2021 does and 2/3/2021 does not.
[[nodiscard]] DateOrder orderOf(std::string_view text);

}  // namespace touchstone::instruments
