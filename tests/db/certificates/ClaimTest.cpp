#include <boost/test/unit_test.hpp>

#include "instruments/formats/Xml.h"
#include "reports/Claim.h"
#include "server/certificates/Claims.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;
using touchstone::tests::Press;

namespace json = touchstone::json;

namespace {

struct Released : Laboratory {
    Released() {
        // The authority of the test is valid from now on.
        clock.advance(touchstone::SystemClock().now() - clock.now());
        released = release({checkedSample(1, "150102", "0.9")}).at(0);
        frozen = json::parse(service.get(actor("analyst"), released.number).frozen);
    }
    [[nodiscard]] touchstone::reports::ClaimCheck claim() const {
        return touchstone::reports::checkClaim(touchstone::certificates::qrText(frozen), Press::instance().authority.chainPem,
                                               Press::instance().authority.caPem);
    }
    touchstone::certificates::Certificate released;
    json::Value frozen;
};

std::string notFound(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code() == ErrorCode::NotFound ? error.arguments().front() : "another error";
    }
    return "found";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(claims, Released)

BOOST_AUTO_TEST_CASE(theCodeOfAReleasedCertificateClaimsWhatWasReleased) {
    const auto said = claim();
    BOOST_TEST(said.problem == "");
    BOOST_TEST(said.claim.number == released.number);
    BOOST_TEST(said.claim.verdict == "fails");
    BOOST_TEST(said.claim.revision == 1);
    const std::string xml = touchstone::certificates::resultsXml(frozen);
    BOOST_TEST(touchstone::toHex(said.claim.resultsDigest) == touchstone::toHex(touchstone::sha256(xml)));
}

BOOST_AUTO_TEST_CASE(theResultsOfAReleasedCertificateKeepToTheirSchema) {
    const auto results = touchstone::xml::parse(touchstone::certificates::resultsXml(frozen),
                                                std::string(TOUCHSTONE_SOURCE) + "/schema/results.xsd");
    BOOST_TEST(results.child("number").text == released.number);
    BOOST_TEST(results.child("tests").children.size() == 2U);
}

BOOST_AUTO_TEST_CASE(theCodeIsTheUrlWithTheClaimAsItsFragment) {
    const std::string& qr = touchstone::certificates::qrText(frozen);
    BOOST_TEST(qr.starts_with(frozen.find("verification_url")->text() + "#c=T1~"));
    BOOST_TEST(qr.size() <= 230U);  // 53 modules
}

BOOST_AUTO_TEST_CASE(aCertificateThatWasFrozenWithoutAClaimHasTheBareUrl) {
    const json::Value old = json::parse(R"({"number":"BG2025000001","verification_url":"https://x/verify/t"})");
    BOOST_TEST(touchstone::certificates::qrText(old) == "https://x/verify/t");
}

BOOST_AUTO_TEST_CASE(theKeyThatSignedIsKeptOnce) {
    service.keepSigningCertificate(Press::instance().authority.chainPem);
    service.keepSigningCertificate(Press::instance().authority.chainPem);
    const auto keys = verification.keys();
    BOOST_REQUIRE(keys.signers.size() == 1U);
    BOOST_TEST(keys.signers[0].keyId == claim().keyId);
    BOOST_TEST(keys.signers[0].chain == Press::instance().authority.chainPem);
    BOOST_TEST(keys.rootsPem == Press::instance().authority.caPem);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'signing_certificate.add'") == 1);
}

BOOST_AUTO_TEST_CASE(theDigestOfAFileTellsItsStatus) {
    const auto file = portal.download(actor("regulator"), released.number);
    const auto found = verification.byFile(touchstone::sha256(file.pdf));
    BOOST_TEST(found.number == released.number);
    BOOST_TEST(found.status == "issued");
    BOOST_TEST(notFound([&] { static_cast<void>(verification.byFile(touchstone::sha256(file.pdf + "x"))); }) == "certificate");
}

BOOST_AUTO_TEST_CASE(whatIsNotIssuedYetIsAnsweredLikeWhatDoesNotExist) {
    const std::string token = text("SELECT token FROM certificate");
    const auto digest = touchstone::sha256(portal.download(actor("regulator"), released.number).pdf);
    sql("UPDATE certificate SET status = 'drawing'");
    BOOST_TEST(notFound([&] { static_cast<void>(verification.byNumber(released.number)); }) == "certificate");
    BOOST_TEST(notFound([&] { static_cast<void>(verification.byNumber("BG2026999999")); }) == "certificate");
    BOOST_TEST(notFound([&] { static_cast<void>(verification.byToken(token)); }) == "certificate");
    BOOST_TEST(notFound([&] { static_cast<void>(verification.byFile(digest)); }) == "certificate");
    BOOST_TEST(notFound([&] { static_cast<void>(portal.results(actor("regulator"), released.number)); }) == "certificate");
}

BOOST_AUTO_TEST_CASE(theResultsAreForTheRegulatorOfTheRegionAndAreWrittenDown) {
    const std::string found = portal.results(actor("regulator"), released.number);
    BOOST_TEST(json::parse(found).find("number")->text() == released.number);
    BOOST_TEST(number("SELECT COUNT(*) FROM download") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'certificate.download'") == 1);
    const std::string elsewhere = release({checkedSample(2, "1502")}).at(0).number;
    BOOST_TEST(notFound([&] { static_cast<void>(portal.results(actor("regulator"), elsewhere)); }) == "certificate");
}

BOOST_AUTO_TEST_SUITE_END()
