#include "server/catalogue/Limit.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

using touchstone::catalogue::Bound;
using touchstone::catalogue::ComparisonRule;
using touchstone::catalogue::Judgement;
using touchstone::catalogue::Limit;
using touchstone::catalogue::LimitKind;
using touchstone::catalogue::Verdict;
using touchstone::catalogue::comparisonRuleOf;
using touchstone::catalogue::limitKindOf;
using touchstone::catalogue::verdictOf;

namespace {

constexpr auto kFull = ComparisonRule::Full;
constexpr auto kRounded = ComparisonRule::Rounded;

/// What judge() says in one line: "conforms 95.0 (GB/T 8170-2008 to 1 decimals)", or "nothing".
std::string said(const std::optional<Judgement>& judgement) {
    if (!judgement) return "nothing";
    const std::string verdict = std::string(name(judgement->verdict)) + " " + judgement->compared;
    return judgement->rounding == "none" ? verdict : verdict + " (" + judgement->rounding + ")";
}

struct Case {
    const char* lower;
    const char* upper;
    ComparisonRule rule;
    const char* value;
    const char* expected;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.value << " in [" << c.lower << ", " << c.upper << "], " << name(c.rule);
}

Limit range(const std::string& lower, const std::string& upper, ComparisonRule rule, bool inclusive = true) {
    Limit limit;
    if (!lower.empty()) limit.lower = Bound{lower, inclusive};
    if (!upper.empty()) limit.upper = Bound{upper, inclusive};
    limit.comparison = rule;
    return limit;
}

const Case kNumbers[] = {
    // 修约值比较法: rounded once to the decimals of the limit.
    {"95.0", "105.0", kRounded, "94.95", "conforms 95.0 (GB/T 8170-2008 to 1 decimals)"},
    {"95.0", "105.0", kRounded, "94.85", "fails 94.8 (GB/T 8170-2008 to 1 decimals)"},
    {"95.0", "105.0", kRounded, "94.9499", "fails 94.9 (GB/T 8170-2008 to 1 decimals)"},
    {"95.0", "105.0", kRounded, "105.05", "conforms 105.0 (GB/T 8170-2008 to 1 decimals)"},
    {"95.0", "105.0", kRounded, "105.050001", "fails 105.1 (GB/T 8170-2008 to 1 decimals)"},
    {"95.0", "105.0", kRounded, "95", "conforms 95.0 (GB/T 8170-2008 to 1 decimals)"},
    {"", "0.3", kRounded, "0.35", "fails 0.4 (GB/T 8170-2008 to 1 decimals)"},
    {"", "0.3", kRounded, "0.34", "conforms 0.3 (GB/T 8170-2008 to 1 decimals)"},
    {"80", "", kRounded, "79.5", "conforms 80 (GB/T 8170-2008 to 0 decimals)"},
    {"9.5", "10.25", kRounded, "10.255", "fails 10.26 (GB/T 8170-2008 to 2 decimals)"},
    // 全数值比较法: as it is.
    {"95.0", "105.0", kFull, "105.05", "fails 105.05"},
    {"95.0", "105.0", kFull, "94.95", "fails 94.95"},
    {"95.0", "105.0", kFull, "105.00", "conforms 105.00"},
    {"", "49", kFull, "49.0", "conforms 49.0"},
    {"", "49", kFull, "49.01", "fails 49.01"},
    {"-2", "2", kFull, "-2.1", "fails -2.1"},
    // Below or above what can be measured: only what is certain is decided.
    {"", "0.3", kRounded, "<0.05", "conforms <0.05"},
    {"", "0.3", kRounded, "<0.3", "conforms <0.3"},
    {"", "0.3", kRounded, "<0.5", "nothing"},
    {"", "0.3", kRounded, ">0.3", "nothing"},
    {"", "0.3", kRounded, ">0.5", "fails >0.5"},
    {"", "0.3", kFull, ">0.3", "fails >0.3"},
    {"", "0.3", kFull, ">=0.3", "nothing"},
    {"95", "", kFull, ">100", "conforms >100"},
    {"95", "", kFull, "≥95", "conforms ≥95"},
    {"95", "", kFull, "<95", "fails <95"},
    {"95", "", kFull, "≤95", "nothing"},
    {"95", "105", kFull, ">100", "nothing"},
    {"95", "105", kFull, "＞105", "fails ＞105"},
    {"0.1", "0.3", kFull, "＜0.05", "fails ＜0.05"},
    {"", "10", kFull, " < 0.5 ", "conforms < 0.5"},
    // No number.
    {"", "0.3", kRounded, "未检出", "nothing"},
    {"", "0.3", kRounded, "0,2", "nothing"},
    {"", "0.3", kRounded, "1e-3", "nothing"},
    {"", "0.3", kRounded, "<", "nothing"},
    {"", "0.3", kRounded, "", "nothing"},
    {"", "", kFull, "1", "nothing"},
};

struct Word {
    const char* value;
    const char* expected;
};
std::ostream& operator<<(std::ostream& out, const Word& w) { return out << w.value; }

const Word kNotDetected[] = {
    {"未检出", "conforms 未检出"}, {"ND", "conforms ND"},   {"n.d.", "conforms n.d."}, {"Not detected", "conforms Not detected"},
    {"<LOD", "conforms <LOD"},     {"检出", "fails 检出"},  {"12", "fails 12"},        {">300", "fails >300"},
    {"0", "nothing"},              {"<10", "nothing"},      {"可疑", "nothing"},       {"", "nothing"},
};

const Word kPenetration[] = {
    {"无渗透", "conforms 无渗透"},
    {"有渗透", "fails 有渗透"},
    {"无渗透。", "nothing"},
    {"", "nothing"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(LimitTest)

BOOST_DATA_TEST_CASE(aNumberAgainstARange, boost::unit_test::data::make(kNumbers), c) {
    BOOST_TEST(said(judge(range(c.lower, c.upper, c.rule), c.value)) == c.expected);
}

BOOST_AUTO_TEST_CASE(aBoundThatIsExcludedFailsItsOwnValue) {
    BOOST_TEST(said(judge(range("", "0.50", kFull, false), "0.50")) == "fails 0.50");
    BOOST_TEST(said(judge(range("", "0.50", kFull, false), "0.49")) == "conforms 0.49");
    BOOST_TEST(said(judge(range("", "0.50", kFull, false), "<0.50")) == "conforms <0.50");
    BOOST_TEST(said(judge(range("", "0.50", kRounded, false), "<0.50")) == "nothing");   // 0.499 would round to 0.50
    BOOST_TEST(said(judge(range("4.5", "", kFull, false), "4.5")) == "fails 4.5");
}

BOOST_DATA_TEST_CASE(notDetected, boost::unit_test::data::make(kNotDetected), w) {
    Limit limit;
    limit.kind = LimitKind::NotDetected;
    BOOST_TEST(said(judge(limit, w.value)) == w.expected);
}

BOOST_DATA_TEST_CASE(textsAreMatchedExactly, boost::unit_test::data::make(kPenetration), w) {
    Limit limit;
    limit.accepted = {"无渗透"};
    limit.rejected = {"有渗透"};
    for (const LimitKind kind : {LimitKind::Text, LimitKind::List}) {
        limit.kind = kind;
        BOOST_TEST(said(judge(limit, w.value)) == w.expected);
    }
}

BOOST_AUTO_TEST_CASE(namesAreThoseOfTheSchema) {
    for (const LimitKind kind : {LimitKind::Range, LimitKind::Text, LimitKind::List, LimitKind::NotDetected}) {
        BOOST_TEST((limitKindOf(name(kind)) == kind));
    }
    BOOST_TEST(name(LimitKind::NotDetected) == "not_detected");
    BOOST_TEST((comparisonRuleOf("rounded") == kRounded));
    BOOST_TEST((verdictOf("fails") == Verdict::Fails));
    BOOST_TEST(!limitKindOf("between").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
