#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "server/certificates/CertificateText.h"
#include "server/certificates/LifeService.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"
#include "tests/support/TempFolder.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using touchstone::certificates::LifeService;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace certificates = touchstone::certificates;
namespace json = touchstone::json;

namespace {

/// What papers say beside the common head.
struct Papers : Laboratory {
    Papers() {
        accounts.create(touchstone::people::systemActor("test"),
                        {{"manager", "钱七", kPassword, {Role::quality_manager}, "LAB"},
                         {"manager2", "孙八", kPassword, {Role::quality_manager}, "LAB"}});
    }
    touchstone::Actor manager() {
        return {{number("SELECT id FROM person WHERE login = 'manager'")},
                "manager",
                "钱七",
                {Role::quality_manager},
                "LAB",
                "15",
                "test"};
    }
    json::Value frozen(const std::string& certificate) {
        return json::parse(service.get(actor("analyst"), certificate).frozen);
    }
    json::Value sampleOf(const std::string& certificate) {
        return certificates::member(certificates::member(frozen(certificate), "content"), "sample");
    }
    touchstone::Actor manager2() {
        return {{number("SELECT id FROM person WHERE login = 'manager2'")},
                "manager2",
                "孙八",
                {Role::quality_manager},
                "LAB",
                "15",
                "test"};
    }
    /// "changes.0.new not_asked;" of a proposal that is refused.
    std::string faults(const certificates::Proposal& proposal, const std::string& certificate = "BG2026000001") {
        std::string out;
        try {
            life.propose(actor("analyst"), certificate, proposal);
        } catch (const Error& error) {
            for (const auto& fault : error.fields())
                out += fault.field + " " + std::string(touchstone::name(fault.code)) + ";";
        }
        return out;
    }
    /// What the row of a release lacks: "sample.maker;test.item 水分;".
    std::string lacks(const std::string& sample) {
        const auto job = releases.prepare(actor("signatory"), {sample});
        const auto row = releases.rows(actor("signatory"), job.id, {}).at(0);
        if (!row.refusal) return "";
        std::string out;
        for (std::size_t i = 2; i < row.refusal->arguments().size(); ++i) out += row.refusal->arguments()[i] + ";";
        return std::string(touchstone::name(row.refusal->code())) + " " + out;
    }
    void speakEnglish() {
        sql("UPDATE organisation SET name_en = 'Test Institute', address_en = '1 First Road' WHERE code = 'LAB'");
        sql("UPDATE product SET name_en = 'Example Tablets'");
        sql("UPDATE standard_edition SET edition_en = 'Standard, 2025 edition'");
        sql("UPDATE method SET title_en = 'Method'");
        sql("UPDATE person SET name_en = CONCAT('Person ', id)");
        sql("INSERT INTO test_item_english (item_id, heading, name, requirement) VALUES (1, 'Assay', 'Content', '95.0% "
            "to 105.0%'), "
            "(2, 'Tests', 'Water', 'Not more than 0.3%')");
        sql("UPDATE sample SET maker_en = 'Example Works', client_en = 'Example Bureau', quantity_unit_en = 'boxes'");
    }
    /// The text of the paper, without the seal, which is the laboratory's own.
    std::string paper(const std::string& certificate) {
        const touchstone::instruments::test::TempFolder folder;
        folder.write("paper.pdf", service.file(actor("analyst"), certificate).pdf);
        BOOST_REQUIRE_EQUAL(
            std::system(("pdftotext '" + folder.path("paper.pdf") + "' '" + folder.path("paper.txt") + "'").c_str()),
            0);
        std::ifstream file(folder.path("paper.txt"));
        std::string out((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        for (const char* seal : {"测", "试", "检", "验", "院", "专", "用", "章"}) {
            for (std::size_t at = out.find(seal); at != std::string::npos; at = out.find(seal)) out.erase(at, 3);
        }
        return out;
    }
    LifeService life{application(), trail, accounts, reviews, clock};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(papers, Papers)

BOOST_AUTO_TEST_CASE(anImportsParticularsAreFrozenAndReachTheResults) {
    const std::string sample = checkedSample(1);
    sql("UPDATE sample SET business_kind = 'import', import_country = '示例国', import_port = '示例口岸', "
        "import_notice_no = 'TZ-1'");
    release({sample});
    const json::Value said = sampleOf("BG2026000001");
    BOOST_TEST(said.find("import")->find("country")->text() == "示例国");
    BOOST_TEST(said.find("import")->find("contract_no")->text() == "");
    BOOST_TEST((said.find("retest") == nullptr));
    const std::string xml = certificates::resultsXml(frozen("BG2026000001"));
    BOOST_TEST(xml.find("<import><country>示例国</country><port>示例口岸</port><notice_no>TZ-1</notice_no></import>") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(aSampleWithoutParticularsIsFrozenAsBefore) {
    const std::string sample = checkedSample(1);
    sql("UPDATE sample SET business_kind = 'retest'");  // as it was registered before they were asked for
    release({sample});
    BOOST_TEST((sampleOf("BG2026000001").find("import") == nullptr));
    BOOST_TEST((sampleOf("BG2026000001").find("retest") == nullptr));
}

BOOST_AUTO_TEST_CASE(aRetestOfAnOwnReportSaysWhoseAndWhenAndOfWhat) {
    release({checkedSample(1)});
    const std::string sample = checkedSample(2);
    sql("UPDATE sample SET business_kind = 'retest', retest_number = 'BG2026000001', retest_applicant = '某厂', "
        "retest_asked_on = '2026-11-22' WHERE id = 2");
    release({sample});
    const json::Value said = sampleOf("BG2026000002");
    const json::Value& retest = *said.find("retest");
    BOOST_TEST(retest.find("laboratory")->text() == "测试检验院");
    BOOST_TEST(retest.find("number")->text() == "BG2026000001");
    BOOST_TEST(retest.find("issued_on")->text() == "2026-11-22");
    BOOST_TEST(retest.find("items")->items().size() == 2U);
    BOOST_TEST(retest.find("items")->items().at(0).text() == "含量");
    BOOST_TEST(certificates::resultsJson(frozen("BG2026000002")).find(R"("items":["含量","水分"])") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(particularsAreAmendedAsTheHeadIs) {
    release({checkedSample(1)});
    const std::string sample = checkedSample(2);
    sql("UPDATE sample SET business_kind = 'retest', retest_number = 'BG-7', retest_laboratory = '某院', "
        "retest_issued_on = '2026-11-01', "
        "retest_applicant = '某厂', retest_asked_on = '2026-11-10' WHERE id = 2");
    release({sample});
    BOOST_TEST(faults({"有误", {{"import_port", {}, "示例口岸"}}}, "BG2026000002") == "changes.0.new not_asked;");
    BOOST_TEST(faults({"有误", {{"retest_asked_on", {}, "2026-10-31"}}}, "BG2026000002") ==
               "changes.0.new out_of_range;");
    BOOST_TEST(faults({"有误", {{"retest_applicant", {}, "某厂"}}}, "BG2026000002") == "changes.0.new nothing_to_do;");

    life.propose(actor("analyst"), "BG2026000002", {"申请单位有误", {{"retest_applicant", {}, "另一厂"}}});
    life.check(manager(), "BG2026000002");
    release({sample});
    const json::Value content = certificates::member(frozen("BG2026000003"), "content");
    const json::Value& change = content.find("replaces")->find("changes")->items().at(0);
    BOOST_TEST(change.find("what")->text() == "retest_applicant");
    BOOST_TEST(change.find("old")->text() == "某厂");
    BOOST_TEST(change.find("new")->text() == "另一厂");
}

BOOST_AUTO_TEST_CASE(anotherOriginalIsLookedForWhenItIsAmended) {
    release({checkedSample(1), checkedSample(2, "150102", "0.1", "B-2")});
    const std::string sample = checkedSample(3);
    sql("UPDATE sample SET business_kind = 'retest', retest_number = 'BG2026000001', retest_applicant = '某厂', "
        "retest_asked_on = '2026-11-22' WHERE id = 3");
    release({sample});
    BOOST_TEST(faults({"有误", {{"retest_number", {}, "BG2026000009"}}}, "BG2026000003") == "changes.0.new not_known;");
    BOOST_TEST(faults({"有误", {{"retest_number", {}, "BG2026000002"}}}, "BG2026000003") ==
               "changes.0.new other_original;");
    BOOST_TEST(faults({"有误", {{"retest_asked_on", {}, "2026-11-21"}}}, "BG2026000003") ==
               "changes.0.new out_of_range;");
}

BOOST_AUTO_TEST_CASE(anEnglishCertificateIsRefusedByEverythingThatIsNotSaidInEnglish) {
    const std::string sample = checkedSample(1);
    sql("UPDATE sample SET language = 'en'");
    BOOST_TEST(lacks(sample) ==
               "no_english "
               "laboratory.name|;laboratory.address|;sample.product_name|;sample.edition|;sample.maker|;sample.client|;"
               "sample.quantity_unit|;test.heading|含量;test.item|含量;test.requirement|含量;method.title|M "
               "1;person.name|张三;"
               "person.name|李四;test.heading|水分;test.item|水分;test.requirement|水分;person.name|王五;");
    speakEnglish();
    sql("UPDATE sample SET maker_en = NULL");
    BOOST_TEST(lacks(sample) == "no_english sample.maker|;");
    sql("UPDATE sample SET language = 'zh'");
    BOOST_TEST(lacks(sample) == "");
}

BOOST_AUTO_TEST_CASE(anEnglishPaperHasNoChineseInIt) {
    const std::string sample = checkedSample(1);
    sql("UPDATE sample SET language = 'en'");
    speakEnglish();
    const auto released = release({sample}).at(0);
    BOOST_TEST(released.language == "en");
    const json::Value said = frozen("BG2026000001");
    BOOST_TEST(said.find("layout")->find("code")->text() == "english");
    const std::string text = paper("BG2026000001");
    BOOST_TEST(!touchstone::hasHan(text), text);
    for (const char* word : {"TEST REPORT", "Example Tablets", "Example Works", "Not more than 0.3%", "Water",
                             "Conforms", "Test Institute"}) {
        BOOST_TEST(text.find(word) != std::string::npos, word);
    }
    // Whoever searches reads what is searched for; whoever holds the paper, what it says.
    BOOST_TEST(sampleOf("BG2026000001").find("maker")->text() == "某厂");
    const auto shown = verification.byToken(this->text("SELECT token FROM certificate"));
    BOOST_TEST(shown.productName == "Example Tablets");
    BOOST_TEST(shown.maker == "Example Works");
    BOOST_TEST(shown.language == "en");
    BOOST_TEST(certificates::resultsXml(said).find("<language>en</language>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(aChineseCertificateKeepsNothingInEnglish) {
    const std::string sample = checkedSample(1);
    speakEnglish();
    release({sample});
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").frozen.find("\"english\"") == std::string::npos);
    BOOST_TEST(certificates::resultsXml(frozen("BG2026000001")).find("<language>zh</language>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(anAmendmentInEnglishSaysInEnglishWhatChanged) {
    const std::string sample = checkedSample(1);
    sql("UPDATE sample SET language = 'en'");
    speakEnglish();
    release({sample});
    life.propose(actor("analyst"), "BG2026000001", {"Name misspelt", {{"maker_en", {}, "Example Works Ltd."}}});
    life.check(manager(), "BG2026000001");
    const auto released = release({sample}).at(0);
    BOOST_TEST(released.language == "en");  // kept
    const json::Value content = certificates::member(frozen("BG2026000002"), "content");
    const auto& changes = content.find("replaces")->find("changes")->items();
    BOOST_REQUIRE_EQUAL(changes.size(), 1U);
    BOOST_TEST(changes[0].find("what")->text() == "maker");
    BOOST_TEST(changes[0].find("old")->text() == "Example Works");
    BOOST_TEST(changes[0].find("new")->text() == "Example Works Ltd.");
}

BOOST_AUTO_TEST_CASE(anAmendmentMayAskForEnglishAndThenHasToGiveItsReasonInEnglish) {
    const std::string sample = checkedSample(1);
    speakEnglish();
    release({sample});
    life.propose(actor("analyst"), "BG2026000001", {"客户要求英文报告", {{"language", {}, "en"}}});
    life.check(manager(), "BG2026000001");
    BOOST_TEST(lacks(sample) == "no_english replaces.reason|;");
    life.refuse(manager2(), "BG2026000001", "理由应为英文");
    life.propose(actor("analyst"), "BG2026000001", {"The client asks for English", {{"language", {}, "en"}}});
    life.check(manager(), "BG2026000001");
    release({sample});
    const json::Value content = certificates::member(frozen("BG2026000002"), "content");
    const auto& changes = content.find("replaces")->find("changes")->items();
    BOOST_REQUIRE_EQUAL(changes.size(), 1U);
    BOOST_TEST(changes[0].find("what")->text() == "language");
    BOOST_TEST(paper("BG2026000002").find("Language of the report") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
