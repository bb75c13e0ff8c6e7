#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "server/certificates/LifeStore.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace {

struct Published : Laboratory {
    Published() {
        const std::vector<std::string> samples{checkedSample(1, "150102"), checkedSample(2, "1502"),
                                               checkedSample(3, "1501")};
        released = release(samples);
    }
    std::string tokenOf(const std::string& wanted) {
        return text("SELECT token FROM certificate WHERE number = '" + wanted + "'");
    }
    std::vector<touchstone::certificates::Certificate> released;
};

auto refusedAs(ErrorCode code) {
    return [code](const Error& error) { return error.code() == code; };
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(regulators, Published)

BOOST_AUTO_TEST_CASE(aRegulatorSeesItsOwnRegionAndThoseBelowIt) {
    std::string seen;
    for (const auto& one : portal.list(actor("regulator"), {}).certificates) seen += one.regionCode + " ";
    BOOST_TEST(seen == "1501 150102 ");
}

BOOST_AUTO_TEST_CASE(whoDownloadsWhatEndedAlreadyHasTheNoticeAtOnceAndOnce) {
    sql("UPDATE certificate SET status = 'superseded' WHERE number = 'BG2026000001'");
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    BOOST_TEST(
        number(
            "SELECT COUNT(*) FROM notice n JOIN person p ON p.id = n.person_id JOIN certificate c ON c.id = "
            "n.certificate_id WHERE p.login = 'regulator' AND n.kind = 'superseded' AND c.number = 'BG2026000001'") ==
        1);
    static_cast<void>(portal.download(actor("regulator"), "BG2026000003"));
    BOOST_TEST(number("SELECT COUNT(*) FROM notice") == 1);
}

BOOST_AUTO_TEST_CASE(aDownloadInTheMomentOfAWithdrawalDoesNotStayWithoutItsNotice) {
    const Actor regulator = actor("regulator");
    const auto withdraw = [&](touchstone::db::WriteTransaction& tx) {
        const auto certificate = touchstone::certificates::store::lockCertificate(tx, "BG2026000001").value();
        const touchstone::certificates::store::Withdrawal withdrawal{certificate.id, "result", "仪器未校准",
                                                                     actor("signatory").id, 1};
        BOOST_TEST(touchstone::certificates::store::withdraw(tx, withdrawal, clock.now()) == 0U);  // nobody has it yet
    };
    std::thread download;
    application().write([&](touchstone::db::WriteTransaction& tx) {
        withdraw(tx);
        // It has read the certificate as issued and waits to write itself down.
        download = std::thread([&] { static_cast<void>(portal.download(regulator, "BG2026000001")); });
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    });
    download.join();
    BOOST_TEST(number("SELECT COUNT(*) FROM download") == 1);
    BOOST_TEST(
        number("SELECT COUNT(*) FROM notice n JOIN person p ON p.id = n.person_id WHERE p.login = 'regulator' AND "
               "n.kind = 'withdrawn'") == 1);
}

BOOST_AUTO_TEST_CASE(aCertificateThatIsNotIssuedIsNotThereForARegulator) {
    sql("UPDATE certificate SET status = 'drawing' WHERE number = 'BG2026000001'");
    BOOST_TEST(portal.list(actor("regulator"), {}).certificates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(aRegulatorWithoutARegionSeesNothing) {
    Actor nowhere = actor("regulator");
    nowhere.regionCode = "";
    BOOST_CHECK_EXCEPTION(static_cast<void>(portal.list(nowhere, {})), Error, refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(staffAndRegulatorsHaveTheirOwnDoors) {
    BOOST_CHECK_EXCEPTION(static_cast<void>(portal.list(actor("analyst"), {})), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(service.list(actor("regulator"), {})), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(aDownloadIsWrittenDownAndOneThatIsRefusedIsNot) {
    const auto file = portal.download(actor("regulator"), "BG2026000001");
    BOOST_TEST(touchstone::toHex(touchstone::sha256(file.pdf)) == released[0].sha256.value());
    BOOST_CHECK_EXCEPTION(static_cast<void>(portal.download(actor("regulator"), "BG2026000002")), Error,
                          refusedAs(ErrorCode::NotFound));
    BOOST_TEST(
        number("SELECT COUNT(*) FROM download d JOIN person p ON p.id = d.person_id WHERE p.login = 'regulator'") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'certificate.download' AND actor = 'regulator'") == 1);
}

BOOST_AUTO_TEST_CASE(theQrCodeLeadsToWhatIsPrinted) {
    const auto found = verification.byToken(tokenOf("BG2026000001"));
    BOOST_TEST(found.status.number == "BG2026000001");
    BOOST_TEST(found.productName == "示例片");
    BOOST_TEST(found.laboratory == "测试检验院");
    BOOST_TEST(found.sha256 == released[0].sha256.value());
    BOOST_CHECK_EXCEPTION(static_cast<void>(verification.byToken("BG2026000001")), Error,
                          refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(whatIsPublishedDoesNotFollowTheCatalogue) {
    sql("UPDATE product SET name = '改名片'");
    BOOST_TEST(verification.byToken(tokenOf("BG2026000001")).productName == "示例片");
}

BOOST_AUTO_TEST_CASE(theIssuedFileVerifies) {
    // The authority of the test is valid from now on, not on the day of the other cases.
    clock.advance(touchstone::SystemClock().now() - clock.now());
    const std::string number =
        release({checkedSample(4)}).at(0).number;
    const auto found = verification.verify(portal.download(actor("regulator"), number).pdf);
    BOOST_TEST(found.file.problem == "");
    BOOST_TEST(found.file.intact);
    BOOST_TEST(found.file.coversWholeFile);
    BOOST_TEST(found.file.trusted);
    BOOST_REQUIRE(found.issued);
    BOOST_TEST(found.issued->number == number);
    BOOST_TEST(found.issued->status == "issued");
}

BOOST_AUTO_TEST_CASE(aChangedByteShowsAndIsNotOurs) {
    std::string pdf = portal.download(actor("regulator"), "BG2026000001").pdf;
    pdf[pdf.size() / 3] = static_cast<char>(pdf[pdf.size() / 3] ^ 1);
    const auto found = verification.verify(pdf);
    BOOST_TEST(!found.file.intact);
    BOOST_CHECK(!found.issued);
}

BOOST_AUTO_TEST_SUITE_END()
