#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// Numbers as JCAMP-DX writes them, kept exact as long as they can be: an ordinate in DIF form is the sum of all
/// differences before it, and a sum of binary fractions would drift.
namespace touchstone::instruments::jcamp {

/// units / 10^scale; scale may be negative. Where the digits do not fit (`exact` is false) `rounded` is the nearest double.
struct Number {
    std::int64_t units = 0;
    std::int32_t scale = 0;
    bool exact = true;
    double rounded = 0;

    /// The nearest double; infinity where there is none.
    [[nodiscard]] double value() const;
};

[[nodiscard]] Number operator+(const Number& a, const Number& b);

/// 10^-scale, the worth of the last digit that was written.
[[nodiscard]] double quantum(std::int32_t scale);

/// What a scan needs to know of the text around a number.
struct Cursor {
    const char* at;
    const char* end;
    char point = '.';                ///< the decimal sign
    bool signlessExponent = false;   ///< "1E5" is 100000; in tables with pseudo-digits it is 1 and +5
};

inline constexpr std::array<std::uint64_t, 15> wholePowers = [] {
    std::array<std::uint64_t, 15> all{1};
    for (std::size_t i = 1; i < all.size(); ++i) all[i] = all[i - 1] * 10;
    return all;
}();

/// These are exact in a double, so that one division or multiplication rounds once.
inline constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The number that eight digits are, each the value of one, the first in the lowest byte: of each two neighbours the
/// left one counts ten times, then of each two such a hundred times, then ten thousand times.
inline std::uint64_t numberOf(std::uint64_t eight) {
    static_assert(std::endian::native == std::endian::little, "the first digit is in the lowest byte");
    eight = (eight * 10 + (eight >> 8U)) & 0x00FF00FF00FF00FFU;
    eight = (eight * ((100U << 16U) + 1) >> 16U) & 0x0000FFFF0000FFFFU;
    return eight * ((std::uint64_t{10'000} << 32U) + 1) >> 32U;
}

/// Digits where `at` stands, put behind `units` (which wraps when there are more than 19); gives their number. Eight at
/// a time and without a branch for each: how long a number is cannot be foretold, and a wrong guess costs more than the
/// sum.
inline std::ptrdiff_t scanDigits(const char*& at, const char* end, std::uint64_t& units) {
    const char* const begin = at;
    while (end - at >= 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, at, sizeof eight);
        eight ^= 0x3030303030303030U;  // a digit becomes its value, all else more than 9
        const std::uint64_t others = (eight | (eight + 0x7676767676767676U)) & 0x8080808080808080U;
        const auto digits = static_cast<unsigned>(std::countr_zero(others)) / 8;
        eight = (eight << (56 - 8 * (digits == 8 ? 7 : digits))) << (digits == 8 ? 0U : 8U);
        units = units * wholePowers[digits] + numberOf(eight);
        at += digits;
        if (digits < 8) return at - begin;
    }
    for (; at != end && *at >= '0' && *at <= '9'; ++at) units = units * 10 + static_cast<std::uint64_t>(*at - '0');
    return at - begin;
}

/// Reads unsigned "12.5E+03" where the cursor stands, behind digits that a pseudo-digit stood for (lead, or -1). An 'E'
/// is an exponent only where a sign and digits come after it: otherwise it is the pseudo-digit +5. Nothing where there
/// is no digit; the cursor then has not moved.
[[nodiscard]] std::optional<Number> scanNumber(Cursor& cursor, int lead, bool negative);

/// The same for who needs the nearest double only; infinity where there is none.
[[nodiscard]] std::optional<double> scanValue(Cursor& cursor, bool negative);

/// A number of a header: "4000.65", "1,5" with a decimal comma, "1E3". Nothing where anything else stands in it.
[[nodiscard]] std::optional<Number> headerNumber(std::string_view text, char point);

}  // namespace touchstone::instruments::jcamp
