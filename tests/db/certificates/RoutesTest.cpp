#include <boost/test/unit_test.hpp>

#include "server/certificates/CertificateRoutes.h"
#include "server/certificates/ReleaseRoutes.h"
#include "server/regulators/PortalRoutes.h"
#include "server/regulators/VerificationRoutes.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::http::Request;
using touchstone::http::Response;
using touchstone::tests::Laboratory;

namespace json = touchstone::json;

namespace {

struct Served : Laboratory {
    Served() {
        router.add(touchstone::certificates::certificateRoutes(service));
        router.add(touchstone::certificates::releaseRoutes(releases));
        router.add(touchstone::regulators::portalRoutes(portal));
        router.add(touchstone::regulators::verificationRoutes(verification));
    }
    Response call(const std::string& verb, const std::string& path, const std::string& body, const std::string& login,
                  std::map<std::string, std::string> parameters = {}) {
        const auto match = router.find(verb, path);
        Request request;
        request.path = match.path;
        request.parameters = std::move(parameters);
        request.body = body;
        if (!login.empty()) request.caller = actor(login);
        return match.route->handle(request);
    }
    json::Value prepare(const std::string& sample) {
        const Response response = call("POST", "/releases", R"({"samples":[")" + sample + R"("]})", "signatory");
        BOOST_TEST(response.status == 201);
        return json::parse(response.body);
    }
    Response release(const std::string& sample) {
        const json::Value prepared = prepare(sample);
        Response out = call("POST", "/releases/" + prepared.find("id")->text() + "/sign",
                            R"({"shown_sha256":")" + prepared.find("shown_sha256")->text() + R"(","password":")" +
                                touchstone::tests::kPassword + R"(","meaning":"release","reason":"检验完成"})",
                            "signatory");
        static_cast<void>(service.resume());
        return out;
    }
    touchstone::http::Router router;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(routes, Served)

BOOST_AUTO_TEST_CASE(aReleaseTellsHowFarItIsAndEachRowItsCertificate) {
    const Response response = release(checkedSample(1));
    BOOST_TEST(response.status == 200);
    const json::Value job = json::parse(response.body);
    BOOST_TEST(job.find("state")->text() == "issuing");
    BOOST_TEST(job.find("counts")->find("drawing")->text() == "1");
    const std::string path = "/releases/" + job.find("id")->text();
    BOOST_TEST(json::parse(call("GET", path, "", "analyst").body).find("state")->text() == "finished");
    const json::Value rows = json::parse(call("GET", path + "/rows", "", "analyst").body);
    BOOST_TEST(rows.find("items")->items().at(0).find("certificate")->text() == "BG2026000001");
    BOOST_TEST(rows.find("items")->items().at(0).find("state")->text() == "issued");
}

BOOST_AUTO_TEST_CASE(aReleaseMustSayWhatItMeans) {
    BOOST_CHECK_EXCEPTION(
        call("POST", "/releases/1/sign",
             R"({"shown_sha256":")" + std::string(64, '0') + R"(","password":"x","reason":"检验完成"})", "signatory"),
        Error, [](const Error& error) { return error.fields().at(0).field == "meaning"; });
}

BOOST_AUTO_TEST_CASE(aListGoesOnWhereThePageBeforeEnded) {
    release(checkedSample(1));
    release(checkedSample(2));
    const json::Value first = json::parse(call("GET", "/certificates", "", "analyst", {{"limit", "1"}}).body);
    BOOST_TEST(first.find("items")->items().at(0).find("number")->text() == "BG2026000002");
    const json::Value second =
        json::parse(call("GET", "/portal/certificates", "", "regulator", {{"after", first.find("next")->text()}}).body);
    BOOST_TEST(second.find("items")->items().at(0).find("number")->text() == "BG2026000001");
    BOOST_CHECK(second.find("next")->kind() == json::Value::Kind::Null);
}

BOOST_AUTO_TEST_CASE(aNumberAloneTellsStatusAndDayOnly) {
    release(checkedSample(1));
    BOOST_TEST(call("GET", "/public/certificates", "", "", {{"number", "BG2026000001"}}).body ==
               R"({"number":"BG2026000001","status":"issued","issued_on":"2026-11-22"})");
}

BOOST_AUTO_TEST_CASE(theAddressInTheQrCodeEndsInTheTokenThatIsAnswered) {
    release(checkedSample(1));
    const json::Value detail = json::parse(call("GET", "/certificates/BG2026000001", "", "analyst").body);
    const std::string url = detail.find("verification_url")->text();
    BOOST_TEST(url.starts_with("https://lims.example.cn/verify/"));
    const std::string token = url.substr(url.rfind('/') + 1);
    BOOST_TEST(token.size() == 22U);
    const json::Value answer = json::parse(call("GET", "/public/certificates/" + token, "", "").body);
    BOOST_TEST(answer.find("sha256")->text() == detail.find("sha256")->text());
}

BOOST_AUTO_TEST_CASE(anUploadedFileIsAnsweredByIntegrityIdentityAndStatus) {
    release(checkedSample(1));
    std::string pdf = call("GET", "/certificates/BG2026000001/file", "", "analyst").body;
    json::Value answer = json::parse(call("POST", "/public/verifications", pdf, "").body);
    BOOST_TEST(answer.find("integrity")->text() == "intact");
    BOOST_TEST(answer.find("status")->text() == "issued");
    BOOST_TEST(answer.find("number")->text() == "BG2026000001");

    pdf[pdf.size() / 3] = static_cast<char>(pdf[pdf.size() / 3] ^ 1);
    answer = json::parse(call("POST", "/public/verifications", pdf, "").body);
    BOOST_TEST(answer.find("integrity")->text() == "changed");
    BOOST_TEST(answer.find("status")->text() == "unknown");
    BOOST_CHECK(answer.find("number")->kind() == json::Value::Kind::Null);

    answer = json::parse(call("POST", "/public/verifications", "no PDF at all", "").body);
    BOOST_TEST(answer.find("integrity")->text() == "not_signed");
}

BOOST_AUTO_TEST_SUITE_END()
