#include <algorithm>
#include <boost/test/unit_test.hpp>

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

touchstone::reports::CertificateData printed(const FrozenContent& content) {
    return touchstone::certificates::toPrint(json::parse(frozen(content)));
}

std::string field(const touchstone::reports::CertificateData& data, const std::string& label) {
    for (const auto& [key, value] : data.fields) {
        if (key == label) return value;
    }
    return "no field " + label;
}

}  // namespace

BOOST_AUTO_TEST_CASE(theConclusionOfADrugThatConforms) {
    BOOST_TEST(printed(drug({testOf("水分", "0.1", "%", "conforms")})).conclusion ==
               "本品按中国药典2025年版二部检验\uff0c结果符合规定。");
}

BOOST_AUTO_TEST_CASE(theConclusionNamesEveryItemThatFailsAndNoOther) {
    const auto data = printed(drug({testOf("水分", "0.1", "%", "conforms"), testOf("溶出度", "70", "%", "fails"),
                                    testOf("含量测定", "91.0", "%", "fails")}));
    BOOST_TEST(data.conclusion ==
               "本品按中国药典2025年版二部检验\uff0c结果不符合规定。不符合规定项目\uff1a溶出度、含量测定。");
    BOOST_TEST(data.lines[0].verdict == "符合规定");
    BOOST_TEST(data.lines[1].verdict == "不符合规定");
    BOOST_TEST(!data.lines[2].conforms);
}

BOOST_AUTO_TEST_CASE(devicesSpeakOfSamplesAndOfTheItemsTested) {
    FrozenContent content = drug({testOf("口罩带", "12", "N", "conforms")});
    content.sample.kind = "device";
    const auto data = printed(content);
    BOOST_TEST(data.conclusion == "本批样品按中国药典2025年版二部检验\uff0c所检项目符合标准规定。");
    BOOST_TEST(field(data, "样品编号") == "JP1");
    BOOST_TEST(field(data, "检验目的") == "复检");
    BOOST_TEST(field(printed(drug({})), "检验目的") == "复验");
}

BOOST_AUTO_TEST_CASE(theResultIsTheComparedValueAndOnlyFiguresHaveAUnit) {
    const auto data =
        printed(drug({testOf("含量", "95.0", "%", "conforms"), testOf("压力差", "31", "Pa", "conforms"),
                      testOf("大肠埃希菌", "未检出", "CFU/g", "conforms"), testOf("性状", "白色片", "", "conforms")}));
    BOOST_TEST(data.lines[0].result == "95.0%");
    BOOST_TEST(data.lines[1].result == "31 Pa");
    BOOST_TEST(data.lines[2].result == "未检出");
    BOOST_TEST(data.lines[3].result == "白色片");
}

BOOST_AUTO_TEST_CASE(datesAreThoseOfTheLaboratorysZone) {
    const auto data = printed(drug({testOf("水分", "0.1", "%", "conforms")}));
    BOOST_TEST(data.issueDate == "2026-11-22");
    BOOST_TEST(field(data, "收检日期") == "2026-11-22");
}

BOOST_AUTO_TEST_CASE(theDaysOfTestingAreThoseOfTheResults) {
    FrozenTest second = testOf("含量", "95.0", "%", "conforms");
    second.enteredBy.at = kLateEvening - std::chrono::hours(48);
    BOOST_TEST(field(printed(drug({testOf("水分", "0.1", "%", "conforms"), second})), "检验日期") ==
               "2026-11-20至2026-11-22");
    BOOST_TEST(field(printed(drug({second})), "检验日期") == "2026-11-20");
}

BOOST_AUTO_TEST_CASE(handsAreNamedOnceEachWithTheLastDay) {
    FrozenTest second = testOf("含量", "95.0", "%", "conforms");
    second.analyst = FrozenHand{"zhao", "赵六", kLateEvening + std::chrono::hours(24)};
    const auto data =
        printed(drug({testOf("水分", "0.1", "%", "conforms"), second, testOf("灰分", "0.1", "%", "conforms")}));
    BOOST_TEST(data.signatures[0].second == "张三、赵六 2026-11-23");
    BOOST_TEST(data.signatures[1].second == "李四 2026-11-22");
    BOOST_TEST(data.signatures[2].second == "王五 2026-11-22");
}

BOOST_AUTO_TEST_CASE(aDemonstrationSaysSoInItsNotes) {
    FrozenContent content = drug({});
    const std::size_t with = printed(content).notes.size();
    content.laboratory.watermark = "";
    BOOST_TEST(printed(content).notes.size() + 1 == with);
}

BOOST_AUTO_TEST_CASE(theSignedBytesStandUnchangedInWhatIsFrozen) {
    const std::string content = drug({testOf("水分", "0.1", "%", "conforms")}).json();
    const std::string whole =
        touchstone::certificates::frozenJson({"BG2026000001", "u", 7, "release", "r", {}}, content);
    BOOST_TEST(whole.find("\"content\":" + content + "}") != std::string::npos);
    BOOST_TEST(touchstone::toHex(touchstone::certificates::signedHash({content, content})) ==
               touchstone::toHex(touchstone::sha256("[" + content + "," + content + "]")));
}

BOOST_AUTO_TEST_CASE(aMemberThatIsMissingIsNamed) {
    BOOST_CHECK_EXCEPTION(
        touchstone::certificates::toPrint(json::parse("{}")), std::runtime_error,
        [](const std::runtime_error& error) { return error.what() == "frozen certificate lacks content"s; });
}
