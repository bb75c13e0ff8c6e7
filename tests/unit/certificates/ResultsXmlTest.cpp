#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "instruments/formats/Xml.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Json.h"
#include "tests/support/TempFolder.h"
#include "tests/unit/certificates/Example.h"

using namespace touchstone::certificates;
using namespace touchstone::certificates::example;
namespace json = touchstone::json;
namespace xml = touchstone::xml;

namespace {

const std::string kSchema = std::string(TOUCHSTONE_SOURCE) + "/schema/results.xsd";

/// A certificate that has everything that one can have.
FrozenContent fullContent() {
    FrozenTest measured = testOf("含量测定", "95.0", "%", "conforms");
    measured.lower = "95.0";
    measured.upper = "105.0";
    measured.lowerInclusive = true;
    measured.reason = "重新积分";
    measured.version = 2;
    measured.source = "instrument";
    measured.methodTitle = "高效液相色谱法";
    measured.evidence = FrozenEvidence{"HPLC-1", "uid-1", std::string(64, 'a'), 5, 9, "20261121170000"};
    FrozenTest counted = testOf("大肠埃希菌", "未检出", "CFU/g", "conforms");
    counted.limitKind = "not_detected";
    counted.value = "未检出";
    counted.accepted = R"(["未检出","ND"])";
    FrozenTest traces = testOf("铅", "<0.05", "mg/kg", "fails");
    traces.value = "<0.05";
    FrozenContent content = drug({measured, counted, traces});
    for (std::string* field : {&content.sample.batchNo, &content.sample.maker, &content.sample.client,
                               &content.sample.specification, &content.sample.quantityUnit}) {
        *field = "甲";
    }
    content.sample.quantity = "3";
    content.sample.sampledOn = "2026-11-20";
    content.sample.producedOn = "2026-01-01";
    content.sample.expiresOn = "2028-01-01";
    content.sample.regionCode = "150102";
    return content;
}

std::string full() {
    return frozen(fullContent());
}

std::string with(std::string text, const std::string& before, const std::string& added) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) throw std::logic_error("no " + before);
    return text.insert(at, added);
}

/// In another's place, under accreditation, and with members that are not known yet.
std::string amended() {
    FrozenContent content = fullContent();
    content.revision = 2;
    content.replaces = FrozenReplaces{"BG2026000000", std::string(64, 'b'), "2026-11-01", "批号有误",
                                      {{"batch_no", "", "A", ""}, {"result", "铅", "<0.01 mg/kg", "<0.05 mg/kg"}}};
    content.laboratory.marks = {{"CNAS", "L0000"}};
    content.sample.import = FrozenImport{"示例国", "示例口岸", "", "TZ-1"};
    content.sample.retest = FrozenRetest{"示例省检验院", "B-1", "2026-10-20", "示例药业", "2026-10-25", {"铅"}};
    content.tests.front().accredited = {"CNAS", "CMA"};
    const std::string later = with(frozen(content), R"("seal_text")", R"("later":[1],)");
    return with(later, R"("heading")", R"("later":{"x":null},)");
}

std::string written(const std::string& frozen) {
    return resultsXml(json::parse(frozen));
}

xml::Element read(const std::string& frozen) {
    return xml::parse(written(frozen), kSchema);
}

std::string firstFault(const std::string& document) {
    try {
        static_cast<void>(xml::parse(document, kSchema));
        return "";
    } catch (const xml::Fault& fault) {
        return fault.what();
    }
}

std::string replaced(std::string text, const std::string& old, const std::string& by) {
    const std::size_t at = text.find(old);
    if (at == std::string::npos) throw std::logic_error("no " + old);
    return text.replace(at, old.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Results)

BOOST_AUTO_TEST_CASE(every_form_of_certificate_keeps_to_the_schema) {
    for (const std::string& frozen : {full(), amended(), frozen(drug({})), frozen(drug({testOf("水分", "0.1", "%", "fails")}))}) {
        BOOST_TEST(firstFault(written(frozen)) == "");
    }
}

BOOST_AUTO_TEST_CASE(an_outside_judge_agrees) {
    if (std::system("command -v xmllint >/dev/null") != 0) {
        BOOST_TEST_MESSAGE("SKIPPED xmllint is not installed");
        return;
    }
    const touchstone::instruments::test::TempFolder folder;
    const auto judged = [&](const std::string& document) {
        folder.write("results.xml", document);
        const std::string command = "xmllint --nonet --noout --schema '" + kSchema + "' '" + folder.path("results.xml") + "'";
        return std::system((command + " 2>/dev/null").c_str());
    };
    BOOST_TEST(judged(written(full())) == 0);
    BOOST_TEST(judged(written(amended())) == 0);
    BOOST_TEST(judged(replaced(written(full()), "<verdict>fails", "<verdict>good")) != 0);
}

BOOST_AUTO_TEST_CASE(the_schema_refuses_what_the_words_do_not_mean) {
    const std::string good = written(full());
    for (const auto& [old, by] : std::vector<std::pair<std::string, std::string>>{
             {"<decimal>95.0<", "<decimal>95,0<"},
             {"<decimal>95.0<", "<decimal>+95.0<"},
             {"<verdict>fails", "<verdict>passes"},
             {"<issued_on>2026-11-22", "<issued_on>22.11.2026"},
             {"<sha256>a", "<sha256>A"},
             {"<number>BG", "<nummer>BG"},
             {"urn:touchstone:results:1", "urn:touchstone:results:2"},
             {"<source>instrument", "<source>guess"}}) {
        BOOST_TEST(firstFault(replaced(good, old, by)) != "", by);
    }
}

BOOST_AUTO_TEST_CASE(a_value_is_a_number_or_one_behind_a_sign_or_words) {
    const xml::Element results = read(full());
    const auto& tests = results.child("tests").children;
    BOOST_TEST(tests[0].child("compared").child("decimal").text == "95.0");
    BOOST_TEST(tests[1].child("value").child("text").text == "未检出");
    BOOST_TEST(tests[2].child("value").child("relation").text == "lt");
    BOOST_TEST(tests[2].child("value").child("decimal").text == "0.05");
    BOOST_TEST(tests[0].child("limit").child("lower").child("inclusive").text == "true");
    BOOST_TEST(tests[1].child("limit").child("accepted").children.size() == 2U);
    BOOST_TEST(tests[0].child("evidence").child("sha256").text == std::string(64, 'a'));
}

BOOST_AUTO_TEST_CASE(what_an_amendment_and_an_accreditation_add_is_there) {
    const xml::Element results = read(amended());
    BOOST_TEST(results.child("revision").text == "2");
    BOOST_TEST(results.child("replaces").child("number").text == "BG2026000000");
    BOOST_TEST(results.child("replaces").child("changes").children[0].child("new").text == "");
    BOOST_TEST(results.child("replaces").child("changes").children[1].child("item").text == "铅");
    BOOST_TEST(results.child("laboratory").child("marks").children[0].child("body").text == "CNAS");
    BOOST_TEST(results.child("tests").children[0].child("accredited").children[1].text == "CMA");
}

BOOST_AUTO_TEST_CASE(names_with_signs_of_xml_come_back_as_they_were) {
    BOOST_TEST(read(full()).child("sample").child("product_name").text == "甲&乙<片>");
    FrozenContent content = drug({});
    content.sample.productName = "]]>\x01\xEF\xBF\xBE\xEF\xBF\xBF\r.";
    BOOST_TEST(read(frozen(content)).child("sample").child("product_name").text ==
               "]]>\uFFFD\uFFFD\uFFFD\r.");
}

BOOST_AUTO_TEST_CASE(the_json_says_the_same_under_the_same_names) {
    const json::Value results = json::parse(resultsJson(json::parse(amended())));
    BOOST_TEST(results.find("number")->text() == "BG2026000001");
    BOOST_TEST(results.find("revision")->text() == "2");
    BOOST_TEST(results.find("replaces")->find("changes")->items()[0].find("what")->text() == "batch_no");
    const json::Value& first = results.find("tests")->items()[0];
    BOOST_TEST(first.find("compared")->find("decimal")->text() == "95.0");
    BOOST_CHECK(first.find("compared")->find("decimal")->kind() == json::Value::Kind::String);
    BOOST_TEST(first.find("limit")->find("lower")->find("inclusive")->boolean());
    BOOST_TEST(first.find("accredited")->items()[0].text() == "CNAS");
    BOOST_CHECK(first.find("limit")->find("accepted") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_missing_is_named) {
    BOOST_CHECK_EXCEPTION(static_cast<void>(written(replaced(full(), R"("verdict":"fails",)", ""))), std::runtime_error,
                          [](const std::runtime_error& error) {
                              return std::string(error.what()) == "frozen certificate lacks verdict";
                          });
}

BOOST_AUTO_TEST_SUITE_END()
