#include <boost/test/unit_test.hpp>

#include "tests/db/regulators/Follower.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Follower;
using touchstone::tests::kPassword;
using touchstone::tests::refusedAs;

namespace {

struct WithRisk : Follower {
    WithRisk() {
        issued(1, "150102", "0.4");
        outcomes.follow();
        id = number("SELECT id FROM risk");
    }
    touchstone::regulators::Risk read() { return risks.list(actor("signatory"), {}).risks.at(0); }
    std::int64_t id = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(riskList, WithRisk)

BOOST_AUTO_TEST_CASE(theLaboratoryTellsARegulatorWhichAcknowledgesAndCloses) {
    BOOST_TEST(read().state == "open");
    BOOST_TEST(read().failing.at(0).value == "0.4");
    risks.notify(actor("signatory"), {id}, "REG", "请核查");
    BOOST_TEST(read().recipientName.value() == "某市局");
    BOOST_TEST(!read().late());
    risks.acknowledge(first(), {id});
    risks.close(second(), {id}, "已下架召回", kPassword);
    BOOST_TEST(read().state == "closed");
    BOOST_TEST(read().measure.value() == "已下架召回");
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action LIKE 'risk.%' AND subject_kind = 'sample'") == 4);
}

BOOST_AUTO_TEST_CASE(closingIsSignedUnderEachRiskAndAChangedRiskHasNoValidSignature) {
    issued(2, "150102", "0.4");
    outcomes.follow();
    const std::int64_t both = number("SELECT MAX(id) FROM risk");
    risks.notify(actor("signatory"), {id, both}, "REG", std::nullopt);
    risks.acknowledge(first(), {id, both});
    BOOST_CHECK_EXCEPTION(risks.close(second(), {id, both}, "已下架召回", "wrong"), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT failed_attempts FROM person WHERE login = 'second'") == 1);
    BOOST_TEST(!read().signature);
    risks.close(second(), {both, id}, "已下架召回", kPassword);
    const auto list = [&] { return risks.list(first(), {}).risks; };
    for (const auto& risk : list()) {
        BOOST_TEST(risk.signature.value().valid);
        BOOST_TEST(risk.signature.value().person == "钱七");
        BOOST_TEST(risk.signature.value().meaning == "close_risk");
    }
    sql("UPDATE risk SET measure = '未采取措施' WHERE id = " + std::to_string(both));
    BOOST_TEST(!list().at(0).signature.value().valid);
    BOOST_TEST(list().at(1).signature.value().valid);
    BOOST_CHECK_THROW(sql("UPDATE risk SET signature_id = NULL"), touchstone::db::SqlError);
}

BOOST_AUTO_TEST_CASE(stepsAreTakenInOrderAndOnce) {
    BOOST_CHECK_EXCEPTION(risks.acknowledge(first(), {id}), Error, refusedAs(ErrorCode::Invalid));
    risks.notify(actor("signatory"), {id}, "REG", std::nullopt);
    BOOST_CHECK_EXCEPTION(risks.notify(actor("signatory"), {id}, "REG", std::nullopt), Error,
                          refusedAs(ErrorCode::WrongState));
    BOOST_CHECK_EXCEPTION(risks.close(first(), {id}, "已处置", kPassword), Error, refusedAs(ErrorCode::WrongState));
    risks.acknowledge(first(), {id});
    BOOST_CHECK_EXCEPTION(risks.acknowledge(first(), {id}), Error, refusedAs(ErrorCode::WrongState));
}

BOOST_AUTO_TEST_CASE(onlyWhoWasToldMayAcknowledge) {
    risks.notify(actor("signatory"), {id}, "REG", std::nullopt);
    BOOST_CHECK_EXCEPTION(risks.acknowledge(county(), {id}), Error, refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(risks.acknowledge(actor("signatory"), {id}), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(risks.notify(actor("analyst"), {id}, "REG", std::nullopt), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(aRegulatorOfAnotherRegionCannotBeToldAndSeesNothing) {
    BOOST_CHECK_EXCEPTION(risks.notify(actor("signatory"), {id}, "OTHER", std::nullopt), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(risks.notify(actor("signatory"), {id}, "LAB", std::nullopt), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_TEST(risks.list(other(), {}).risks.empty());
    BOOST_TEST(risks.list(other(), {}).counts.at("open") == 0);
    BOOST_TEST(risks.list(county(), {}).risks.size() == 1U);
}

BOOST_AUTO_TEST_CASE(aBatchIsToldWholeOrNotAtAll) {
    issued(2, "1502", "0.4");
    outcomes.follow();
    const std::int64_t both = number("SELECT MAX(id) FROM risk");
    BOOST_CHECK_EXCEPTION(risks.notify(actor("signatory"), {id, both}, "REG", std::nullopt), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_TEST(number("SELECT COUNT(*) FROM risk WHERE state = 'open'") == 2);
}

BOOST_AUTO_TEST_CASE(whatNobodyWasToldOfByTheEndOfTheTermIsOverdueAndLaterLate) {
    using std::chrono::hours;
    clock.advance(hours(2 * 24 + 13));  // Tuesday 24 November, 23:00 in the laboratory
    BOOST_TEST(risks.list(first(), {}).counts.at("overdue") == 0);
    clock.advance(hours(1));
    BOOST_TEST(risks.list(first(), {}).counts.at("overdue") == 1);
    touchstone::regulators::RiskFilter overdue;
    overdue.overdue = true;
    BOOST_TEST(risks.list(first(), overdue).risks.size() == 1U);
    risks.notify(actor("signatory"), {id}, "REG", std::nullopt);
    BOOST_TEST(risks.list(first(), overdue).risks.empty());
    BOOST_TEST(read().late());
}

BOOST_AUTO_TEST_CASE(theSchemaKnowsTheOrderOfStepsToo) {
    BOOST_CHECK_THROW(sql("UPDATE risk SET state = 'closed'"), touchstone::db::SqlError);
    BOOST_CHECK_THROW(sql("UPDATE risk SET state = 'notified'"), touchstone::db::SqlError);
}

BOOST_AUTO_TEST_SUITE_END()
