#include <boost/test/unit_test.hpp>
#include <sstream>

#include "server/certificates/CertificateText.h"
#include "server/certificates/Frozen.h"
#include "tests/unit/certificates/Example.h"

using namespace std::string_literals;
using touchstone::certificates::FrozenContent;
using touchstone::certificates::FrozenHand;
using touchstone::certificates::FrozenTest;

namespace json = touchstone::json;
using namespace touchstone::certificates::example;

namespace {

touchstone::reports::Data dataOf(const FrozenContent& content) {
    return touchstone::certificates::toData(json::parse(frozen(content)));
}

/// What stands at a path: derived.failing, tests.0.derived.result. Texts of a list are joined by +.
std::string at(const touchstone::reports::Data& data, const std::string& path) {
    const touchstone::reports::Data* here = &data;
    std::istringstream steps(path);
    for (std::string step; std::getline(steps, step, '.');) {
        here = here->list() != nullptr ? &here->list()->at(std::stoul(step)) : here->find(step);
        if (here == nullptr) return "nothing";
    }
    if (here->text() != nullptr) return *here->text();
    std::string out;
    for (const auto& item : *here->list()) out += (out.empty() ? "" : "+") + *item.text();
    return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whatWasFrozenStandsThereAsItIs) {
    const auto data = dataOf(drug({testOf("水分", "0.1", "%", "conforms")}));
    BOOST_TEST(at(data, "number") == "BG2026000001");
    BOOST_TEST(at(data, "verification_url") == "https://x/verify/t");
    BOOST_TEST(at(data, "laboratory.name_en") == "Institute");
    BOOST_TEST(at(data, "sample.product_name") == "甲&乙<片>");
    BOOST_TEST(at(data, "sample.produced_on").empty());
    BOOST_TEST(at(data, "tests.0.requirement") == "不得过0.3%");
    BOOST_TEST(at(data, "tests.0.limit.lower_inclusive") == "false");
    BOOST_TEST(at(data, "verdict") == "conforms");
    BOOST_TEST(at(data, "signatory.name") == "王五");
    BOOST_TEST(at(data, "signature.id") == "7");
    BOOST_TEST(at(data, "content") == "nothing");
}

BOOST_AUTO_TEST_CASE(everyItemThatFailsIsNamedAndNoOther) {
    const auto data = dataOf(drug({testOf("水分", "0.1", "%", "conforms"), testOf("溶出度", "70", "%", "fails"),
                                   testOf("含量测定", "91.0", "%", "fails")}));
    BOOST_TEST(at(data, "derived.failing") == "溶出度+含量测定");
    BOOST_TEST(at(data, "derived.test_count") == "3");
    BOOST_TEST(at(data, "verdict") == "fails");
}

BOOST_AUTO_TEST_CASE(theResultIsTheComparedValueAndOnlyFiguresHaveAUnit) {
    const auto data =
        dataOf(drug({testOf("含量", "95.0", "%", "conforms"), testOf("压力差", "31", "Pa", "conforms"),
                     testOf("大肠埃希菌", "未检出", "CFU/g", "conforms"), testOf("性状", "白色片", "", "conforms")}));
    BOOST_TEST(at(data, "tests.0.derived.result") == "95.0%");
    BOOST_TEST(at(data, "tests.1.derived.result") == "31 Pa");
    BOOST_TEST(at(data, "tests.2.derived.result") == "未检出");
    BOOST_TEST(at(data, "tests.3.derived.result") == "白色片");
}

BOOST_AUTO_TEST_CASE(datesAreThoseOfTheLaboratorysZone) {
    const auto data = dataOf(drug({testOf("水分", "0.1", "%", "conforms")}));
    BOOST_TEST(at(data, "derived.issued_on") == "2026-11-22");
    BOOST_TEST(at(data, "derived.received_on") == "2026-11-22");
}

BOOST_AUTO_TEST_CASE(theDaysOfTestingAreThoseOfTheResults) {
    FrozenTest second = testOf("含量", "95.0", "%", "conforms");
    second.enteredBy.at = kLateEvening - std::chrono::hours(48);
    const auto both = dataOf(drug({testOf("水分", "0.1", "%", "conforms"), second}));
    BOOST_TEST(at(both, "derived.test_days.first") == "2026-11-20");
    BOOST_TEST(at(both, "derived.test_days.last") == "2026-11-22");
    const auto one = dataOf(drug({second}));
    BOOST_TEST(at(one, "derived.test_days.first") == "2026-11-20");
    BOOST_TEST(at(one, "derived.test_days.last").empty());
}

BOOST_AUTO_TEST_CASE(handsAreNamedOnceEachWithTheLastDay) {
    FrozenTest second = testOf("含量", "95.0", "%", "conforms");
    second.analyst = FrozenHand{"zhao", "赵六", kLateEvening + std::chrono::hours(24)};
    const auto data =
        dataOf(drug({testOf("水分", "0.1", "%", "conforms"), second, testOf("灰分", "0.1", "%", "conforms")}));
    BOOST_TEST(at(data, "derived.analysts.names") == "张三+赵六");
    BOOST_TEST(at(data, "derived.analysts.last_day") == "2026-11-23");
    BOOST_TEST(at(data, "derived.checkers.names") == "李四");
    const auto none = dataOf(drug({}));
    BOOST_TEST(at(none, "derived.analysts.names").empty());
    BOOST_TEST(at(none, "derived.analysts.last_day").empty());
}

BOOST_AUTO_TEST_CASE(whatIsOutOfTheScopeOfAMarkIsNamed) {
    const auto with = [](std::vector<std::string> accredited) {
        FrozenContent content =
            drug({testOf("水分", "0.1", "%", "conforms"), testOf("含量", "95", "%", "conforms")});
        content.laboratory.marks = {{"CMA", "1"}, {"CNAS", "2"}};
        content.tests[0].accredited = std::move(accredited);
        content.tests[1].accredited = {"CMA", "CNAS"};
        return dataOf(content);
    };
    const auto data = with({"CNAS"});
    BOOST_TEST(at(data, "tests.0.derived.in_scope") == "false");
    BOOST_TEST(at(data, "tests.1.derived.in_scope") == "true");
    BOOST_TEST(at(data, "derived.outside_scope.0.body") == "CMA");
    BOOST_TEST(at(data, "derived.outside_scope.0.items") == "水分");
    BOOST_TEST(data.find("derived")->find("outside_scope")->list()->size() == 1U);
    BOOST_TEST(with({"CNAS", "CMA"}).find("derived")->find("outside_scope")->blank());
    BOOST_TEST(at(dataOf(drug({testOf("水分", "0.1", "%", "conforms")})), "tests.0.derived.in_scope") == "true");
}

BOOST_AUTO_TEST_CASE(codesOfWhatChangedSayWhatTheyAreOf) {
    FrozenContent content = drug({});
    content.replaces = touchstone::certificates::FrozenReplaces{
        "BG1", "00", "2026-11-01", "抄录有误", {{"verdict", "水分", "fails", "conforms"}, {"batch_no", "", "none", ""}}};
    const auto data = dataOf(content);
    BOOST_TEST(at(data, "replaces.number") == "BG1");
    BOOST_TEST(at(data, "replaces.changes.0.derived.old") == "verdict:fails");
    BOOST_TEST(at(data, "replaces.changes.0.derived.new") == "verdict:conforms");
    BOOST_TEST(at(data, "replaces.changes.1.derived.old") == "none");
    BOOST_TEST(at(data, "replaces.changes.1.derived.new").empty());
}

BOOST_AUTO_TEST_CASE(theSignedBytesStandUnchangedInWhatIsFrozen) {
    const std::string content = drug({testOf("水分", "0.1", "%", "conforms")}).json();
    const std::string whole =
        touchstone::certificates::frozenJson({"BG2026000001", "u", 7, "release", "r", {}, {"drug", 1, std::string(64, '0')}}, content);
    BOOST_TEST(whole.find("\"content\":" + content + "}") != std::string::npos);
    BOOST_TEST(touchstone::toHex(touchstone::certificates::signedHash({content, content})) ==
               touchstone::toHex(touchstone::sha256("[" + content + "," + content + "]")));
}

BOOST_AUTO_TEST_CASE(aMemberThatIsMissingIsNamed) {
    BOOST_CHECK_EXCEPTION(
        (void)touchstone::certificates::toData(json::parse("{}")), std::runtime_error,
        [](const std::runtime_error& error) { return error.what() == "frozen certificate lacks content"s; });
}
