#include <boost/test/unit_test.hpp>

#include "server/core/Error.h"
#include "server/intake/IntakeService.h"
#include "server/intake/LateService.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;

namespace intake = touchstone::intake;

namespace {

/// Sample 1 has its results by hand; afterwards the balance says 97.1 for its first test.
struct Late : Laboratory {
    intake::IntakeService intakes{application(), trail, recorder, clock};
    intake::LateService service{application(), trail, recorder, clock};
    int brought = 0;

    Late() {
        sample(1);
        type(analyst, 1);
        sql("INSERT INTO instrument (id, code, name, protocol, enabled) VALUES (1, 'BALANCE', '天平', 'csv', 1)");
        sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) SELECT i.id, a.code, a.id FROM instrument i, analyte a");
        bring("97.1");
    }
    void bring(const std::string& value) {
        const std::string raw = "specimen,code,value,unit\n" + numberOf(1) + ",A," + value + ",%\n";
        const std::string uid = "00000000-0000-0000-0000-00000000000" + std::to_string(++brought);
        static_cast<void>(intakes.bring(gateway, {{uid, "BALANCE", "csv", "complete", clock.now(), touchstone::sha256(raw), raw}}));
    }
    intake::LateView open() { return service.list(analyst, {}).at(0); }
    ErrorCode refusal(const Actor& actor, const std::vector<intake::LateChoice>& rows) {
        try {
            service.take(actor, rows, "复测");
        } catch (const Error& error) {
            return error.fields().empty() ? error.code() : error.fields().front().code;
        }
        return ErrorCode::Internal;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(late, Late)

BOOST_AUTO_TEST_CASE(aLateValueStandsBesideTheVersionThatIs) {
    const auto one = open();
    BOOST_TEST(one.reason == "already_resulted");
    BOOST_TEST(one.value == "97.1");
    BOOST_TEST(one.sample == numberOf(1));
    BOOST_TEST(one.standing->value == "98.6");
    BOOST_TEST(one.standing->source == "manual");
    BOOST_TEST(!one.standing->origin);
    BOOST_TEST(one.origin.instrument == "BALANCE");
    BOOST_TEST(service.list(analyst, {.sample = "JP9"}).empty());
    BOOST_TEST(service.list(analyst, {.decided = true}).empty());
}

BOOST_AUTO_TEST_CASE(takenItBecomesTheNextVersionWithTheReason) {
    service.take(analyst, {{open().observation, open().version}}, "仪器复测");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT_WS(' ', version_no, value, source, person_id, reason) ORDER BY version_no) FROM result_version WHERE test_id = 3") ==
               "1 98.6 manual 1,2 97.1 instrument 1 仪器复测");
    BOOST_TEST(service.list(analyst, {}).empty());
    BOOST_TEST(service.list(analyst, {.decided = true}).at(0).decision->reason == "仪器复测");
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail WHERE action LIKE 'late%' OR action = 'result.import'") == "late.take,result.import");
    BOOST_TEST((refusal(analyst, {{1, 3}}) == ErrorCode::WrongState), "decided once");
}

BOOST_AUTO_TEST_CASE(dismissedTheStandingVersionStays) {
    service.dismiss(analyst, {open().observation}, "重复发送");
    BOOST_TEST(text("SELECT COUNT(*) FROM result_version WHERE test_id = 3") == "1");
    BOOST_TEST(service.list(analyst, {.decided = true}).at(0).decision->decision == "dismiss");
    BOOST_CHECK_THROW(service.dismiss(analyst, {1}, "再次"), Error);
    BOOST_TEST((refusal(analyst, {{1, 2}}) == ErrorCode::WrongState));
}

BOOST_AUTO_TEST_CASE(aSubmittedTestGoesBackInANewRoundAndOnlyByTheHandOfAReviewer) {
    reviews.submit(analyst, testsOf(1));
    BOOST_TEST((refusal(analyst, {{open().observation, open().version}}) == ErrorCode::NoRight));
    service.take(checker, {{open().observation, open().version}}, "以仪器值为准");
    BOOST_TEST(statusOfTests(1) == "resulted submitted submitted");
    BOOST_TEST(statusOfSample(1) == "testing");
    BOOST_TEST(text("SELECT round FROM test WHERE id = 3") == "2");
    reviews.submit(analyst, {{3}});
    BOOST_CHECK_EXCEPTION(reviews.check(checker, {{3}}), Error, [](const Error& error) { return error.code() == ErrorCode::SameHand; });
    reviews.check(checker2, testsOf(1));
    BOOST_TEST(statusOfSample(1) == "releasing");
}

BOOST_AUTO_TEST_CASE(aReleasedTestTakesNothing) {
    sql("UPDATE test SET status = 'released' WHERE sample_id = 1");
    BOOST_TEST((refusal(signatory, {{open().observation, open().version}}) == ErrorCode::WrongState));
    service.dismiss(signatory, {open().observation}, "已签发");
    BOOST_TEST(service.list(analyst, {}).empty());
}

BOOST_AUTO_TEST_CASE(whatIsWrongWithARowRefusesAll) {
    bring("97.3");
    bring("many");
    const std::int64_t version = open().version;
    BOOST_TEST((refusal(analyst, {{999, version}}) == ErrorCode::NotKnown));
    BOOST_TEST((refusal(analyst, {{1, version + 1}}) == ErrorCode::Conflict));
    BOOST_TEST((refusal(analyst, {{1, version}, {1, version}}) == ErrorCode::Duplicate));
    BOOST_TEST((refusal(analyst, {{1, version}, {2, version}}) == ErrorCode::Duplicate), "two values for one test");
    BOOST_TEST((refusal(analyst, {{3, version}}) == ErrorCode::Undecidable));
    BOOST_TEST((refusal(gateway, {{1, version}}) == ErrorCode::NoRight));
    BOOST_TEST(service.list(analyst, {}).size() == 3U);
    BOOST_TEST(text("SELECT COUNT(*) FROM late_decision") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
