#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone {

/// What to do with the digits that go. HalfEven is the rounding of GB/T 8170-2008 3.2 (四舍六入五成双); HalfUp carries
/// a half away from zero; Down drops the digits; Up carries away from zero.
enum class RoundingMode : std::uint8_t { HalfEven, HalfUp, Down, Up };

/// An exact decimal number (IEEE 754 decimal128, 34 digits) that keeps its trailing zeros: 95.0 has one decimal.
/// A value type, safe to share between threads. Never NaN, never infinite, never a negative zero: operations whose
/// result would be no number, or too large or too small for one, throw Error(NotANumber). Sums, products and quotients
/// are exact up to 34 digits and rounded half even beyond.
class Decimal {
public:
    Decimal() noexcept;                       ///< 0
    explicit Decimal(std::int64_t whole);

    /// Reads [+-]digits[.digits], at most 34 significant digits, no exponent, no blanks, no grouping. Nothing otherwise.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);
    /// As parse, but throws Error(NotANumber). For texts that were checked before: rows of the database, constants.
    [[nodiscard]] static Decimal of(std::string_view text);

    /// Plain notation with all its decimals, never an exponent: "0.00050", "-3", "95.0".
    [[nodiscard]] std::string text() const;
    /// Number of digits after the point as written; 2500 has 0, 95.0 has 1.
    [[nodiscard]] int decimals() const;
    /// This number with exactly so many decimals; negative places round tens, hundreds …: 2500 to -3 is 2000 (as 2E+3, text "2000").
    [[nodiscard]] Decimal rounded(int places, RoundingMode mode = RoundingMode::HalfEven) const;

    [[nodiscard]] bool isZero() const;
    [[nodiscard]] bool isNegative() const;
    [[nodiscard]] Decimal abs() const;
    /// Position of the leading digit: 8.53 is 0, 0.0365 is -2, 2500 is 3. Zero is 0.
    [[nodiscard]] int magnitude() const;

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    friend Decimal operator/(const Decimal& a, const Decimal& b);
    Decimal operator-() const;

    /// By value: 95.0 == 95.
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b);

private:
    friend struct DecimalAccess;
    std::array<std::uint64_t, 2> bits_;
};

}  // namespace touchstone
