#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/certificates/CertificateText.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace json = touchstone::json;

namespace {

auto refusedAs(ErrorCode code) {
    return [code](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return error.code() == code;
    };
}

/// With words for the rows of a release.
struct Releasing : Laboratory {
    std::string reasons(std::int64_t job) {
        std::string out;
        for (const auto& row : releases.rows(actor("signatory"), job, {})) {
            out += row.state + " ";
            if (row.refusal) out += std::string(name(row.refusal->code())) + " ";
        }
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(release, Releasing)

BOOST_AUTO_TEST_CASE(aReleasedSampleHasACertificateThatTheSignatorySigned) {
    const std::string sample = checkedSample(1);
    const auto released = release({sample});
    BOOST_REQUIRE_EQUAL(released.size(), 1U);
    BOOST_TEST(released[0].number == "BG2026000001");
    BOOST_TEST(released[0].status == "issued");
    BOOST_TEST(released[0].verdict == "conforms");
    BOOST_TEST(text("SELECT status FROM sample") == "released");
    BOOST_TEST(number("SELECT COUNT(*) FROM publication WHERE kind = 'issued'") == 1);

    const auto file = service.file(actor("analyst"), "BG2026000001");
    BOOST_TEST(file.pdf.starts_with("%PDF-"));
    BOOST_TEST(touchstone::toHex(touchstone::sha256(file.pdf)) == released[0].sha256.value());
}

BOOST_AUTO_TEST_CASE(whatIsFrozenReachesBackToTheRawBytes) {
    const std::string sample = checkedSample(1);
    release({sample});
    const auto frozen = json::parse(service.get(actor("analyst"), "BG2026000001").frozen);
    const auto& tests = frozen.find("content")->find("tests")->items();
    BOOST_REQUIRE_EQUAL(tests.size(), 2U);
    BOOST_TEST(tests[0].find("value")->text() == "94.96");
    BOOST_TEST(tests[0].find("compared")->text() == "95.0");
    BOOST_TEST(tests[0].find("limit")->find("lower")->text() == "95.0");
    const auto* evidence = tests[0].find("evidence");
    BOOST_TEST(evidence->find("message")->text() == "uid-1");
    BOOST_TEST(evidence->find("sha256")->text() == touchstone::toHex(touchstone::sha256("raw")));
    BOOST_TEST(evidence->find("offset")->text() == "5");
    BOOST_TEST(tests[0].find("analyst")->find("login")->text() == "analyst");
    BOOST_TEST(tests[0].find("checker")->find("login")->text() == "checker");
    BOOST_CHECK(tests[1].find("evidence")->kind() == json::Value::Kind::Null);
}

BOOST_AUTO_TEST_CASE(theSignatureCoversTheContentsOfItsWholeBatch) {
    const std::vector<std::string> samples{checkedSample(1), checkedSample(2)};
    release(samples);
    std::vector<std::string> contents;
    for (const char* number : {"BG2026000001", "BG2026000002"}) {
        const std::string frozen = service.get(actor("analyst"), number).frozen;
        const std::size_t start = frozen.find("\"content\":") + 10;
        contents.push_back(frozen.substr(start, frozen.size() - start - 1));
    }
    BOOST_TEST(text("SELECT LOWER(HEX(content_hash)) FROM signature") ==
               touchstone::toHex(touchstone::certificates::signedHash(contents)));
}

BOOST_AUTO_TEST_CASE(everyActStandsInTheTrailOfTheSample) {
    const std::string sample = checkedSample(1);
    release({sample});
    const std::string of =
        "SELECT COUNT(*) FROM trail WHERE subject_kind = 'sample' AND subject = '" + sample + "' AND action = ";
    BOOST_TEST(number(of + "'certificate.release' AND reason = '检验完成' AND actor = 'signatory'") == 1);
    BOOST_TEST(number(of + "'certificate.issue'") == 1);
}

BOOST_AUTO_TEST_CASE(aWrongPasswordReleasesNothing) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(release({sample}, "signatory", "another password"), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
    BOOST_TEST(text("SELECT status FROM sample") == "releasing");
}

BOOST_AUTO_TEST_CASE(whoCheckedMayNotRelease) {
    const std::string sample = checkedSample(1);
    const auto prepared = releases.prepare(actor("checker"), {sample});
    BOOST_TEST(reasons(prepared.id) == "refused same_hand ");
    BOOST_CHECK_EXCEPTION(static_cast<void>(sign(prepared, "checker")), Error, refusedAs(ErrorCode::NothingToDo));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM signature") == 0);
}

BOOST_AUTO_TEST_CASE(whoIsNoSignatoryMayNotRelease) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(release({sample}, "analyst"), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(rowsAreReadyOrRefusedEachForItsReasonAndTheReadyOnesAreSigned) {
    const std::string done = checkedSample(1);
    release({done});
    const std::string good = checkedSample(2);
    const auto prepared = releases.prepare(actor("signatory"), {done, good, "JP0"});
    BOOST_TEST(reasons(prepared.id) == "refused wrong_state ready refused not_known ");
    BOOST_TEST(text("SELECT status FROM sample WHERE id = 2") == "releasing");

    const auto released = sign(prepared);
    BOOST_TEST(released.counts.drawing == 1);
    BOOST_TEST(released.counts.refused == 2);
    BOOST_TEST(signings == 2);
    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(releases.get(actor("analyst"), prepared.id).counts.issued == 1);
    BOOST_TEST(text("SELECT number FROM certificate WHERE sample_id = 2") == "BG2026000002");
}

BOOST_AUTO_TEST_CASE(noSampleStandsTwiceInOneRelease) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(static_cast<void>(releases.prepare(actor("signatory"), {sample, sample})), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(static_cast<void>(releases.prepare(actor("signatory"), {})), Error,
                          refusedAs(ErrorCode::Invalid));
}

BOOST_AUTO_TEST_CASE(whatChangedSinceItWasShownIsNotSignedAndTheRestIs) {
    const std::string good = checkedSample(1);
    const std::string changed = checkedSample(2);
    const std::string returned = checkedSample(3);
    const auto prepared = releases.prepare(actor("signatory"), {good, changed, returned});
    sql("UPDATE sample SET maker = '另一厂' WHERE id = 2");
    reviews.giveBack(actor("checker"), {{6}}, "数据有误");

    BOOST_TEST(sign(prepared).counts.refused == 2);
    BOOST_TEST(reasons(prepared.id) == "drawing refused stale refused wrong_state ");
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 1);
    BOOST_TEST(text("SELECT status FROM sample WHERE id = 2") == "releasing");
    // The signature is over the contents of the signed row alone.
    const std::string frozen = text("SELECT frozen FROM certificate");
    const std::size_t start = frozen.find("\"content\":") + 10;
    BOOST_TEST(text("SELECT LOWER(HEX(content_hash)) FROM signature") ==
               touchstone::toHex(touchstone::certificates::signedHash({frozen.substr(start, frozen.size() - start - 1)})));
}

BOOST_AUTO_TEST_CASE(timeAloneMakesNothingStale) {
    const auto prepared = releases.prepare(actor("signatory"), {checkedSample(1)});
    clock.advance(std::chrono::hours(3));
    BOOST_TEST(sign(prepared).counts.drawing == 1);
}

BOOST_AUTO_TEST_CASE(aReleaseIsSignedOnceHoweverOftenItIsAsked) {
    const auto prepared = releases.prepare(actor("signatory"), {checkedSample(1)});
    const auto first = sign(prepared);
    const auto second = sign(prepared);
    BOOST_TEST((first.signedAt == second.signedAt));
    BOOST_TEST(number("SELECT COUNT(*) FROM signature") == 1);
    BOOST_TEST(number("SELECT last FROM numbering WHERE series = 'BG2026'") == 1);
}

BOOST_AUTO_TEST_CASE(twoReleasesOfOneSampleAtOnceGiveOneCertificate) {
    const std::string sample = checkedSample(1);
    const std::string other = checkedSample(2);
    const auto one = releases.prepare(actor("signatory"), {sample, other});
    const auto two = releases.prepare(actor("signatory"), {other, sample});
    std::int64_t first = 0, second = 0;
    std::thread thread([&] { second = sign(two).counts.drawing; });
    first = sign(one).counts.drawing;
    thread.join();
    BOOST_TEST(first + second == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM release_row WHERE state = 'refused'") == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 2);
    BOOST_TEST(number("SELECT last FROM numbering WHERE series = 'BG2026'") == 2);
}

BOOST_AUTO_TEST_CASE(onlyWhoWasShownMaySign) {
    const auto prepared = releases.prepare(actor("signatory"), {checkedSample(1)});
    BOOST_CHECK_EXCEPTION(static_cast<void>(sign(prepared, "checker")), Error, refusedAs(ErrorCode::NotFound));
    auto another = prepared;
    another.shownHash = std::string(64, '0');
    BOOST_CHECK_EXCEPTION(static_cast<void>(sign(another)), Error, refusedAs(ErrorCode::Conflict));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
}

BOOST_AUTO_TEST_CASE(whatNobodySignedIsForgottenAfterADay) {
    const std::string sample = checkedSample(1);
    const auto old = releases.prepare(actor("signatory"), {sample});
    clock.advance(std::chrono::hours(25));
    const auto fresh = releases.prepare(actor("signatory"), {sample});
    BOOST_CHECK_EXCEPTION(static_cast<void>(releases.get(actor("signatory"), old.id)), Error, refusedAs(ErrorCode::NotFound));
    BOOST_TEST(number("SELECT COUNT(*) FROM release_row") == 1);
    BOOST_TEST(sign(fresh).counts.drawing == 1);
}

BOOST_AUTO_TEST_CASE(aReleaseSaysByWhichRuleAResultWasNearItsLimitWhateverBecomesOfTheRule) {
    const std::string sample = checkedSample(1);
    sql("UPDATE result_version SET compared = '95.5' WHERE compared = '95.0'");
    const auto near = [&] {
        const auto prepared = releases.prepare(actor("signatory"), {sample});
        const auto row = releases.rows(actor("signatory"), prepared.id, {}).at(0);
        return std::pair(prepared.id, row.differences.find("near_limit") != std::string::npos);
    };
    const auto ruleOf = [&](std::int64_t id) { return releases.get(actor("analyst"), id).nearLimit.at("drug"); };
    const auto [none, shownWithout] = near();
    BOOST_TEST(!shownWithout);
    BOOST_TEST(!ruleOf(none));
    sql("INSERT INTO near_limit_rule (product_kind, effective_from, share, verified, source) VALUES "
        "('drug', '2020-01-01', '0.1', 0, 'tenth'), ('drug', '2026-11-23', '0.001', 1, 'later')");
    const auto [tenth, shownByTenth] = near();
    BOOST_TEST(shownByTenth);
    clock.advance(std::chrono::hours(24));
    const auto [later, shownByLater] = near();
    BOOST_TEST(!shownByLater);
    sql("UPDATE near_limit_rule SET source = 'rewritten', share = '0.2'");
    BOOST_TEST(ruleOf(tenth).value().source == "tenth");
    BOOST_TEST(ruleOf(tenth).value().share.text() == "0.1");
    BOOST_TEST(!ruleOf(tenth).value().verified);
    BOOST_TEST(ruleOf(later).value().source == "later");
    BOOST_TEST(!ruleOf(none));
}

BOOST_AUTO_TEST_CASE(whatTheSignatoryMustSeeIsShown) {
    sql("INSERT INTO near_limit_rule (product_kind, effective_from, share, verified, source) VALUES "
        "('drug', '2020-01-01', '0.1', 0, 'tenth')");
    release({checkedSample(1)});  // the product's previous certificate: 94.96 and 0.1
    const std::string sample = checkedSample(2, "150102", "0.5");
    sql("UPDATE result_version SET version_no = 2, reason = '复测' WHERE test_id = 4");
    sql("INSERT INTO observation (id, message_id, ordinal, specimen, code, value, unit, flags, observed_at, span_offset, "
        "span_length, state) VALUES (90, 2, 2, 'x', 'B', '0.2', '%', '', '', 0, 1, 'held')");
    sql("INSERT INTO late_result (observation_id, test_id, value) VALUES (90, 5, '0.2')");
    const auto prepared = releases.prepare(actor("signatory"), {sample});
    std::string seen;
    const auto row = releases.rows(actor("signatory"), prepared.id, {}).at(0);
    const auto differences = json::parse(row.differences);
    for (const auto& one : differences.items()) {
        seen += one.find("kind")->text() + " " + one.find("item")->text() + " " + one.find("value")->text() + "; ";
    }
    BOOST_TEST(seen == "near_limit 含量 94.96 %; corrected 含量 94.96 %; failing 水分 0.5 %; verdict_changed 水分 0.5 %; late 水分 0.2 %; ");
    BOOST_TEST(row.verdict.value() == "fails");
}

BOOST_AUTO_TEST_CASE(rowsArePagedAndPickedByStateAndByDifference) {
    std::vector<std::string> samples;
    for (std::int64_t id = 1; id <= 5; ++id) samples.push_back(checkedSample(id, "150102", id == 4 ? "0.5" : "0.1"));
    sql("UPDATE result_version SET compared = '100.0', value = '100.0' WHERE version_no = 1 AND value = '94.96'");
    samples.insert(samples.begin() + 1, "JP0");
    const auto prepared = releases.prepare(actor("signatory"), samples);
    const auto places = [&](const touchstone::certificates::RowFilter& filter) {
        std::string out;
        for (const auto& row : releases.rows(actor("analyst"), prepared.id, filter)) out += std::to_string(row.place);
        return out;
    };
    BOOST_TEST(places({}) == "123456");
    BOOST_TEST(places({.limit = 2}) == "12");
    BOOST_TEST(places({.after = 2, .limit = 2}) == "34");
    BOOST_TEST(places({.state = "refused"}) == "2");
    BOOST_TEST(places({.different = true}) == "5");
}

BOOST_AUTO_TEST_CASE(aFailingTestMakesAFailingCertificate) {
    const std::string sample = checkedSample(1, "150102", "0.5");
    BOOST_TEST(release({sample}).at(0).verdict == "fails");
    const auto frozen = json::parse(service.get(actor("analyst"), "BG2026000001").frozen);
    const touchstone::reports::Data data = touchstone::certificates::toData(frozen);
    BOOST_TEST(*data.find("derived")->find("failing")->list()->at(0).text() == "水分");
}

BOOST_AUTO_TEST_CASE(whatWasReleasedButNotDrawnIsIssuedAtTheNextStart) {
    const std::string sample = checkedSample(1);
    release({sample});
    // As a crash between release and issue leaves it.
    sql("DELETE FROM certificate_file");
    sql("DELETE FROM publication");
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL");
    BOOST_CHECK_EXCEPTION(static_cast<void>(service.file(actor("analyst"), "BG2026000001")), Error,
                          refusedAs(ErrorCode::NotFound));

    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.status == "issued");
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'certificate.issue' AND actor = 'issue'") == 2);
    BOOST_TEST(service.resume() == 0U);
}

BOOST_AUTO_TEST_CASE(whatTheFontCannotShowIsFoundBeforeAnythingIsSigned) {
    const std::string good = checkedSample(1);
    const std::string bad =
        checkedSample(2, "150102", "0.1", "B\xF0\x9F\x92\x8A");  // a pill, for which the font has no glyph
    const auto prepared = releases.prepare(actor("signatory"), {good, bad});
    BOOST_TEST(reasons(prepared.id) == "ready refused unprintable ");
    BOOST_TEST(number("SELECT COUNT(*) FROM signature") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM sample WHERE status = 'releasing'") == 2);
}

BOOST_AUTO_TEST_CASE(oneThatCannotBeDrawnDoesNotKeepTheOthersBack) {
    const std::string good = checkedSample(1);
    const std::string bad = checkedSample(2, "150102", "0.1", "BROKEN");
    release({good, bad});
    // As if the font had changed between release and issue.
    sql("DELETE FROM certificate_file");
    sql("DELETE FROM publication");
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL, frozen = REPLACE(frozen, 'BROKEN', '\xF0\x9F\x92\x8A')");
    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.status == "issued");
    BOOST_TEST(service.get(actor("analyst"), "BG2026000002").certificate.status == "drawing");
    const auto rows = releases.rows(actor("analyst"), 1, {.state = "failed"});
    BOOST_REQUIRE_EQUAL(rows.size(), 1U);
    BOOST_TEST(rows[0].sample == bad);
    BOOST_TEST(!rows[0].problem.value().empty());
    BOOST_CHECK_EXCEPTION(static_cast<void>(verification.byNumber("BG2026000002")), Error, refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(twoThreadsIssueACertificateOnce) {
    std::vector<std::string> samples;
    for (std::int64_t id = 1; id <= 5; ++id) samples.push_back(checkedSample(id));
    release(samples);
    sql("DELETE FROM certificate_file");
    sql("DELETE FROM publication");
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL");
    std::size_t first = 0, second = 0;
    std::thread other([&] { first = service.resume(); });
    second = service.resume();
    other.join();
    BOOST_TEST(first + second == 5U);
    BOOST_TEST(number("SELECT COUNT(*) FROM publication") == 5);
}

BOOST_AUTO_TEST_CASE(listsFindPartsOfTextsLiterally) {
    const std::vector<std::string> samples{checkedSample(1, "150102", "0.1", "A_1"),
                                           checkedSample(2, "150102", "0.5", "AX1%")};
    release(samples);
    auto found = [&](touchstone::certificates::CertificateFilter filter) {
        std::string out;
        for (const auto& one : service.list(actor("analyst"), filter)) out += one.batchNo + " ";
        return out;
    };
    BOOST_TEST(found({}) == "AX1% A_1 ");
    BOOST_TEST(found({.q = "A_1"}) == "A_1 ");
    BOOST_TEST(found({.q = "%"}) == "AX1% ");
    BOOST_TEST(found({.q = "!"}) == "");
    BOOST_TEST(found({.q = "示例"}) == "AX1% A_1 ");
    BOOST_TEST(found({.verdict = "fails"}) == "AX1% ");
    BOOST_TEST(found({.limit = 1}) == "AX1% ");
    BOOST_TEST(found({.after = 2, .limit = 1}) == "A_1 ");
}

BOOST_AUTO_TEST_SUITE_END()
