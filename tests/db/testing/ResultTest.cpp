#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

#include "server/core/Json.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Error;
using touchstone::tests::Laboratory;
using touchstone::testing::TypedResult;

namespace db = touchstone::db;
namespace json = touchstone::json;

namespace {

struct Typing : Laboratory {
    Typing() { sample(1); }
    /// "row.field:code …" of what is refused; accepted rows are written when `each`.
    std::string enter(const std::vector<TypedResult>& rows, bool each = false) {
        std::string out;
        const auto tell = [&](const std::vector<touchstone::FieldError>& errors) {
            for (const auto& error : errors) out += (out.empty() ? "" : " ") + error.field + ":" + std::string(name(error.code));
        };
        try {
            tell(results.enter(analyst, rows, {}, each).refused);
        } catch (const Error& error) {
            tell(error.fields());
        }
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(result, Typing)

BOOST_AUTO_TEST_CASE(aTypedValueIsJudgedAndBecomesTheFirstVersion) {
    const auto entered = results.enter(analyst, {{0, {3}, 1, "94.95", {}}}, {}, false);
    BOOST_REQUIRE_EQUAL(entered.accepted.size(), 1U);
    BOOST_TEST(entered.accepted[0].version == 2);
    BOOST_TEST(text("SELECT CONCAT_WS('|', version_no, value, compared, verdict, requirement, edition, comparison, rounding, source, person_id) "
                    "FROM result_version") ==
               "1|94.95|95.0|conforms|应为95.0%~105.0%|标准2025年版|rounded|GB/T 8170-2008 to 1 decimals|manual|1");
    BOOST_TEST(text("SELECT CONCAT_WS('|', status, verdict, version, result_id IS NOT NULL) FROM test WHERE id = 3") == "resulted|conforms|2|1");
    const json::Value after = json::parse(text("SELECT new_value FROM trail"));
    BOOST_TEST(after.find("value")->text() == "94.95");
    BOOST_TEST(text("SELECT old_value IS NULL FROM trail") == "1");
}

BOOST_AUTO_TEST_CASE(anotherValueNeedsAReasonAndTheVersionThatWasSeen) {
    BOOST_TEST(enter({{0, {3}, 1, "98.6", {}}}) == "");
    BOOST_TEST(enter({{0, {3}, 1, "98.7", "笔误"}}) == "rows.0.version:conflict");
    BOOST_TEST(enter({{0, {3}, 2, "98.7", {}}}) == "rows.0.reason:required");
    BOOST_TEST(enter({{0, {3}, 2, "90.0", "笔误"}}) == "");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(version_no, '=', value) ORDER BY id) FROM result_version") == "1=98.6,2=90.0");
    BOOST_TEST(text("SELECT CONCAT(verdict, version) FROM test WHERE id = 3") == "fails3");
    BOOST_TEST(json::parse(text("SELECT old_value FROM trail ORDER BY id DESC LIMIT 1")).find("version")->text() == "1");
    BOOST_TEST(text("SELECT reason FROM trail ORDER BY id DESC LIMIT 1") == "笔误");
}

BOOST_AUTO_TEST_CASE(everyWrongRowIsNamedAndAllAreRefused) {
    BOOST_TEST(enter({{0, {3}, 1, "98.6", {}}, {1, {999}, 1, "1", {}}, {2, {3}, 1, "98.6", {}}, {3, {4}, 7, "1", {}},
                      {4, {5}, 1, "蓝色片", {}}}) ==
               "rows.1.test:not_known rows.2.test:duplicate rows.3.version:conflict rows.4.value:undecidable");
    BOOST_TEST(statusOfTests(1) == "waiting waiting waiting");
}

BOOST_AUTO_TEST_CASE(goodRowsAreTakenOneByOneWhenAskedFor) {
    BOOST_TEST(enter({{0, {3}, 1, "98.6", {}}, {1, {4}, 1, "许多", {}}}, true) == "rows.1.value:undecidable");
    BOOST_TEST(statusOfTests(1) == "resulted waiting waiting");
    BOOST_TEST(enter({{0, {4}, 1, "许多", {}}}, true) == "rows.0.value:undecidable");
}

BOOST_AUTO_TEST_CASE(whatIsSubmittedIsNotTypedOver) {
    type(analyst, 1);
    reviews.submit(analyst, testsOf(1));
    BOOST_TEST(enter({{0, {3}, 3, "98.7", "笔误"}}) == "rows.0.test:wrong_state");
}

BOOST_AUTO_TEST_CASE(twoWhoSawTheSameVersionDoNotBothWrite) {
    std::string one, two;
    std::thread other([&] { one = enter({{0, {3}, 1, "98.6", {}}}); });
    two = enter({{0, {3}, 1, "98.7", {}}});
    other.join();
    BOOST_TEST(one + two == "rows.0.version:conflict");
    BOOST_TEST(text("SELECT COUNT(*) FROM result_version") == "1");
}

BOOST_AUTO_TEST_CASE(judgingChangesNothing) {
    const auto judged = results.judge(signatory, {{0, {3}, 0, "94.94", {}}, {1, {4}, 0, "<0.5", {}}, {2, {5}, 0, "黄色片", {}}});
    BOOST_REQUIRE_EQUAL(judged.size(), 3U);
    BOOST_TEST((judged[0].judgement->verdict == touchstone::catalogue::Verdict::Fails));
    BOOST_TEST(judged[0].judgement->compared == "94.9");
    BOOST_TEST(!judged[1].judgement.has_value());
    BOOST_TEST((judged[2].judgement->verdict == touchstone::catalogue::Verdict::Fails));
    BOOST_TEST(statusOfTests(1) == "waiting waiting waiting");
    BOOST_CHECK_THROW(static_cast<void>(results.judge(signatory, {{0, {999}, 0, "1", {}}})), Error);
    BOOST_CHECK_THROW(static_cast<void>(results.judge(gateway, {{0, {3}, 0, "1", {}}})), Error);
    BOOST_CHECK_THROW(static_cast<void>(results.enter(checker, {{0, {3}, 1, "1", {}}}, {}, false)), Error);
}

BOOST_AUTO_TEST_CASE(versionsAndStepsAreNeverOverwritten) {
    type(analyst, 1);
    reviews.submit(analyst, testsOf(1));
    for (const char* sql : {"UPDATE result_version SET value = '1'", "DELETE FROM result_version", "UPDATE review_step SET person_id = 2",
                            "DELETE FROM review_step", "UPDATE trail SET reason = ''", "DELETE FROM test", "DELETE FROM sample"}) {
        BOOST_CHECK_EXCEPTION(application().write([&](db::WriteTransaction& tx) { tx.execute({sql, sql}); }), db::SqlError,
                              [](const db::SqlError& error) { return error.code() == 1142; });
    }
}

BOOST_AUTO_TEST_SUITE_END()
