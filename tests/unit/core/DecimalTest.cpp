#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "server/core/Decimal.h"
#include "server/core/Error.h"

using boost::multiprecision::cpp_int;
using touchstone::Decimal;
using touchstone::RoundingMode;

BOOST_TEST_DONT_PRINT_LOG_VALUE(Decimal)

namespace {

/// digits * 10^-scale: the oracle's idea of a number.
struct Exact {
    cpp_int digits;
    unsigned scale;
};

cpp_int power(unsigned exponent) {
    return boost::multiprecision::pow(cpp_int(10), exponent);
}

/// What Decimal writes, read by simple means.
Exact exactOf(const Decimal& decimal) {
    std::string text = decimal.text();
    const auto point = text.find('.');
    const unsigned scale = point == std::string::npos ? 0 : static_cast<unsigned>(text.size() - point - 1);
    if (point != std::string::npos) text.erase(point, 1);
    const bool negative = text.front() == '-';
    text.erase(0, text.find_first_not_of("-0"));  // a leading zero would mean octal
    cpp_int digits(text.empty() ? "0" : text);
    return {negative ? cpp_int(-digits) : digits, scale};
}

bool same(const Exact& a, const Exact& b) {
    return a.digits * power(b.scale) == b.digits * power(a.scale);
}

Decimal decimalOf(std::int64_t digits, unsigned scale) {
    std::string text = std::to_string(digits < 0 ? -digits : digits);
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    if (scale > 0) text.insert(text.size() - scale, ".");
    return Decimal::of((digits < 0 ? "-" : "") + text);
}

/// Up to 15 digits, so that sums and products of two are exact, with 0 to 12 decimals.
Decimal anyDecimal() {
    const auto digits = *rc::gen::inRange<std::int64_t>(-999'999'999'999'999, 1'000'000'000'000'000);
    return decimalOf(digits, *rc::gen::inRange<unsigned>(0, 13));
}

cpp_int divideHalfEven(const cpp_int& dividend, const cpp_int& divisor) {
    const cpp_int magnitude = boost::multiprecision::abs(dividend);
    cpp_int quotient = magnitude / divisor;
    const cpp_int twice = (magnitude % divisor) * 2;
    if (twice > divisor || (twice == divisor && quotient % 2 == 1)) ++quotient;
    return dividend < 0 ? cpp_int(-quotient) : quotient;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(DecimalTest)

BOOST_DATA_TEST_CASE(writesWhatItRead,
                     boost::unit_test::data::make({"0", "95.0", "0.00050", "-3", "98.60", "2500", "0.0", "-0.001",
                                                   "1234567890123456789012345678901234",
                                                   "0.0000000000000000000000000000000000000001",
                                                   "12345678901234567.89012345678901234"}),
                     text) {
    BOOST_TEST(Decimal::of(text).text() == text);
}

BOOST_AUTO_TEST_CASE(readsSignsAndLeadingZeros) {
    BOOST_TEST(Decimal::of("+1.5").text() == "1.5");
    BOOST_TEST(Decimal::of("007.50").text() == "7.50");
    BOOST_TEST(Decimal::of("00000000000000000000000000000000000000000000007").text() == "7");
}

BOOST_AUTO_TEST_CASE(hasNoNegativeZero) {
    BOOST_TEST(Decimal::of("-0.00").text() == "0.00");
    BOOST_TEST(Decimal::of("-0.04").rounded(1).text() == "0.0");
    BOOST_TEST((-Decimal::of("0.0")).text() == "0.0");
    BOOST_TEST(!Decimal::of("-0").isNegative());
}

BOOST_DATA_TEST_CASE(refusesWhatIsNoPlainNumber,
                     boost::unit_test::data::make({"",
                                                   "+",
                                                   "-",
                                                   ".",
                                                   ".5",
                                                   "5.",
                                                   "1.2.3",
                                                   "1e3",
                                                   "1E3",
                                                   " 1",
                                                   "1 ",
                                                   "1,000",
                                                   "0x10",
                                                   "NaN",
                                                   "Inf",
                                                   "--1",
                                                   "+-1",
                                                   "1.-2",
                                                   "-.5",
                                                   "−1",
                                                   "\xef\xbc\x91",
                                                   "12345678901234567890123456789012345"}),
                     text) {
    BOOST_TEST(!Decimal::parse(text).has_value());
    BOOST_CHECK_THROW(static_cast<void>(Decimal::of(text)), touchstone::Error);
}

BOOST_AUTO_TEST_CASE(refusesABlankInsideAndBytesOfZero) {
    BOOST_TEST(!Decimal::parse("1 2").has_value());
    BOOST_TEST(!Decimal::parse(std::string_view("1\0", 2)).has_value());
    BOOST_TEST(!Decimal::parse("0." + std::string(7000, '0')).has_value());
}

BOOST_AUTO_TEST_CASE(readsWholeNumbersToTheirLimits) {
    BOOST_TEST(Decimal().text() == "0");
    BOOST_TEST(Decimal(-42).text() == "-42");
    BOOST_TEST(Decimal(std::numeric_limits<std::int64_t>::max()).text() == "9223372036854775807");
    BOOST_TEST(Decimal(std::numeric_limits<std::int64_t>::min()).text() == "-9223372036854775808");
}

BOOST_AUTO_TEST_CASE(countsItsDecimals) {
    BOOST_TEST(Decimal::of("95.0").decimals() == 1);
    BOOST_TEST(Decimal::of("2500").decimals() == 0);
    BOOST_TEST(Decimal::of("0.0005").decimals() == 4);
    BOOST_TEST(Decimal::of("2500").rounded(-3).decimals() == 0);
}

BOOST_AUTO_TEST_CASE(knowsThePlaceOfItsLeadingDigit) {
    BOOST_TEST(Decimal::of("8.53").magnitude() == 0);
    BOOST_TEST(Decimal::of("0.0365").magnitude() == -2);
    BOOST_TEST(Decimal::of("-2500").magnitude() == 3);
    BOOST_TEST(Decimal::of("0.000").magnitude() == 0);
}

BOOST_AUTO_TEST_CASE(comparesByValue) {
    BOOST_TEST((Decimal::of("95.0") == Decimal::of("95")));
    BOOST_TEST((Decimal::of("2500").rounded(-3) == Decimal(2000)));
    BOOST_TEST((Decimal::of("-1") < Decimal::of("0.5")));
    BOOST_TEST((Decimal::of("0.30") > Decimal::of("0.3") - Decimal::of("0.0001")));
    BOOST_TEST((Decimal::of("0.1") + Decimal::of("0.2") == Decimal::of("0.3")));
}

BOOST_AUTO_TEST_CASE(keepsTheDecimalsOfTheOperands) {
    BOOST_TEST((Decimal::of("95.0") + Decimal::of("0.05")).text() == "95.05");
    BOOST_TEST((Decimal::of("1.30") * Decimal::of("2.0")).text() == "2.600");
    BOOST_TEST((Decimal::of("6") / Decimal::of("3")).text() == "2");
    BOOST_TEST((Decimal::of("1") / Decimal::of("8")).text() == "0.125");
    BOOST_TEST((Decimal::of("1") / Decimal::of("3")).text() == "0.3333333333333333333333333333333333");
    BOOST_TEST((Decimal::of("2") / Decimal::of("3")).text() == "0.6666666666666666666666666666666667");
    BOOST_TEST(Decimal::of("-1.50").abs().text() == "1.50");
}

BOOST_AUTO_TEST_CASE(hasNoResultWhereThereIsNoNumber) {
    BOOST_CHECK_THROW(Decimal(1) / Decimal(0), touchstone::Error);
    BOOST_CHECK_THROW(Decimal(0) / Decimal(0), touchstone::Error);
    BOOST_CHECK_THROW(static_cast<void>(Decimal::of("1234567890123456789012345678901234").rounded(1)),
                      touchstone::Error);
    BOOST_CHECK_THROW(static_cast<void>(Decimal(1).rounded(100000)), touchstone::Error);
    BOOST_CHECK_THROW(static_cast<void>(Decimal(1).rounded(-100000)), touchstone::Error);
    const Decimal tiny = Decimal::of("0." + std::string(6000, '0') + "1");
    BOOST_CHECK_THROW(tiny * tiny, touchstone::Error);
}

BOOST_AUTO_TEST_CASE(roundsInEachMode) {
    struct Case {
        const char* value;
        const char* halfEven;
        const char* halfUp;
        const char* down;
        const char* up;
    };
    constexpr std::array cases{Case{"2.5", "2", "3", "2", "3"},      Case{"3.5", "4", "4", "3", "4"},
                               Case{"-2.5", "-2", "-3", "-2", "-3"}, Case{"2.1", "2", "2", "2", "3"},
                               Case{"-2.9", "-3", "-3", "-2", "-3"}, Case{"2.0", "2", "2", "2", "2"}};
    for (const Case& c : cases) {
        const Decimal value = Decimal::of(c.value);
        BOOST_TEST(value.rounded(0, RoundingMode::HalfEven).text() == c.halfEven);
        BOOST_TEST(value.rounded(0, RoundingMode::HalfUp).text() == c.halfUp);
        BOOST_TEST(value.rounded(0, RoundingMode::Down).text() == c.down);
        BOOST_TEST(value.rounded(0, RoundingMode::Up).text() == c.up);
    }
}

BOOST_AUTO_TEST_CASE(roundingToMorePlacesAddsZeros) {
    BOOST_TEST(Decimal::of("95").rounded(2).text() == "95.00");
}

RC_BOOST_PROP(readingWhatWasWrittenGivesTheSame, ()) {
    const Decimal a = anyDecimal();
    const Decimal b = Decimal::of(a.text());
    RC_ASSERT(b == a);
    RC_ASSERT(b.text() == a.text());
    RC_ASSERT(b.decimals() == a.decimals());
}

RC_BOOST_PROP(sumsAndProductsAreExact, ()) {
    const Decimal a = anyDecimal();
    const Decimal b = anyDecimal();
    const Exact x = exactOf(a);
    const Exact y = exactOf(b);
    RC_ASSERT(same(exactOf(a + b), {x.digits * power(y.scale) + y.digits * power(x.scale), x.scale + y.scale}));
    RC_ASSERT(same(exactOf(a - b), {x.digits * power(y.scale) - y.digits * power(x.scale), x.scale + y.scale}));
    RC_ASSERT(same(exactOf(a * b), {x.digits * y.digits, x.scale + y.scale}));
}

RC_BOOST_PROP(orderIsThatOfTheNumbers, ()) {
    const Decimal a = anyDecimal();
    const Decimal b = anyDecimal();
    const Exact x = exactOf(a);
    const Exact y = exactOf(b);
    const cpp_int left = x.digits * power(y.scale);
    const cpp_int right = y.digits * power(x.scale);
    RC_ASSERT((a < b) == (left < right));
    RC_ASSERT((a == b) == (left == right));
}

RC_BOOST_PROP(roundingIsHalfEvenOfTheExactNumber, ()) {
    const Decimal a = anyDecimal();
    const auto places = *rc::gen::inRange<unsigned>(0, 13);
    const Exact x = exactOf(a);
    const cpp_int expected = places >= x.scale ? cpp_int(x.digits * power(places - x.scale))
                                               : divideHalfEven(x.digits, power(x.scale - places));
    const Decimal rounded = a.rounded(static_cast<int>(places));
    RC_ASSERT(rounded.decimals() == static_cast<int>(places));
    RC_ASSERT(same(exactOf(rounded), {expected, places}));
}

RC_BOOST_PROP(quotientTimesDivisorComesBackTo34Digits, ()) {
    const Decimal a = anyDecimal();
    const Decimal b = anyDecimal();
    RC_PRE(!b.isZero());
    const Decimal error = (a / b * b - a).abs();
    RC_ASSERT(error <= a.abs() * Decimal::of("0.00000000000000000000000000000001"));
}

BOOST_AUTO_TEST_SUITE_END()
