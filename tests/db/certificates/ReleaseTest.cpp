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

}  // namespace

BOOST_FIXTURE_TEST_SUITE(release, Laboratory)

BOOST_AUTO_TEST_CASE(aReleasedSampleHasACertificateThatTheSignatorySigned) {
    const std::string sample = checkedSample(1);
    const auto released = service.release(actor("signatory"), {sample}, kPassword, "检验完成");
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
    service.release(actor("signatory"), {sample}, kPassword, "检验完成");
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
    service.release(actor("signatory"), samples, kPassword, "检验完成");
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
    service.release(actor("signatory"), {sample}, kPassword, "检验完成");
    const std::string of =
        "SELECT COUNT(*) FROM trail WHERE subject_kind = 'sample' AND subject = '" + sample + "' AND action = ";
    BOOST_TEST(number(of + "'certificate.release' AND reason = '检验完成' AND actor = 'signatory'") == 1);
    BOOST_TEST(number(of + "'certificate.issue'") == 1);
}

BOOST_AUTO_TEST_CASE(aWrongPasswordReleasesNothing) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(service.release(actor("signatory"), {sample}, "another password", "检验完成"), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
    BOOST_TEST(text("SELECT status FROM sample") == "releasing");
}

BOOST_AUTO_TEST_CASE(whoCheckedMayNotRelease) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(service.release(actor("checker"), {sample}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::SameHand));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM signature") == 0);
}

BOOST_AUTO_TEST_CASE(whoIsNoSignatoryMayNotRelease) {
    const std::string sample = checkedSample(1);
    BOOST_CHECK_EXCEPTION(service.release(actor("analyst"), {sample}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(aBatchIsReleasedWholeOrNotAtAll) {
    const std::string good = checkedSample(1);
    const std::string done = checkedSample(2);
    service.release(actor("signatory"), {done}, kPassword, "检验完成");
    BOOST_CHECK_EXCEPTION(service.release(actor("signatory"), {good, done}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::WrongState));
    BOOST_CHECK_EXCEPTION(service.release(actor("signatory"), {good, "JP0"}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(service.release(actor("signatory"), {good, good}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_TEST(service.release(actor("signatory"), {good}, kPassword, "检验完成").at(0).number == "BG2026000002");
}

BOOST_AUTO_TEST_CASE(aFailingTestMakesAFailingCertificate) {
    const std::string sample = checkedSample(1, "150102", "0.5");
    BOOST_TEST(service.release(actor("signatory"), {sample}, kPassword, "检验完成").at(0).verdict == "fails");
    const auto frozen = json::parse(service.get(actor("analyst"), "BG2026000001").frozen);
    const touchstone::reports::Data data = touchstone::certificates::toData(frozen);
    BOOST_TEST(*data.find("derived")->find("failing")->list()->at(0).text() == "水分");
}

BOOST_AUTO_TEST_CASE(whatWasReleasedButNotDrawnIsIssuedAtTheNextStart) {
    const std::string sample = checkedSample(1);
    service.release(actor("signatory"), {sample}, kPassword, "检验完成");
    // As a crash between release and issue leaves it.
    sql("DELETE FROM certificate_file");
    sql("DELETE FROM publication");
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL");
    BOOST_CHECK_EXCEPTION(static_cast<void>(service.file(actor("analyst"), "BG2026000001")), Error,
                          refusedAs(ErrorCode::NotFound));

    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.status == "issued");
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'certificate.issue' AND actor = 'issue'") == 1);
    BOOST_TEST(service.resume() == 0U);
}

BOOST_AUTO_TEST_CASE(whatTheFontCannotShowIsFoundBeforeAnythingIsSigned) {
    const std::string good = checkedSample(1);
    const std::string bad =
        checkedSample(2, "150102", "0.1", "B\xF0\x9F\x92\x8A");  // a pill, for which the font has no glyph
    BOOST_CHECK_EXCEPTION(service.release(actor("signatory"), {good, bad}, kPassword, "检验完成"), Error,
                          refusedAs(ErrorCode::Unprintable));
    BOOST_TEST(number("SELECT COUNT(*) FROM certificate") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM signature") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM sample WHERE status = 'releasing'") == 2);
}

BOOST_AUTO_TEST_CASE(oneThatCannotBeDrawnDoesNotKeepTheOthersBack) {
    const std::string good = checkedSample(1);
    const std::string bad = checkedSample(2, "150102", "0.1", "BROKEN");
    service.release(actor("signatory"), {good, bad}, kPassword, "检验完成");
    // As if the font had changed between release and issue.
    sql("DELETE FROM certificate_file");
    sql("DELETE FROM publication");
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL, frozen = REPLACE(frozen, 'BROKEN', '\xF0\x9F\x92\x8A')");
    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(service.get(actor("analyst"), "BG2026000001").certificate.status == "issued");
    BOOST_TEST(service.get(actor("analyst"), "BG2026000002").certificate.status == "drawing");
    BOOST_CHECK_EXCEPTION(static_cast<void>(verification.byNumber("BG2026000002")), Error, refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(twoThreadsIssueACertificateOnce) {
    std::vector<std::string> samples;
    for (std::int64_t id = 1; id <= 5; ++id) samples.push_back(checkedSample(id));
    service.release(actor("signatory"), samples, kPassword, "检验完成");
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
    service.release(actor("signatory"), samples, kPassword, "检验完成");
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
