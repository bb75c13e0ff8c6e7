#include "server/certificates/Differences.h"

#include <boost/test/unit_test.hpp>

using touchstone::certificates::Difference;
using touchstone::certificates::differencesOf;
using touchstone::certificates::Earlier;
using touchstone::certificates::FrozenContent;
using touchstone::certificates::frozenJson;
using touchstone::certificates::FrozenTest;
using touchstone::certificates::LateValue;
using touchstone::certificates::NearLimitRule;

namespace json = touchstone::json;

namespace {

const std::optional<NearLimitRule> kTenth =
    NearLimitRule{touchstone::Decimal::of("0.1"), touchstone::parseDate("2020-01-01").value(), false, "invented"};

FrozenTest range(const std::string& value, std::optional<std::string> lower, std::optional<std::string> upper) {
    FrozenTest out{};
    out.heading = "检查";
    out.item = "水分";
    out.unit = "%";
    out.requirement = "按标准";
    out.limitKind = "range";
    out.lower = std::move(lower);
    out.upper = std::move(upper);
    out.lowerInclusive = out.upperInclusive = true;
    out.value = out.compared = value;
    out.verdict = "conforms";
    out.version = 1;
    return out;
}

FrozenContent contentOf(const FrozenTest& test, const std::string& edition = "2025年版") {
    FrozenContent out{};
    out.sample.edition = edition;
    out.tests = {test};
    return out;
}

/// As certificate.frozen holds it.
Earlier earlier(const FrozenContent& content) {
    return {"BG2026000001", json::parse(frozenJson({"BG2026000001", "https://example.cn/verify/A", 1, "release", "检验完成", {}, {"drug", 1, std::string(64, '0')}},
                                                   content.json()))};
}

std::string kinds(const FrozenContent& content, const std::vector<LateValue>& late = {}, const Earlier* previous = nullptr,
                  const std::optional<std::string>& own = {}, const std::optional<NearLimitRule>& near = kTenth) {
    std::string out;
    for (const Difference& one : differencesOf(content, late, previous, own, near)) out += std::string(name(one.kind)) + " ";
    return out;
}

std::string ofValue(const std::string& value, std::optional<std::string> lower, std::optional<std::string> upper,
                    const std::optional<NearLimitRule>& near = kTenth) {
    return kinds(contentOf(range(value, std::move(lower), std::move(upper))), {}, nullptr, {}, near);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(differences)

BOOST_AUTO_TEST_CASE(whatIsAsUsualIsNotMentioned) {
    const FrozenContent usual = contentOf(range("100.0", "95.0", "105.0"));
    const Earlier before = earlier(usual);
    BOOST_TEST(kinds(usual, {}, &before) == "");
}

BOOST_AUTO_TEST_CASE(nearIsATenthOfTheWidthOrOfTheOneBound) {
    BOOST_TEST(ofValue("96.0", "95.0", "105.0") == "near_limit ");
    BOOST_TEST(ofValue("96.1", "95.0", "105.0") == "");
    BOOST_TEST(ofValue("104.0", "95.0", "105.0") == "near_limit ");
    BOOST_TEST(ofValue("0.27", {}, "0.3") == "near_limit ");
    BOOST_TEST(ofValue("0.26", {}, "0.3") == "");
    BOOST_TEST(ofValue("88", "80", {}) == "near_limit ");
    BOOST_TEST(ofValue("89", "80", {}) == "");
}

BOOST_AUTO_TEST_CASE(howNearIsSaidByTheRuleAndWithoutOneNothingIs) {
    NearLimitRule rule = *kTenth;
    rule.share = touchstone::Decimal::of("0.05");
    BOOST_TEST(ofValue("95.5", "95.0", "105.0", rule) == "near_limit ");
    BOOST_TEST(ofValue("95.6", "95.0", "105.0", rule) == "");
    BOOST_TEST(ofValue("95.0", "95.0", "105.0", std::nullopt) == "");
}

BOOST_AUTO_TEST_CASE(whatIsNoNumberIsNearNothing) {
    BOOST_TEST(ofValue("<0.3", {}, "0.3") == "");
    BOOST_TEST(ofValue("未检出", {}, "0.3") == "");
    BOOST_TEST(ofValue("0", {}, "0") == "");
    BOOST_TEST(ofValue("5", {}, {}) == "");
}

BOOST_AUTO_TEST_CASE(aFailureIsSaidAndIsNoNearness) {
    FrozenTest test = range("0.31", {}, "0.3");
    test.verdict = "fails";
    BOOST_TEST(kinds(contentOf(test)) == "failing ");
}

BOOST_AUTO_TEST_CASE(aLaterVersionIsSaidWithItsReason) {
    FrozenTest test = range("100.0", "95.0", "105.0");
    test.version = 3;
    test.reason = "复测";
    const auto found = differencesOf(contentOf(test), {}, nullptr, {}, kTenth);
    BOOST_REQUIRE_EQUAL(found.size(), 1U);
    BOOST_TEST(name(found[0].kind) == "corrected");
    BOOST_TEST(found[0].reason == "复测");
    BOOST_TEST(found[0].value == "100.0 %");
}

BOOST_AUTO_TEST_CASE(anotherVerdictAndAnotherEditionThanTheCertificateBeforeAreSaid) {
    FrozenTest failing = range("0.5", {}, "0.3");
    failing.verdict = "fails";
    const Earlier before = earlier(contentOf(failing, "2020年版"));
    const auto found = differencesOf(contentOf(range("0.1", {}, "0.3")), {}, &before, {}, kTenth);
    BOOST_REQUIRE_EQUAL(found.size(), 2U);
    BOOST_TEST(name(found[0].kind) == "verdict_changed");
    BOOST_TEST(found[0].previous == "0.5 %");
    BOOST_TEST(found[0].certificate == "BG2026000001");
    BOOST_TEST(name(found[1].kind) == "edition_changed");
    BOOST_TEST(found[1].previous == "2020年版");
    BOOST_TEST(found[1].value == "2025年版");
}

BOOST_AUTO_TEST_CASE(anItemThatTheCertificateBeforeDidNotHaveIsNotCompared) {
    FrozenTest other = range("0.5", {}, "0.3");
    other.item = "灰分";
    other.verdict = "fails";
    const Earlier before = earlier(contentOf(other));
    BOOST_TEST(kinds(contentOf(range("0.1", {}, "0.3")), {}, &before) == "");
}

BOOST_AUTO_TEST_CASE(lateValuesAndAnOwnCertificateAreSaid) {
    BOOST_TEST(kinds(contentOf(range("0.1", {}, "0.3")), {{"水分", "0.2 %"}}, nullptr, "BG2026000009") == "late amended ");
}

BOOST_AUTO_TEST_SUITE_END()
