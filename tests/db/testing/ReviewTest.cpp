#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

#include "server/core/Json.h"
#include "server/testing/TestStore.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using touchstone::TestId;
using touchstone::tests::Laboratory;

namespace db = touchstone::db;
namespace json = touchstone::json;

namespace {

std::string refusal(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        std::string out(name(error.code()));
        for (const auto& field : error.fields()) out += " " + field.field + ":" + std::string(name(field.code));
        return out;
    }
    return "";
}

struct Reviewed : Laboratory {
    std::string submit(const Actor& actor, const std::vector<TestId>& tests) {
        return refusal([&] { reviews.submit(actor, tests); });
    }
    std::string check(const Actor& actor, const std::vector<TestId>& tests) {
        return refusal([&] { reviews.check(actor, tests); });
    }
    std::string giveBack(const Actor& actor, const std::vector<TestId>& tests) {
        return refusal([&] { reviews.giveBack(actor, tests, "复核不符"); });
    }
    std::string release(const Actor& actor, const std::vector<std::string>& samples) {
        return refusal([&] {
            application().write([&](db::WriteTransaction& tx) {
                const auto signature = accounts.sign(tx, actor, {"release", "检验完成", touchstone::sha256("x")});
                reviews.release(tx, actor, samples, signature);
            });
        });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(review, Reviewed)

BOOST_AUTO_TEST_CASE(threeHandsTakeASampleToItsRelease) {
    const std::string number = sample(1);
    type(analyst, 1);
    BOOST_TEST(submit(analyst, testsOf(1)) == "");
    BOOST_TEST(statusOfSample(1) == "checking");
    BOOST_TEST(check(checker, {{3}, {5}}) == "");
    BOOST_TEST(statusOfSample(1) == "checking");
    BOOST_TEST(check(checker2, {{4}}) == "");
    BOOST_TEST(statusOfSample(1) == "releasing");
    BOOST_TEST(release(signatory, {number}) == "");
    BOOST_TEST(statusOfSample(1) == "released");
    BOOST_TEST(statusOfTests(1) == "released released released");
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail WHERE subject = '" + number + "'") ==
               "result.enter,result.enter,result.enter,test.submit,test.check,test.check,test.release");
}

BOOST_AUTO_TEST_CASE(eachStepNeedsTheStateBeforeIt) {
    const std::string number = sample(1);
    const std::vector<TestId> one{{3}};
    BOOST_TEST(submit(analyst, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(check(checker, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(giveBack(checker, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(release(signatory, {number}) == "wrong_state samples.0:wrong_state");
    type(analyst, 1);
    BOOST_TEST(check(checker, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(giveBack(checker, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(submit(analyst, testsOf(1)) == "");
    BOOST_TEST(submit(analyst, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(check(checker, testsOf(1)) == "");
    BOOST_TEST(check(checker2, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(release(signatory, {number}) == "");
    BOOST_TEST(giveBack(checker, one) == "wrong_state tests.0:wrong_state");
    BOOST_TEST(release(signatory, {number}) == "wrong_state samples.0:wrong_state");
}

BOOST_AUTO_TEST_CASE(aBatchMovesWholeOrNotAtAll) {
    submitted(1);
    BOOST_TEST(check(checker, {{3}, {999}, {3}}) == "invalid tests.1:not_known tests.2:duplicate");
    sample(2);
    BOOST_TEST(check(checker, {{3}, {6}, {7}}) == "wrong_state tests.1:wrong_state tests.2:wrong_state");
    BOOST_TEST(statusOfTests(1) == "submitted submitted submitted");
    BOOST_TEST(text("SELECT COUNT(*) FROM review_step WHERE step = 'check'") == "0");
}

BOOST_AUTO_TEST_CASE(aSampleIsNamedExactly) {
    submitted(1);
    BOOST_TEST(check(checker, testsOf(1)) == "");
    BOOST_TEST(release(signatory, {numberOf(1) + " "}) == "invalid samples.0:not_known");
    BOOST_TEST(release(signatory, {numberOf(1), numberOf(1)}) == "invalid samples.1:duplicate");
    BOOST_TEST(release(signatory, {"jp20261122000001"}) == "invalid samples.0:not_known");
}

BOOST_AUTO_TEST_CASE(eachStepHasItsRole) {
    submitted(1);
    BOOST_TEST(submit(checker, testsOf(1)) == "no_right");
    BOOST_TEST(check(analyst, testsOf(1)) == "no_right");
    BOOST_TEST(check(signatory, testsOf(1)) == "no_right");
    BOOST_TEST(giveBack(analyst, testsOf(1)) == "no_right");
    BOOST_TEST(check(checker, testsOf(1)) == "");
    BOOST_TEST(release(checker2, {numberOf(1)}) == "no_right");
}

BOOST_AUTO_TEST_CASE(nobodyIsTwoHandsOfOneTest) {
    Actor everybody = analyst;
    everybody.roles = {Role::technician, Role::analyst, Role::checker, Role::signatory};
    sample(1);
    type(everybody, 1);
    BOOST_TEST(submit(everybody, testsOf(1)) == "");
    BOOST_TEST(check(everybody, testsOf(1)) == "same_hand");
    BOOST_TEST(check(checker, testsOf(1)) == "");
    BOOST_TEST(release(everybody, {numberOf(1)}) == "same_hand");
    BOOST_TEST(release(checker, {numberOf(1)}) == "same_hand");
    BOOST_TEST(text("SELECT COUNT(*) FROM signature") == "0");
    BOOST_TEST(release(signatory, {numberOf(1)}) == "");
}

BOOST_AUTO_TEST_CASE(whoTypedTheResultMayNotCheckItThoughAnotherSubmitted) {
    Actor typist = checker;
    typist.roles.insert(Role::technician);
    sample(1);
    type(typist, 1);
    BOOST_TEST(submit(analyst, testsOf(1)) == "");
    BOOST_TEST(check(typist, testsOf(1)) == "same_hand");
    BOOST_TEST(check(checker2, testsOf(1)) == "");
    BOOST_TEST(release(typist, {numberOf(1)}) == "same_hand");
}

BOOST_AUTO_TEST_CASE(theSchemaKeepsTheHandsApart) {
    submitted(1);
    BOOST_CHECK_EXCEPTION(application().write([&](db::WriteTransaction& tx) {
                              auto tests = touchstone::testing::lockTests(tx, {{3}});
                              touchstone::testing::insertSteps(tx, tests, "check", analyst.id, {}, clock.now());
                          }),
                          db::DuplicateKey, [](const db::DuplicateKey& key) { return key.key() == "review_separation"; });
    BOOST_CHECK_EXCEPTION(application().write([&](db::WriteTransaction& tx) {
                              auto tests = touchstone::testing::lockTests(tx, {{3}});
                              touchstone::testing::insertSteps(tx, tests, "release", signatory.id, {}, clock.now());
                          }),
                          db::SqlError, [](const db::SqlError& error) { return error.code() == 4025; });   // release_is_signed
}

BOOST_AUTO_TEST_CASE(whatIsGivenBackBeginsANewRoundAndKeepsItsSteps) {
    submitted(1);
    BOOST_TEST(check(checker, testsOf(1)) == "");
    BOOST_TEST(giveBack(signatory, {{3}}) == "");
    BOOST_TEST(statusOfTests(1) == "resulted checked checked");
    BOOST_TEST(statusOfSample(1) == "testing");
    BOOST_TEST(submit(analyst, {{3}}) == "");
    BOOST_TEST(statusOfSample(1) == "checking");
    BOOST_TEST(check(checker, {{3}}) == "");
    BOOST_TEST(statusOfSample(1) == "releasing");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(round, step) ORDER BY id) FROM review_step WHERE test_id = 3") ==
               "1submit,1check,2submit,2check");
    BOOST_TEST(text("SELECT reason FROM trail WHERE action = 'test.return'") == "复核不符");
}

BOOST_AUTO_TEST_CASE(theTrailTellsTheStateOfEachTestBeforeAndAfter) {
    submitted(1);
    BOOST_TEST(check(checker, {{3}}) == "");
    BOOST_TEST(giveBack(checker2, testsOf(1)) == "");
    const std::string of = " FROM trail WHERE action = 'test.return'";
    BOOST_TEST(text("SELECT GROUP_CONCAT(old_value ORDER BY old_value)" + of) == R"({"status":"checked"},{"status":"submitted"})");
    BOOST_TEST(text("SELECT GROUP_CONCAT(new_value ORDER BY old_value)" + of) ==
               R"({"status":"resulted","tests":[3]},{"status":"resulted","tests":[4,5]})");
}

BOOST_AUTO_TEST_CASE(twoCheckersOfOneSampleBringItToTheSignatory) {
    for (std::int64_t id = 1; id <= 8; ++id) submitted(id);
    const std::int64_t before = std::stoll(text("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'INNODB_DEADLOCKS'"));
    std::string faults;
    std::thread other([&] {
        for (std::int64_t id = 1; id <= 8; ++id) faults += check(checker2, {{3 * id + 1}, {3 * id + 2}});
    });
    std::string own;
    for (std::int64_t id = 1; id <= 8; ++id) own += check(checker, {{3 * id}});
    other.join();
    BOOST_TEST(own + faults == "");
    for (std::int64_t id = 1; id <= 8; ++id) BOOST_TEST(statusOfSample(id) == "releasing");
    BOOST_TEST(std::stoll(text("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'INNODB_DEADLOCKS'")) - before == 0);
}

BOOST_AUTO_TEST_SUITE_END()
