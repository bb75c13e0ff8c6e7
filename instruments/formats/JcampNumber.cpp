#include "instruments/formats/JcampNumber.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "instruments/formats/Values.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr std::int32_t maxPower = 22;
constexpr std::int64_t maxExactUnits = std::int64_t{1} << 53;
constexpr std::ptrdiff_t maxDigits = 18;  // always fit into 64 bits
constexpr int maxExponentDigits = 4;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

double fromText(const std::string& text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
    return value;
}

/// Units that are worth 10^by less; false where they do not fit.
bool refine(std::int64_t& units, std::int32_t by) {
    for (; by > 0; --by) {
        if (__builtin_mul_overflow(units, 10, &units)) return false;
    }
    return true;
}

/// Exponent with its sign behind 'E'; 0 and an unmoved cursor where there is none.
std::int32_t scanExponent(Cursor& cursor) {
    const char* at = cursor.at;
    if (at == cursor.end || (*at != 'E' && *at != 'e')) return 0;
    ++at;
    const bool hasSign = at != cursor.end && (*at == '+' || *at == '-');
    if (!hasSign && !cursor.signlessExponent) return 0;
    const bool negative = hasSign && *at == '-';
    if (hasSign) ++at;
    std::int32_t exponent = 0;
    const char* const digits = at;
    for (; at != cursor.end && isDigit(*at) && at - digits < maxExponentDigits; ++at) exponent = exponent * 10 + (*at - '0');
    if (at == digits) return 0;
    cursor.at = at;
    return negative ? -exponent : exponent;
}

Number rounded(const char* begin, const char* end, int lead, bool negative, char point, std::int32_t exponent) {
    std::string text = negative ? "-" : "";
    if (lead >= 0) text += static_cast<char>('0' + lead);
    for (; begin != end; ++begin) text += *begin == point ? '.' : *begin;
    text += 'e';
    text += std::to_string(exponent);
    Number number;
    number.exact = false;
    number.rounded = fromText(text);
    return number;
}

}  // namespace

double quantum(std::int32_t scale) {
    if (scale >= 0 && scale <= maxPower) return 1 / powers[static_cast<std::size_t>(scale)];
    return std::pow(10.0, -scale);
}

double Number::value() const {
    if (!exact) return rounded;
    if (units > -maxExactUnits && units < maxExactUnits) {
        if (scale == 0) return static_cast<double>(units);
        if (scale > 0 && scale <= maxPower) return static_cast<double>(units) / powers[static_cast<std::size_t>(scale)];
        if (scale < 0 && scale >= -maxPower) return static_cast<double>(units) * powers[static_cast<std::size_t>(-scale)];
    }
    return fromText(std::to_string(units) + 'e' + std::to_string(-scale));
}

Number operator+(const Number& a, const Number& b) {
    Number sum = a;
    std::int64_t other = b.units;
    bool fits = a.exact && b.exact;
    if (fits && a.scale < b.scale) {
        fits = refine(sum.units, b.scale - a.scale);
        sum.scale = b.scale;
    } else if (fits && b.scale < a.scale) {
        fits = refine(other, a.scale - b.scale);
    }
    if (fits && !__builtin_add_overflow(sum.units, other, &sum.units)) return sum;
    sum = Number{};
    sum.exact = false;
    sum.rounded = a.value() + b.value();
    return sum;
}

std::optional<Number> scanNumber(Cursor& cursor, int lead, bool negative) {
    const char* const begin = cursor.at;
    const char* at = begin;
    std::uint64_t units = lead < 0 ? 0 : static_cast<std::uint64_t>(lead);
    std::ptrdiff_t digits = scanDigits(at, cursor.end, units);
    std::int32_t scale = 0;
    if (at != cursor.end && *at == cursor.point) {
        ++at;
        const std::ptrdiff_t decimals = scanDigits(at, cursor.end, units);
        digits += decimals;
        scale = static_cast<std::int32_t>(decimals);
    }
    if (digits == 0 && lead < 0) return std::nullopt;
    const char* const mantissaEnd = at;
    cursor.at = at;
    const std::int32_t exponent = scanExponent(cursor);
    if (digits >= maxDigits) return rounded(begin, mantissaEnd, lead, negative, cursor.point, exponent);
    const auto whole = static_cast<std::int64_t>(units);
    return Number{negative ? -whole : whole, scale - exponent, true, 0};
}

/// In one function, in which the parts of a number stay in registers.
[[gnu::flatten]] std::optional<double> scanValue(Cursor& cursor, bool negative) {
    const auto number = scanNumber(cursor, -1, negative);
    return number ? std::optional(number->value()) : std::nullopt;
}

std::optional<Number> headerNumber(std::string_view text, char point) {
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text = trimmed(text.substr(1));
    Cursor cursor{text.data(), text.data() + text.size(), point, true};
    const auto number = scanNumber(cursor, -1, negative);
    if (!number || !trimmed({cursor.at, static_cast<std::size_t>(cursor.end - cursor.at)}).empty()) return std::nullopt;
    return number;
}

}  // namespace touchstone::instruments::jcamp
