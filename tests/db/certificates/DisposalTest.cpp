#include <boost/test/unit_test.hpp>

#include "server/certificates/DisposalService.h"
#include "server/certificates/LifeService.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using touchstone::certificates::Disposal;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace {

auto refusedAs(ErrorCode code) {
    return [code](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return (error.fields().empty() ? error.code() : error.fields().front().code) == code;
    };
}

/// Two samples whose term of six years has passed.
struct PastTheirTerm : Laboratory {
    PastTheirTerm() {
        accounts.create(touchstone::people::systemActor("test"),
                        {{"keeper", "钱七", kPassword, {Role::technician}, "LAB"},
                         {"manager", "孙八", kPassword, {Role::quality_manager}, "LAB"}});
        sql("INSERT INTO retention_rule (product_kind, effective_from, years, verified, source) VALUES ('drug', "
            "'2020-01-01', 6, 0, 'x')");
        release({first = checkedSample(1), second = checkedSample(2)});
        clock.advance(std::chrono::hours(24 * 366 * 7));
    }
    Actor person(const std::string& login, Role role) {
        return {
            {number("SELECT id FROM person WHERE login = '" + login + "'")}, login, login, {role}, "LAB", "15", "test"};
    }
    Actor keeper() { return person("keeper", Role::technician); }
    Actor manager() { return person("manager", Role::quality_manager); }
    void hold(const std::string& sample, bool set) {
        life.hold(manager(),
                  text("SELECT c.number FROM certificate c JOIN sample s ON s.id = c.sample_id WHERE s.number = '" +
                       sample + "'"),
                  set, "案件未结");
    }
    Disposal proposed() { return disposals.propose(keeper(), {first, second}, "保存期满"); }
    Disposal approved() { return disposals.approve(manager(), proposed().id, "同意处置", kPassword); }
    Disposal dispose(std::int64_t id, const std::vector<std::string>& samples) {
        return disposals.dispose(keeper(), id, {samples, "destroyed", "analyst", "焚烧,约2盒"});
    }

    std::string first, second;
    touchstone::certificates::LifeService life{application(), trail, accounts, reviews, clock};
    touchstone::certificates::DisposalService disposals{application(), trail, accounts, clock};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(disposal_of_samples, PastTheirTerm)

BOOST_AUTO_TEST_CASE(oneProposesAnotherSignsAndWhatWasDoneIsWrittenDownWithItsWitness) {
    const Disposal list = approved();
    BOOST_TEST(list.status == "approved");
    BOOST_TEST(list.signature.value().person == "孙八");
    BOOST_TEST(list.signature.value().meaning == "approve_disposal");
    BOOST_TEST(list.signature.value().valid);
    const auto done = dispose(list.id, {second}).rows;
    BOOST_TEST(done[0].state == "listed");
    BOOST_TEST(done[1].state == "disposed");
    BOOST_TEST(done[1].method.value() == "destroyed");
    BOOST_TEST(done[1].witness.value() == "张三");
    BOOST_TEST(done[1].doneBy.value() == "钱七");
    BOOST_TEST((done[1].doneAt.value() == clock.now()));
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail WHERE subject = '" + second +
                    "' AND action LIKE 'disposal.%'") == "disposal.propose,disposal.approve,disposal.dispose");
    BOOST_TEST(disposals.list(actor("analyst"), {.sample = second}).size() == 1U);
    // The records stay, and the list of what is kept says what became of the sample.
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate_file") == 2);
    const auto kept = life.kept(manager(), {});
    BOOST_TEST(kept.at(0).disposal.value() == "approved");
    BOOST_TEST(kept.at(1).disposal.value() == "disposed");
    sql("UPDATE disposal_row SET retain_until = '2040-01-01' WHERE place = 1");
    BOOST_TEST(!disposals.get(manager(), list.id).signature.value().valid);
}

BOOST_AUTO_TEST_CASE(onlyWhatIsPastItsTermAndNotHeldIsListedAndOnce) {
    clock.advance(-std::chrono::hours(24 * 366 * 7));
    BOOST_CHECK_EXCEPTION(static_cast<void>(proposed()), Error, refusedAs(ErrorCode::StillKept));
    clock.advance(std::chrono::hours(24 * 366 * 7));
    hold(first, true);
    BOOST_CHECK_EXCEPTION(static_cast<void>(proposed()), Error, refusedAs(ErrorCode::OnHold));
    hold(first, false);
    sql("DELETE FROM retention_rule");
    BOOST_CHECK_EXCEPTION(static_cast<void>(proposed()), Error, refusedAs(ErrorCode::KeptForGood));
    sql("INSERT INTO retention_rule (product_kind, effective_from, years, verified, source) VALUES ('drug', "
        "'2020-01-01', 6, 0, 'x')");
    sql("UPDATE sample SET status = 'checking' WHERE number = '" + first + "'");
    BOOST_CHECK_EXCEPTION(static_cast<void>(proposed()), Error, refusedAs(ErrorCode::WrongState));
    sql("UPDATE sample SET status = 'released'");
    BOOST_CHECK_EXCEPTION(static_cast<void>(disposals.propose(keeper(), {"JP0"}, "保存期满")), Error,
                          refusedAs(ErrorCode::NotKnown));
    BOOST_TEST(number("SELECT COUNT(*) FROM disposal") == 0);
    const Disposal list = proposed();
    BOOST_CHECK_EXCEPTION(static_cast<void>(proposed()), Error, refusedAs(ErrorCode::InDisposal));
    disposals.refuse(manager(), list.id, "再查");
    BOOST_TEST(proposed().rows.size() == 2U);
}

BOOST_AUTO_TEST_CASE(whoProposedDoesNotApproveAndAWrongPasswordApprovesNothing) {
    const Disposal own = disposals.propose(manager(), {first}, "保存期满");
    BOOST_CHECK_EXCEPTION(static_cast<void>(disposals.approve(manager(), own.id, "同意", kPassword)), Error,
                          refusedAs(ErrorCode::OwnProposal));
    BOOST_CHECK_EXCEPTION(static_cast<void>(disposals.approve(keeper(), own.id, "同意", kPassword)), Error,
                          refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(disposals.approve(actor("signatory"), own.id, "同意", "wrong")), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT failed_attempts FROM person WHERE login = 'signatory'") == 1);
    BOOST_CHECK_EXCEPTION(static_cast<void>(dispose(own.id, {first})), Error, refusedAs(ErrorCode::WrongState));
    BOOST_TEST(disposals.approve(actor("signatory"), own.id, "同意", kPassword).status == "approved");
    BOOST_CHECK_THROW(sql("UPDATE disposal SET decided_by = proposed_by"), touchstone::db::SqlError);
    BOOST_CHECK_THROW(sql("UPDATE disposal SET signature_id = NULL"), touchstone::db::SqlError);
}

BOOST_AUTO_TEST_CASE(aHoldInBetweenFailsItsRowWithTheReasonAndTheOthersGoOn) {
    const Disposal list = proposed();
    hold(first, true);
    const Disposal signedList = disposals.approve(manager(), list.id, "同意处置", kPassword);
    BOOST_TEST(signedList.status == "approved");
    BOOST_TEST(signedList.rows[0].state == "failed");
    BOOST_TEST((signedList.rows[0].refusal.value().code() == ErrorCode::OnHold));
    BOOST_TEST(!signedList.rows[0].approved);
    BOOST_TEST(signedList.rows[1].approved);
    BOOST_TEST(signedList.signature.value().valid);
    BOOST_CHECK_EXCEPTION(static_cast<void>(dispose(list.id, {first})), Error, refusedAs(ErrorCode::NotKnown));
    hold(second, true);
    const Disposal after = dispose(list.id, {second});
    BOOST_TEST(after.rows[1].state == "failed");
    BOOST_TEST(after.disposed == 0);
    BOOST_TEST(after.signature.value().valid);  // what was signed is what it was
    hold(second, false);
    BOOST_TEST(disposals.propose(keeper(), {second}, "保存期满").rows.size() == 1U);
}

BOOST_AUTO_TEST_CASE(aListOfWhichNothingIsLeftIsRefusedUnsigned) {
    const Disposal list = proposed();
    hold(first, true);
    hold(second, true);
    const Disposal after = disposals.approve(manager(), list.id, "同意处置", kPassword);
    BOOST_TEST(after.status == "refused");
    BOOST_TEST(!after.signature);
    BOOST_TEST(after.failed == 2);
}

BOOST_AUTO_TEST_CASE(theWitnessIsAnotherPersonOfTheStaff) {
    const Disposal list = approved();
    const auto witnessed = [&](const std::string& login) {
        return disposals.dispose(keeper(), list.id, {{first}, "destroyed", login, std::nullopt});
    };
    BOOST_CHECK_EXCEPTION(static_cast<void>(witnessed("keeper")), Error, refusedAs(ErrorCode::OwnWitness));
    BOOST_CHECK_EXCEPTION(static_cast<void>(witnessed("regulator")), Error, refusedAs(ErrorCode::NotKnown));
    BOOST_CHECK_EXCEPTION(static_cast<void>(witnessed("nobody")), Error, refusedAs(ErrorCode::NotKnown));
    BOOST_TEST(witnessed("checker").disposed == 1);
    BOOST_CHECK_EXCEPTION(static_cast<void>(witnessed("checker")), Error, refusedAs(ErrorCode::NotKnown));
}

BOOST_AUTO_TEST_CASE(theServerItselfRemovesNeitherRecordsNorCertificates) {
    for (const char* table : {"certificate", "certificate_file", "result_version", "disposal", "disposal_row"}) {
        const std::string removal = std::string("DELETE FROM ") + table;
        BOOST_CHECK_EXCEPTION(application().write([&](touchstone::db::WriteTransaction& tx) {
            tx.execute({"test_removal", removal});
        }),
                              touchstone::db::SqlError, [](const auto& error) { return error.code() == 1142; });
    }
}

BOOST_AUTO_TEST_SUITE_END()
