#pragma once
#include <cstddef>
#include <cstdint>
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

/// Reads unsigned "12.5E+03" where the cursor stands, behind digits that a pseudo-digit stood for (lead, or -1). An 'E'
/// is an exponent only where a sign and digits come after it: otherwise it is the pseudo-digit +5. Nothing where there
/// is no digit; the cursor then has not moved.
[[nodiscard]] std::optional<Number> scanNumber(Cursor& cursor, int lead, bool negative);

/// A number of a header: "4000.65", "1,5" with a decimal comma, "1E3". Nothing where anything else stands in it.
[[nodiscard]] std::optional<Number> headerNumber(std::string_view text, char point);

}  // namespace touchstone::instruments::jcamp
