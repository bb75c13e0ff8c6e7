#include "server/quality/Westgard.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

using touchstone::Decimal;

namespace quality = touchstone::quality;

namespace {

std::vector<quality::ControlRule> rules() {
    using quality::Pattern;
    using quality::Severity;
    return {{"1-2s", Pattern::SameSide, 1, Decimal(2), Severity::Warning},       {"1-3s", Pattern::SameSide, 1, Decimal(3), Severity::Reject},
            {"2-2s", Pattern::SameSide, 2, Decimal(2), Severity::Reject},        {"R-4s", Pattern::OppositeSides, 2, Decimal(2), Severity::Reject},
            {"4-1s", Pattern::SameSide, 4, Decimal(1), Severity::Reject},        {"10x", Pattern::SameSide, 10, Decimal(0), Severity::Reject}};
}

/// The rules that the last of the values breaks, by a target of 100 with an SD of 5.
std::string broken(const std::string& values) {
    std::vector<quality::ControlPoint> points;
    std::istringstream in(values);
    for (std::string value; in >> value;) points.push_back({Decimal::of(value), Decimal(100), Decimal(5)});
    std::string out;
    for (const auto& one : quality::violations(rules(), points)) out += (out.empty() ? "" : " ") + one.rule;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(westgard)

BOOST_AUTO_TEST_CASE(aPointWithinTwoStandardDeviationsBreaksNothing) {
    for (const char* value : {"100", "100.0", "109.9", "110", "90", "90.00"}) BOOST_TEST(broken(value) == "", value);
    BOOST_TEST(broken("") == "");
}

BOOST_AUTO_TEST_CASE(beyondTwoIsAWarningAndBeyondThreeIsRejected) {
    BOOST_TEST(broken("110.0001") == "1-2s");
    BOOST_TEST(broken("89.9") == "1-2s");
    BOOST_TEST(broken("115") == "1-2s");
    BOOST_TEST(broken("115.000000000001") == "1-2s 1-3s");
    BOOST_TEST(broken("84.9") == "1-2s 1-3s");
    BOOST_TEST((quality::violations(rules(), std::vector<quality::ControlPoint>{{Decimal(111), Decimal(100), Decimal(5)}}) ==
                std::vector<quality::Violation>{{"1-2s", quality::Severity::Warning}}));
}

BOOST_AUTO_TEST_CASE(twoInARowBeyondTwoOnOneSide) {
    BOOST_TEST(broken("111 111") == "1-2s 2-2s");
    BOOST_TEST(broken("88 89") == "1-2s 2-2s");
    BOOST_TEST(broken("111 110") == "");
    BOOST_TEST(broken("111 100 111") == "1-2s");
}

BOOST_AUTO_TEST_CASE(twoInARowBeyondTwoOnOppositeSides) {
    BOOST_TEST(broken("111 89") == "1-2s R-4s");
    BOOST_TEST(broken("89 111") == "1-2s R-4s");
    BOOST_TEST(broken("111 90") == "");
    BOOST_TEST(broken("114.9 92") == "");
    BOOST_TEST(broken("111 100 89") == "1-2s");
}

BOOST_AUTO_TEST_CASE(fourInARowBeyondOneOnOneSide) {
    BOOST_TEST(broken("106 106 106 106") == "4-1s");
    BOOST_TEST(broken("94 94 94 94") == "4-1s");
    BOOST_TEST(broken("106 106 106") == "");
    BOOST_TEST(broken("106 106 94 106") == "");
    BOOST_TEST(broken("106 105 106 106") == "");
    BOOST_TEST(broken("90 106 106 106 106") == "4-1s");
}

BOOST_AUTO_TEST_CASE(tenInARowOnOneSideOfTheMean) {
    BOOST_TEST(broken("101 101 101 101 101 101 101 101 101 101") == "10x");
    BOOST_TEST(broken("99 99 99 99 99 99 99 99 99 99.9") == "10x");
    BOOST_TEST(broken("101 101 101 101 101 101 101 101 101") == "");
    BOOST_TEST(broken("101 101 101 101 100 101 101 101 101 101") == "", "on the mean is on neither side");
}

BOOST_AUTO_TEST_CASE(eachPointIsMeasuredByItsOwnTarget) {
    const std::vector<quality::ControlPoint> points{{Decimal::of("11.1"), Decimal(10), Decimal::of("0.5")}, {Decimal(111), Decimal(100), Decimal(5)}};
    BOOST_TEST(quality::violations(rules(), points).size() == 2U);
    BOOST_TEST(quality::deviation(points[0]) == "2.20");
    BOOST_TEST(quality::deviation({Decimal::of("98.6"), Decimal(100), Decimal(3)}) == "-0.47");
}

BOOST_AUTO_TEST_SUITE_END()
