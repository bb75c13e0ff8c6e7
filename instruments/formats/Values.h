#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

struct Number {
    std::string decimal;  ///< [-]digits[.digits]; trailing zeros kept, at most 34 significant digits
    Comparator comparator = Comparator::None;
};

/// Reads "8.13", "-0.50", "< 20", "≥1.5", "+3", ".5", "2.50E-3" exactly; nothing for anything else. There is no sign
/// for thousands: "161,152" is a number only where the decimal sign is a comma, and then it is 161.152.
[[nodiscard]] std::optional<Number> readNumber(std::string_view text, char decimalSign = '.');

/// "<", "<=", "" …
[[nodiscard]] std::string_view sign(Comparator comparator);

/// "20230803131700", "202308031317+0800", "20230803 13:17:00", "2025-01-15T14:30:00", "2024/5/1 9:03" to
/// "2023-08-03T13:17:00" and so on: only as far as sent, with the offset if one was sent. Empty if it is not a time.
[[nodiscard]] std::string readTime(std::string_view text);

enum class HalfDay { Unsaid, Morning, Afternoon };

/// "AM", "pm", "p.m." or "p. m." (with blanks that do not break, too) at the beginning of the text, taken off it.
[[nodiscard]] HalfDay takeHalfDay(std::string_view& text);

/// "C2B5" to the bytes C2 B5, where they are UTF-8; nothing otherwise. For the hexadecimal escapes of E1394 and HL7.
[[nodiscard]] std::optional<std::string> hexText(std::string_view digits);

/// A byte as such an escape writes it: "0D".
[[nodiscard]] std::string hexOf(char byte);

[[nodiscard]] std::string_view trimmed(std::string_view text);

/// With small letters for those of ASCII.
[[nodiscard]] std::string lowered(std::string_view text);

/// Sets value, decimal and comparator.
void setValue(Observation& observation, std::string_view value, char decimalSign = '.');

}  // namespace touchstone::instruments
