#include <boost/test/unit_test.hpp>

#include "server/certificates/CertificateText.h"
#include "server/certificates/LifeService.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

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
                        {{"manager", "钱七", kPassword, {Role::quality_manager}, "LAB"}});
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

BOOST_AUTO_TEST_SUITE_END()
