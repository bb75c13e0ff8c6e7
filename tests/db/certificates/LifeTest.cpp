#include <boost/test/unit_test.hpp>

#include "server/certificates/CertificateText.h"
#include "server/certificates/LifeService.h"
#include "server/core/Error.h"
#include "server/testing/ResultService.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using touchstone::TestId;
using touchstone::certificates::LifeService;
using touchstone::certificates::Proposal;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace certificates = touchstone::certificates;
namespace db = touchstone::db;
namespace json = touchstone::json;

namespace {

const Proposal kBatch{"批号录入有误", {{"batch_no", {}, "B-9"}}};

auto refusedAs(ErrorCode code) {
    return [code](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return error.code() == code;
    };
}

/// A laboratory whose first sample has its certificate BG2026000001.
struct Issued : Laboratory {
    Issued() {
        accounts.create(touchstone::people::systemActor("test"),
                        {{"manager", "钱七", kPassword, {Role::quality_manager}, "LAB"},
                         {"second", "孙八", kPassword, {Role::signatory, Role::quality_manager}, "LAB"},
                         {"neighbour", "周九", {}, {Role::regulator}, "REG"}});
        sample = checkedSample(1);
        release({sample});
    }
    Actor person(const std::string& login, std::initializer_list<Role> roles, const std::string& organisation = "LAB") {
        return {{number("SELECT id FROM person WHERE login = '" + login + "'")}, login, login, roles, organisation, "15", "test"};
    }
    Actor manager() { return person("manager", {Role::quality_manager}); }
    void amend(const Proposal& proposal = kBatch) {
        life.propose(actor("analyst"), "BG2026000001", proposal);
        life.check(manager(), "BG2026000001");
    }
    json::Value content(const std::string& certificate) {
        return certificates::member(json::parse(service.get(actor("analyst"), certificate).frozen), "content");
    }
    std::string statusOf(const std::string& certificate) {
        return text("SELECT status FROM certificate WHERE number = '" + certificate + "'");
    }

    /// Why the person could not release the sample; empty when nothing is in the way.
    std::string hindrance(const Actor& who) {
        const auto job = releases.prepare(who, {sample});
        const auto rows = releases.rows(who, job.id, {});
        return rows.at(0).refusal ? std::string(touchstone::name(rows.at(0).refusal->code())) : "";
    }
    /// The newest certificate of the sample after its release.
    certificates::Certificate reissue() { return release({sample}).at(0); }

    std::string sample;
    LifeService life{application(), trail, accounts, reviews, clock};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(life, Issued)

BOOST_AUTO_TEST_CASE(anAmendedCertificateTakesThePlaceOfTheOldOne) {
    const std::string oldFile = service.file(actor("analyst"), "BG2026000001").pdf;
    amend();
    BOOST_TEST(text("SELECT status FROM sample") == "releasing");
    BOOST_TEST(statusOf("BG2026000001") == "issued");  // until the new one is there
    const auto released = reissue();
    BOOST_TEST(released.number == "BG2026000002");
    BOOST_TEST(released.revision == 2);
    BOOST_TEST(statusOf("BG2026000001") == "superseded");
    BOOST_TEST(statusOf("BG2026000002") == "issued");
    BOOST_TEST(text("SELECT GROUP_CONCAT(kind ORDER BY sequence) FROM publication") == "issued,issued,superseded");
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action IN ('amendment.propose', 'amendment.check', "
                      "'certificate.supersede')") == 3);
    BOOST_CHECK(service.file(actor("analyst"), "BG2026000001").pdf == oldFile);
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.successor.value() == "BG2026000002");
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.batchNo == "B-1");
    BOOST_TEST(service.get(actor("analyst"), "BG2026000002").certificate.batchNo == "B-9");
    BOOST_TEST(text("SELECT status FROM amendment") == "released");
    BOOST_TEST(text("SELECT status FROM sample") == "released");
}

BOOST_AUTO_TEST_CASE(regulatorsFindEachByWhatItSaid) {
    amend();
    reissue();
    touchstone::regulators::FeedService begun{application(), 1};  // which reads all of it after the correction
    touchstone::regulators::PortalService after{application(), trail, clock, begun};
    const std::pair<const char*, const char*> said[]{{"B-1", "BG2026000001"}, {"B-9", "BG2026000002"}};
    for (touchstone::regulators::PortalService* of : {&portal, &after}) {
        for (const auto& [batch, certificate] : said) {
            const auto found = of->list(actor("regulator"), {.batchNo = batch}).certificates;
            BOOST_REQUIRE_EQUAL(found.size(), 1U);
            BOOST_TEST(found[0].number == certificate);
            BOOST_TEST(found[0].batchNo == batch);
        }
    }
}

BOOST_AUTO_TEST_CASE(theNewOneSaysWhatItReplacesAndWhatChanged) {
    amend();
    release({sample});
    const json::Value now = content("BG2026000002");
    const json::Value& replaces = certificates::member(now, "replaces");
    BOOST_TEST(certificates::textOf(replaces, "number") == "BG2026000001");
    BOOST_TEST(certificates::textOf(replaces, "reason") == "批号录入有误");
    BOOST_TEST(certificates::textOf(replaces, "issued_on") == "2026-11-22");
    BOOST_TEST(certificates::textOf(replaces, "sha256") ==
               touchstone::toHex(touchstone::sha256(service.file(actor("analyst"), "BG2026000001").pdf)));
    const auto& changes = certificates::member(replaces, "changes").items();
    BOOST_REQUIRE_EQUAL(changes.size(), 1U);
    BOOST_TEST(certificates::textOf(changes[0], "what") == "batch_no");
    BOOST_TEST(certificates::textOf(changes[0], "old") == "B-1");
    BOOST_TEST(certificates::textOf(changes[0], "new") == "B-9");
    const auto printed = certificates::toData(json::parse(service.get(actor("analyst"), "BG2026000002").frozen));
    BOOST_TEST(*printed.find("replaces")->find("number")->text() == "BG2026000001");
    const auto& change = printed.find("replaces")->find("changes")->list()->at(0);
    BOOST_TEST(*change.find("derived")->find("old")->text() == "B-1");
    BOOST_TEST(*change.find("derived")->find("new")->text() == "B-9");
    BOOST_TEST(certificates::textOf(certificates::member(content("BG2026000001"), "sample"), "batch_no") == "B-1");
}

BOOST_AUTO_TEST_CASE(aProductNameIsCorrectedForTheSampleAloneNotForTheCatalogue) {
    amend({"名称有误", {{"product_name", {}, "示例片(Ⅱ)"}}, {}});
    BOOST_TEST(reissue().productName == "示例片(Ⅱ)");
    BOOST_TEST(text("SELECT name FROM product") == "示例片");
}

BOOST_AUTO_TEST_CASE(whatElseChangedSinceIsSaidToo) {
    amend();
    sql("UPDATE organisation SET address = '二号路' WHERE code = 'LAB'");
    release({sample});
    const json::Value now = content("BG2026000002");
    std::string what;
    for (const json::Value& change : certificates::member(certificates::member(now, "replaces"), "changes").items()) {
        what += certificates::textOf(change, "what") + " ";
    }
    BOOST_TEST(what == "batch_no address ");
}

BOOST_AUTO_TEST_CASE(byResultsATestGoesThroughAllHandsAgain) {
    const std::string number1 = "BG2026000001";
    life.propose(person("second", {Role::quality_manager}), number1, {"水分复测", {}, {{3}}});
    BOOST_TEST(text("SELECT status FROM test WHERE id = 3") == "released");  // nothing moves before the check
    life.check(manager(), number1);
    BOOST_TEST(text("SELECT status FROM test WHERE id = 3") == "resulted");
    BOOST_TEST(text("SELECT status FROM test WHERE id = 2") == "released");
    BOOST_TEST(text("SELECT status FROM sample") == "testing");
    BOOST_TEST(hindrance(actor("signatory")) == "wrong_state");

    touchstone::testing::Recorder recorder(clock);
    touchstone::testing::ResultService results(application(), trail, recorder);
    const std::int64_t version = number("SELECT version FROM test WHERE id = 3");
    static_cast<void>(results.enter(actor("analyst"), {{0, {3}, version, "0.5", "复测"}}, {}, false));
    reviews.submit(actor("analyst"), {{3}});
    reviews.check(actor("checker"), {{3}});
    BOOST_TEST(text("SELECT status FROM sample") == "releasing");
    // The proposer may not release; it is a signatory, too.
    BOOST_TEST(hindrance(person("second", {Role::signatory})) == "same_hand");
    BOOST_TEST(reissue().verdict == "fails");
    BOOST_TEST(statusOf(number1) == "superseded");
    std::string what;
    const json::Value now = content("BG2026000002");
    for (const json::Value& change : certificates::member(certificates::member(now, "replaces"), "changes").items()) {
        what += certificates::textOf(change, "item") + ":" + certificates::textOf(change, "old") + ">" +
                certificates::textOf(change, "new") + " ";
    }
    BOOST_TEST(what == "水分:0.1>0.5 水分:conforms>fails :conforms>fails ");
    BOOST_TEST(number("SELECT COUNT(*) FROM review_step WHERE test_id = 2") == 3);  // what stood keeps its three hands
    BOOST_TEST(number("SELECT COUNT(*) FROM review_step WHERE test_id = 3") == 6);
}

BOOST_AUTO_TEST_CASE(aReissueChangesNothingButTheNumber) {
    amend({"原件损毁"});
    release({sample});
    const json::Value now = content("BG2026000002");
    BOOST_TEST(certificates::member(certificates::member(now, "replaces"), "changes").items().empty());
    BOOST_TEST(statusOf("BG2026000001") == "superseded");
}

BOOST_AUTO_TEST_CASE(nobodyTakesTwoStepsOfAnAmendment) {
    const Actor both = person("second", {Role::quality_manager, Role::signatory});
    life.propose(both, "BG2026000001", kBatch);
    BOOST_CHECK_EXCEPTION(life.check(both, "BG2026000001"), Error, refusedAs(ErrorCode::SameHand));
    life.check(manager(), "BG2026000001");
    BOOST_TEST(hindrance(both) == "same_hand");
    // Nor does an analyst or checker of a test that stands from before sign the new one.
    BOOST_TEST(hindrance(actor("checker")) == "same_hand");
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 1);
    BOOST_TEST(number("SELECT last FROM numbering WHERE series = 'BG2026'") == 1);  // no number was lost
}

BOOST_AUTO_TEST_CASE(theSchemaItselfRefusesTheSameHandAndAnUnsignedRelease) {
    life.propose(actor("analyst"), "BG2026000001", kBatch);
    const std::string analyst = std::to_string(actor("analyst").id.value);
    const std::string step = "INSERT INTO amendment_step (amendment_id, step, person_id, at) VALUES (1, ";
    BOOST_CHECK_THROW(sql(step + "'check', " + analyst + ", NOW(6))"), db::DuplicateKey);
    BOOST_CHECK_THROW(sql(step + "'release', " + std::to_string(manager().id.value) + ", NOW(6))"), db::SqlError);
    BOOST_CHECK_THROW(sql("UPDATE amendment SET status = 'released'"), db::SqlError);  // an ended one is open no more
}

BOOST_AUTO_TEST_CASE(oneAmendmentAtATimeAndOnlyOfTheNewest) {
    life.propose(actor("analyst"), "BG2026000001", kBatch);
    BOOST_CHECK_EXCEPTION(life.propose(actor("analyst"), "BG2026000001", kBatch), Error, refusedAs(ErrorCode::WrongState));
    life.check(manager(), "BG2026000001");
    BOOST_CHECK_EXCEPTION(life.check(actor("checker"), "BG2026000001"), Error, refusedAs(ErrorCode::WrongState));
    release({sample});
    BOOST_CHECK_EXCEPTION(life.propose(actor("analyst"), "BG2026000001", kBatch), Error, refusedAs(ErrorCode::WrongState));
    life.propose(actor("analyst"), "BG2026000002", {"原件损毁"});
}

BOOST_AUTO_TEST_CASE(aProposalMustChangeSomethingOfThisSample) {
    const std::string other = checkedSample(2);
    release({other});
    BOOST_CHECK_EXCEPTION(
        life.propose(actor("analyst"), "BG2026000001", {"无误", {{"batch_no", {}, "B-1"}}, {}}), Error,
        refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(life.propose(actor("checker"), "BG2026000001", {"复测", {}, {{5}}}), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(life.propose(actor("analyst"), "BG2026000001", {"复测", {}, {{3}}}), Error,
                          refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(life.propose(actor("regulator"), "BG2026000001", kBatch), Error, refusedAs(ErrorCode::NoRight));
    BOOST_TEST(number("SELECT COUNT(*) FROM amendment") == 0);
}

BOOST_AUTO_TEST_CASE(aCorrectionOfWhatWasCorrectedMeanwhileIsAConflict) {
    life.propose(actor("analyst"), "BG2026000001", kBatch);
    sql("UPDATE sample SET batch_no = 'B-5'");
    BOOST_CHECK_EXCEPTION(life.check(manager(), "BG2026000001"), Error, refusedAs(ErrorCode::Conflict));
    BOOST_TEST(text("SELECT status FROM amendment") == "proposed");
}

BOOST_AUTO_TEST_CASE(aRefusedAmendmentLeavesEverythingAsItWas) {
    amend({"有误", {{"batch_no", {}, "B-9"}, {"produced_on", {}, "2026-01-01"}}, {}});
    BOOST_TEST(text("SELECT batch_no FROM sample") == "B-9");
    life.refuse(actor("signatory"), "BG2026000001", "依据不足");
    BOOST_TEST(text("SELECT batch_no FROM sample") == "B-1");
    BOOST_TEST(number("SELECT produced_on IS NULL FROM sample") == 1);
    BOOST_TEST(text("SELECT status FROM sample") == "released");
    BOOST_TEST(statusOf("BG2026000001") == "issued");
    BOOST_TEST(hindrance(actor("signatory")) == "wrong_state");
    life.propose(actor("analyst"), "BG2026000001", kBatch);  // and another may be proposed
}

BOOST_AUTO_TEST_CASE(whoeverDownloadedIsToldInTheTransactionOfTheChange) {
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    amend();
    release({sample});
    BOOST_TEST(number("SELECT COUNT(*) FROM notice WHERE kind = 'superseded' AND delivered_at IS NULL") == 1);
    const auto inbox = life.inbox(actor("regulator"), {});
    BOOST_TEST(inbox.unread == 1);
    BOOST_REQUIRE_EQUAL(inbox.notices.size(), 1U);
    BOOST_TEST(inbox.notices[0].certificate == "BG2026000001");
    BOOST_TEST(inbox.notices[0].successor.value() == "BG2026000002");
    // Somebody else of the organisation may have read it; the laboratory has no notices of its own.
    BOOST_TEST(life.inbox(manager(), {}).notices.empty());
    BOOST_TEST(life.read(manager(), {inbox.notices[0].id}) == 0U);
    BOOST_TEST(life.read(person("neighbour", {Role::regulator}, "REG"), {inbox.notices[0].id}) == 1U);
    BOOST_TEST(life.inbox(actor("regulator"), {}).unread == 0);
    const auto seen = life.life(actor("analyst"), "BG2026000001");
    BOOST_TEST(seen.downloads.size() == 2U);
    BOOST_TEST(seen.notices.at(0).readBy.value() == "周九");
    BOOST_TEST(seen.revisions.size() == 2U);
}

BOOST_AUTO_TEST_CASE(aWithdrawalIsSignedAndThePublicIsToldTheCategoryOnly) {
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    BOOST_CHECK_EXCEPTION(life.withdraw(actor("signatory"), "BG2026000001", "result", "仪器未校准", "wrong"), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_CHECK_EXCEPTION(life.withdraw(actor("analyst"), "BG2026000001", "result", "仪器未校准", kPassword), Error,
                          refusedAs(ErrorCode::NoRight));
    BOOST_TEST(statusOf("BG2026000001") == "issued");
    clock.advance(std::chrono::hours(48));
    life.withdraw(actor("signatory"), "BG2026000001", "result", "仪器未校准", kPassword);
    const auto shown = verification.byNumber("BG2026000001");
    BOOST_TEST(shown.status == "withdrawn");
    BOOST_TEST(touchstone::toText(shown.withdrawnOn.value()) == "2026-11-24");
    BOOST_TEST(shown.withdrawnFor.value() == "result");
    BOOST_TEST(text("SELECT meaning FROM signature ORDER BY id DESC LIMIT 1") == "withdraw");
    BOOST_TEST(text("SELECT GROUP_CONCAT(kind ORDER BY sequence) FROM publication") == "issued,withdrawn");
    BOOST_TEST(number("SELECT COUNT(*) FROM notice WHERE kind = 'withdrawn'") == 1);
    BOOST_CHECK_EXCEPTION(life.withdraw(actor("signatory"), "BG2026000001", "result", "再次", kPassword), Error,
                          refusedAs(ErrorCode::WrongState));
    // A corrected one may follow; the old one stays withdrawn and leads to it.
    amend();
    release({sample});
    BOOST_TEST(statusOf("BG2026000001") == "withdrawn");
    BOOST_TEST(verification.byNumber("BG2026000001").successor.value() == "BG2026000002");
    BOOST_TEST(text("SELECT GROUP_CONCAT(kind ORDER BY sequence) FROM publication") == "issued,withdrawn,issued");
}

BOOST_AUTO_TEST_CASE(whatCouldNotBeIssuedAtOnceSupersedesWhenItIs) {
    amend();
    release({sample});
    // As a crash between release and issue leaves it.
    sql("DELETE FROM certificate_file WHERE certificate_id = 2");
    sql("DELETE FROM publication WHERE sequence > 1");
    sql("UPDATE certificate SET status = IF(id = 2, 'drawing', 'issued')");
    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(statusOf("BG2026000001") == "superseded");
    BOOST_TEST(text("SELECT GROUP_CONCAT(kind ORDER BY sequence) FROM publication") == "issued,issued,superseded");
}

BOOST_AUTO_TEST_CASE(aHoldKeepsWhatMayBeDisposedOf) {
    sql("INSERT INTO retention_rule (product_kind, effective_from, years, verified, source) VALUES ('drug', '2020-01-01', 6, 0, 'x')");
    BOOST_TEST(life.life(manager(), "BG2026000001").retention.until.value() == "2032-11-22");
    BOOST_TEST(life.kept(manager(), {.state = "due"}).empty());
    clock.advance(std::chrono::hours(24 * 366 * 6));
    BOOST_TEST(life.kept(manager(), {.state = "due"}).size() == 1U);
    BOOST_CHECK_EXCEPTION(life.hold(actor("signatory"), "BG2026000001", true, "案件"), Error, refusedAs(ErrorCode::NoRight));
    life.hold(manager(), "BG2026000001", true, "案件未结");
    BOOST_CHECK_EXCEPTION(life.hold(manager(), "BG2026000001", true, "案件未结"), Error, refusedAs(ErrorCode::WrongState));
    BOOST_TEST(life.kept(manager(), {.state = "due"}).empty());
    BOOST_TEST(life.kept(manager(), {.state = "held"}).size() == 1U);
    life.hold(manager(), "BG2026000001", false, "已结案");
    BOOST_TEST(life.kept(manager(), {.state = "due"}).size() == 1U);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action IN ('certificate.hold', 'certificate.unhold')") == 2);
}

BOOST_AUTO_TEST_CASE(aLaterLongerRuleCountsAndWithoutARuleAllIsKept) {
    BOOST_TEST(!life.life(manager(), "BG2026000001").retention.until);
    BOOST_TEST(life.kept(manager(), {.state = "kept"}).size() == 1U);
    sql("INSERT INTO retention_rule (product_kind, effective_from, years, verified, source) VALUES ('drug', '2020-01-01', 6, 0, 'x'), "
        "('drug', '2027-01-01', 10, 0, 'x')");
    BOOST_TEST(life.life(manager(), "BG2026000001").retention.until.value() == "2032-11-22");
    clock.advance(std::chrono::hours(24 * 365));
    BOOST_TEST(life.life(manager(), "BG2026000001").retention.until.value() == "2036-11-22");
}

BOOST_AUTO_TEST_CASE(theServerCannotDeleteWhatIsKept) {
    for (const char* table : {"certificate", "certificate_file", "result_version", "inbound_message", "withdrawal", "hold_act", "amendment_step"}) {
        BOOST_CHECK_EXCEPTION(
            application().write([&](db::WriteTransaction& tx) { tx.execute({"test_delete", std::string("DELETE FROM ") + table}); }),
            db::SqlError, [](const db::SqlError& error) { return error.code() == 1142; });
    }
}

BOOST_AUTO_TEST_CASE(aMarkStandsForParametersInScopeOnTheDayOfRelease) {
    sql("INSERT INTO accreditation (id, body, number, effective_from, effective_to, verified, source) VALUES "
        "(1, 'CMA', 'C-1', '2020-01-01', NULL, 0, 'x'), (2, 'CNAS', 'L-1', '2020-01-01', NULL, 0, 'x'), "
        "(3, 'CNAS', 'L-0', '2010-01-01', '2019-12-31', 0, 'x')");
    sql("INSERT INTO accreditation_scope (accreditation_id, product, analyte, method, effective_from, effective_to) VALUES "
        "(1, 'P', '', '', '2020-01-01', NULL), (2, '', 'A', 'M', '2020-01-01', NULL), (2, '', 'B', '', '2020-01-01', '2026-01-01')");
    const auto marksOf = [&](const std::string& certificate) {
        std::string out;
        const json::Value found = content(certificate);
        for (const json::Value& mark : certificates::member(certificates::member(found, "laboratory"), "marks").items()) {
            out += certificates::textOf(mark, "body") + " " + certificates::textOf(mark, "number") + ";";
        }
        return out;
    };
    release({checkedSample(2)});
    BOOST_TEST(marksOf("BG2026000002") == "CMA C-1;");  // no rule lets CNAS stand beside a test out of its scope
    sql("INSERT INTO mark_rule (body, effective_from, partly, verified, source) VALUES ('CNAS', '2020-01-01', 'marked', 0, 'x')");
    release({checkedSample(3)});
    BOOST_TEST(marksOf("BG2026000003") == "CMA C-1;CNAS L-1;");
    const json::Value found = content("BG2026000003");
    const auto& tests = certificates::member(found, "tests").items();
    BOOST_TEST(certificates::member(tests[0], "accredited").items().size() == 2U);
    BOOST_TEST(certificates::member(tests[1], "accredited").items().size() == 1U);
    const auto printed = certificates::toData(json::parse(service.get(actor("analyst"), "BG2026000003").frozen));
    BOOST_TEST(*printed.find("tests")->list()->at(0).find("derived")->find("in_scope")->text() == "true");
    BOOST_TEST(*printed.find("tests")->list()->at(1).find("derived")->find("in_scope")->text() == "false");
    const auto& outside = printed.find("derived")->find("outside_scope")->list()->at(0);
    BOOST_TEST(*outside.find("body")->text() == "CNAS");
    BOOST_TEST(*outside.find("items")->list()->at(0).text() == "水分");
}

BOOST_AUTO_TEST_SUITE_END()
