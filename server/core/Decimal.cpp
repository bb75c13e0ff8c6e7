#include "server/core/Decimal.h"

// The library's variant 000: arguments by value, rounding and flags passed with each call, nothing global.
// bid_functions.h is written to be read after bid_conf.h.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
// Kept apart, so that the two stay in this order.
#include <bid_functions.h>

#include <algorithm>

#include "server/core/Error.h"

namespace touchstone {
namespace {

constexpr int kDigits = 34;
constexpr int kBias = 6176;  // of the exponent in the binary encoding of decimal128
constexpr int kMostExponent = 6111;
constexpr int kHighBits = 49;  // of the coefficient's 113 bits, those in the upper word

[[noreturn]] void refuse() {
    throw Error(ErrorCode::NotANumber);
}

using Coefficient = unsigned __int128;

BID_UINT128 pack(bool negative, Coefficient coefficient, int exponent) {
    if (exponent < -kBias || exponent > kMostExponent) refuse();
    BID_UINT128 bid;
    bid.w[0] = static_cast<std::uint64_t>(coefficient);
    bid.w[1] = static_cast<std::uint64_t>(coefficient >> 64) |
               (static_cast<std::uint64_t>(exponent + kBias) << kHighBits) |
               (static_cast<std::uint64_t>(negative && coefficient != 0) << 63);
    return bid;
}

bool negativeOf(const BID_UINT128& bid) {
    return (bid.w[1] >> 63) != 0;
}

int exponentOf(const BID_UINT128& bid) {
    return static_cast<int>((bid.w[1] >> kHighBits) & 0x3FFF) - kBias;
}

Coefficient coefficientOf(const BID_UINT128& bid) {
    const std::uint64_t high = bid.w[1] & ((std::uint64_t{1} << kHighBits) - 1);
    return (Coefficient{high} << 64) | bid.w[0];
}

std::string digitsOf(Coefficient coefficient) {
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(coefficient % 10));
        coefficient /= 10;
    } while (coefficient != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

BID_UINT128 powerOfTen(int exponent) {
    return pack(false, 1, exponent);
}

unsigned intelMode(RoundingMode mode, bool negative) {
    switch (mode) {
        case RoundingMode::HalfEven:
            return BID_ROUNDING_TO_NEAREST;
        case RoundingMode::HalfUp:
            return BID_ROUNDING_TIES_AWAY;
        case RoundingMode::Down:
            return BID_ROUNDING_TO_ZERO;
        case RoundingMode::Up:
            return negative ? BID_ROUNDING_DOWN : BID_ROUNDING_UP;
    }
    refuse();
}

}  // namespace

/// The bits of a Decimal as the library takes and gives them.
struct DecimalAccess {
    static BID_UINT128 bid(const Decimal& decimal) {
        BID_UINT128 out;
        out.w[0] = decimal.bits_[0];
        out.w[1] = decimal.bits_[1];
        return out;
    }

    static Decimal decimal(const BID_UINT128& bid) {
        Decimal out;
        const bool zero = coefficientOf(bid) == 0;
        out.bits_ = {bid.w[0], zero ? bid.w[1] & ~(std::uint64_t{1} << 63) : bid.w[1]};
        return out;
    }

    /// A result of the library, unless its flags say that it is no number or that digits were lost to its range.
    static Decimal checked(const BID_UINT128& bid, _IDEC_flags flags) {
        constexpr _IDEC_flags bad =
            BID_INVALID_EXCEPTION | BID_ZERO_DIVIDE_EXCEPTION | BID_OVERFLOW_EXCEPTION | BID_UNDERFLOW_EXCEPTION;
        if ((flags & bad) != 0) refuse();
        return decimal(bid);
    }
};

Decimal::Decimal() noexcept : bits_{0, std::uint64_t{kBias} << kHighBits} {
}

Decimal::Decimal(std::int64_t whole) {
    const auto bits = static_cast<std::uint64_t>(whole);
    *this = DecimalAccess::decimal(pack(whole < 0, whole < 0 ? ~bits + 1 : bits, 0));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    Coefficient coefficient = 0;
    int significant = 0;
    std::optional<std::size_t> point;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !point && i > 0 && i + 1 < text.size()) {
            point = i;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        if (significant > 0 || c != '0') ++significant;
        if (significant > kDigits) return std::nullopt;
        coefficient = coefficient * 10 + static_cast<unsigned>(c - '0');
    }
    const std::size_t decimals = point ? text.size() - *point - 1 : 0;
    if (text.empty() || decimals > kBias) return std::nullopt;
    return DecimalAccess::decimal(pack(negative, coefficient, -static_cast<int>(decimals)));
}

Decimal Decimal::of(std::string_view text) {
    const auto decimal = parse(text);
    if (!decimal) refuse();
    return *decimal;
}

std::string Decimal::text() const {
    const BID_UINT128 bid = DecimalAccess::bid(*this);
    const int exponent = exponentOf(bid);
    std::string digits = digitsOf(coefficientOf(bid));
    if (exponent > 0 && digits != "0") digits.append(static_cast<std::size_t>(exponent), '0');
    if (exponent < 0) {
        const auto places = static_cast<std::size_t>(-exponent);
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, 1, '.');
    }
    return negativeOf(bid) ? "-" + digits : digits;
}

int Decimal::decimals() const {
    return std::max(0, -exponentOf(DecimalAccess::bid(*this)));
}

Decimal Decimal::rounded(int places, RoundingMode mode) const {
    if (places > kBias || places < -kMostExponent) refuse();
    _IDEC_flags flags = 0;
    const BID_UINT128 bid =
        bid128_quantize(DecimalAccess::bid(*this), powerOfTen(-places), intelMode(mode, isNegative()), &flags);
    return DecimalAccess::checked(bid, flags);
}

bool Decimal::isZero() const {
    return coefficientOf(DecimalAccess::bid(*this)) == 0;
}

bool Decimal::isNegative() const {
    return negativeOf(DecimalAccess::bid(*this));
}

Decimal Decimal::abs() const {
    return isNegative() ? -*this : *this;
}

int Decimal::magnitude() const {
    if (isZero()) return 0;
    const BID_UINT128 bid = DecimalAccess::bid(*this);
    return static_cast<int>(digitsOf(coefficientOf(bid)).size()) - 1 + exponentOf(bid);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    _IDEC_flags flags = 0;
    const BID_UINT128 sum = bid128_add(DecimalAccess::bid(a), DecimalAccess::bid(b), BID_ROUNDING_TO_NEAREST, &flags);
    return DecimalAccess::checked(sum, flags);
}

Decimal operator-(const Decimal& a, const Decimal& b) {
    return a + -b;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    _IDEC_flags flags = 0;
    const BID_UINT128 product =
        bid128_mul(DecimalAccess::bid(a), DecimalAccess::bid(b), BID_ROUNDING_TO_NEAREST, &flags);
    return DecimalAccess::checked(product, flags);
}

Decimal operator/(const Decimal& a, const Decimal& b) {
    _IDEC_flags flags = 0;
    const BID_UINT128 quotient =
        bid128_div(DecimalAccess::bid(a), DecimalAccess::bid(b), BID_ROUNDING_TO_NEAREST, &flags);
    return DecimalAccess::checked(quotient, flags);
}

Decimal Decimal::operator-() const {
    BID_UINT128 bid = DecimalAccess::bid(*this);
    bid.w[1] ^= std::uint64_t{1} << 63;
    return DecimalAccess::decimal(bid);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    _IDEC_flags flags = 0;
    if (bid128_quiet_less(DecimalAccess::bid(a), DecimalAccess::bid(b), &flags) != 0) return std::strong_ordering::less;
    if (bid128_quiet_equal(DecimalAccess::bid(a), DecimalAccess::bid(b), &flags) != 0)
        return std::strong_ordering::equal;
    return std::strong_ordering::greater;
}

bool operator==(const Decimal& a, const Decimal& b) {
    return (a <=> b) == std::strong_ordering::equal;
}

}  // namespace touchstone
