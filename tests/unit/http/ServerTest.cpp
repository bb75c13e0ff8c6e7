#include "server/http/Server.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;

namespace http = touchstone::http;
namespace json = touchstone::json;

namespace {

/// A server with a route that answers what it was asked, one behind a session, one that fails.
struct Served {
    http::ServerSettings settings{.threads = 8};
    touchstone::SystemClock clock;
    std::unique_ptr<http::Server> server;

    Served() { serve(); }
    explicit Served(http::ServerSettings given) : settings(std::move(given)) { serve(); }

    void serve() {
        http::Router router;
        router.add({{http::Verb::Get, "/echo/{text}", http::Access::Open, http::Body::None, echo},
                    {http::Verb::Post, "/echo", http::Access::Open, http::Body::Json, echo, 16},
                    {http::Verb::Get, "/mine", http::Access::Signed, http::Body::None, who},
                    {http::Verb::Post, "/mine", http::Access::Signed, http::Body::Json, who},
                    {http::Verb::Get, "/portal/mine", http::Access::Signed, http::Body::None, who},
                    {http::Verb::Post, "/portal/mine", http::Access::Signed, http::Body::Json, who},
                    {http::Verb::Delete, "/mine", http::Access::Signed, http::Body::None,
                     [](const http::Request&) { return http::Response::nothing(); }},
                    {http::Verb::Get, "/rare", http::Access::Open, http::Body::None, echo, 1U << 20U, 2},
                    {http::Verb::Get, "/broken", http::Access::Open, http::Body::None,
                     [](const http::Request&) -> http::Response { throw std::runtime_error("a secret of the inside"); }}});
        server = std::make_unique<http::Server>(
            settings, std::move(router), http::StaticSite(""),
            [](const std::string& token) -> std::optional<Actor> {
                if (token != "good") return std::nullopt;
                return Actor{{1}, "li", "李", {Role::analyst}, "LAB", "15", ""};
            },
            [](const std::string& fingerprint) -> Actor {
                if (fingerprint != std::string(32, '\xAB')) throw Error(ErrorCode::CertificateUnknown);
                return Actor{{2}, "machine", "机", {Role::regulator}, "REG", "15", "", "portal"};
            },
            clock);
        server->start();
    }

    static http::Response echo(const http::Request& request) {
        json::Writer out;
        out.beginObject();
        for (const auto& [key, value] : request.path) out.field(key, value);
        for (const auto& [key, value] : request.parameters) out.field(key, value);
        return http::Response::json(out.field("body", request.body).endObject().take());
    }
    static http::Response who(const http::Request& request) {
        json::Writer out;
        return http::Response::json(out.beginObject().field("login", request.actor().login).field("origin", request.actor().origin).endObject().take());
    }

    /// All that comes back for these bytes until the server closes.
    std::string exchange(const std::string& bytes) {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", server->port()));
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        std::string out;
        char buffer[4096];
        while (const int got = socket.receiveBytes(buffer, sizeof buffer)) out.append(buffer, static_cast<std::size_t>(got));
        return out;
    }
    std::string request(const std::string& line, const std::string& headers = "", const std::string& body = "") {
        const std::string length = body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return exchange(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + length + "\r\n" + body);
    }
};

std::string status(const std::string& response) { return response.substr(9, 3); }
std::string body(const std::string& response) { return response.substr(response.find("\r\n\r\n") + 4); }
std::string code(const std::string& response) {
    return status(response) + " " + json::parse(body(response)).find("code")->text();
}

}  // namespace

namespace {

/// This machine is the proxy that is trusted, or another machine is.
struct Proxied : Served {
    explicit Proxied(const std::string& trusted = "127.0.0.1")
        : Served({.threads = 8, .secureCookies = true, .proxies = http::TrustedProxies::parse(trusted), .certificateHeader = "X-Client-Sha256"}) {}
    std::string asked(const std::string& headers) { return request("GET /api/v1/portal/mine", headers); }
};
struct ProxiedElsewhere : Proxied {
    ProxiedElsewhere() : Proxied("192.0.2.1") {}
};

std::string certificate(const std::string& value) { return "X-Client-Sha256: " + value + "\r\n"; }
std::string known() {
    std::string out;
    for (int i = 0; i < 32; ++i) out += "ab";
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(aTrustedProxySaysWhoseCertificateItIsAndFromWhere, Proxied) {
    BOOST_TEST(body(asked(certificate(known()) + "X-Forwarded-For: 203.0.113.66\r\nX-Forwarded-For: 192.0.2.7\r\n")) ==
               R"({"login":"machine","origin":"192.0.2.7"})");
    BOOST_TEST(code(asked(certificate(std::string(64, '0')))) == "401 certificate_unknown");
    BOOST_TEST(code(asked(certificate("made up"))) == "401 certificate_unknown");
    BOOST_TEST(code(asked(certificate(known()) + certificate(known()))) == "401 certificate_unknown", "one of them is not the proxy's");
    BOOST_TEST(code(asked(certificate(""))) == "401 not_signed_in");
    BOOST_TEST(code(request("GET /api/v1/mine", certificate(known()))) == "403 out_of_scope");
    BOOST_TEST(code(asked(certificate(known()) + "Authorization: Bearer bad\r\n")) == "401 not_signed_in");
}

BOOST_FIXTURE_TEST_CASE(nobodyElseIsBelieved, ProxiedElsewhere) {
    BOOST_TEST(code(asked(certificate(known()))) == "401 not_signed_in");
    BOOST_TEST(body(asked("X-Forwarded-For: 192.0.2.7\r\nAuthorization: Bearer good\r\n")) == R"({"login":"li","origin":"127.0.0.1"})");
}

BOOST_FIXTURE_TEST_CASE(aPageOfAnotherSiteCannotActByTheCertificateOfABrowser, Proxied) {
    const std::string json = "Content-Type: application/json\r\n" + certificate(known());
    BOOST_TEST(status(request("POST /api/v1/portal/mine", json, "{}")) == "200");
    BOOST_TEST(code(request("POST /api/v1/portal/mine", json + "Origin: https://elsewhere.example\r\n", "{}")) == "403 cross_site");
    BOOST_TEST(status(request("POST /api/v1/portal/mine", json + "Origin: https://x\r\nX-Touchstone: 1\r\n", "{}")) == "200");
}

BOOST_FIXTURE_TEST_CASE(behindTlsBrowsersAreToldToStayThere, Proxied) {
    BOOST_TEST(request("GET /").find("Strict-Transport-Security: max-age=31536000") != std::string::npos);
    BOOST_TEST(request("GET /api/v1/echo/a").find("Strict-Transport-Security: max-age=31536000") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(limitsCountWhoeverIsBehindTheProxy, Proxied) {
    for (int i = 0; i < 5; ++i) static_cast<void>(request("GET /api/v1/rare", "X-Forwarded-For: 192.0.2.7\r\n"));
    BOOST_TEST(status(request("GET /api/v1/rare", "X-Forwarded-For: 192.0.2.8\r\n")) == "200");
}

BOOST_FIXTURE_TEST_CASE(whoMakesUpAddressesIsLimitedAsOne, ProxiedElsewhere) {
    std::string response;
    for (int i = 0; i < 5; ++i) response = request("GET /api/v1/rare", "X-Forwarded-For: 192.0.2." + std::to_string(i) + "\r\n");
    BOOST_TEST(code(response) == "429 too_many_requests");
}

BOOST_FIXTURE_TEST_SUITE(server, Served)

BOOST_AUTO_TEST_CASE(withoutTlsNothingIsSaidOfIt) {
    BOOST_TEST(request("GET /").find("Strict-Transport-Security") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(pathAndQueryAreDecoded) {
    const std::string response = request("GET /api/v1/echo/a%20b?q=%E6%A3%80+1&n=2");
    BOOST_TEST(status(response) == "200");
    BOOST_TEST(body(response) == R"({"text":"a b","n":"2","q":"检 1","body":""})");
}

BOOST_AUTO_TEST_CASE(brokenPercentSignsAreTheFaultOfTheCaller) {
    BOOST_TEST(code(request("GET /api/v1/echo/%zz")) == "404 no_such_path");
    BOOST_TEST(code(request("GET /api/v1/echo/%")) == "404 no_such_path");
    BOOST_TEST(code(request("GET /api/v1/echo/a?q=%zz")) == "422 invalid");
    BOOST_TEST(code(request("GET /api/v1/echo/a?q=%")) == "422 invalid");
    BOOST_TEST(code(request("GET /api/v1/echo/a?%FF=1")) == "422 invalid");
    BOOST_TEST(code(request("GET /api/v1/echo/a?q=1&q=2")) == "422 invalid");
}

BOOST_AUTO_TEST_CASE(aVerbOfStrangeBytesIsAnsweredInUtf8) {
    BOOST_TEST(code(request("G\xFFT /api/v1/echo/a")) == "405 method_not_allowed");
    BOOST_TEST(code(request("G\xFFT /")) == "405 method_not_allowed");
}

BOOST_AUTO_TEST_CASE(aBodyIsOfItsTypeAndSize) {
    const std::string json = "Content-Type: application/json\r\n";
    BOOST_TEST(status(request("POST /api/v1/echo", json, "{}")) == "200");
    BOOST_TEST(status(request("POST /api/v1/echo", "Content-Type: Application/JSON ; charset=utf-8\r\n", "{}")) == "200");
    BOOST_TEST(code(request("POST /api/v1/echo", "Content-Type: text/plain\r\n", "{}")) == "415 wrong_content_type");
    BOOST_TEST(code(request("POST /api/v1/echo", "", "{}")) == "415 wrong_content_type");
    BOOST_TEST(code(request("POST /api/v1/echo", json, std::string(17, ' '))) == "413 body_too_large");
    BOOST_TEST(code(request("POST /api/v1/echo", json)) == "411 length_required");
    const std::string chunked = json + "Transfer-Encoding: chunked\r\n\r\n";
    const std::string line = "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + chunked;
    BOOST_TEST(status(exchange(line + "2\r\n{}\r\n0\r\n\r\n")) == "200");
    BOOST_TEST(code(exchange(line + "11\r\n" + std::string(17, ' ') + "\r\n0\r\n\r\n")) == "413 body_too_large");
}

BOOST_AUTO_TEST_CASE(whoCallsIsKnownByTokenOrCookie) {
    BOOST_TEST(code(request("GET /api/v1/mine")) == "401 not_signed_in");
    BOOST_TEST(code(request("GET /api/v1/mine", "Authorization: Bearer bad\r\n")) == "401 not_signed_in");
    BOOST_TEST(body(request("GET /api/v1/mine", "Authorization: Bearer good\r\n")) == R"({"login":"li","origin":"127.0.0.1"})");
    BOOST_TEST(status(request("GET /api/v1/mine", "Cookie: touchstone=good\r\n")) == "200");
}

BOOST_AUTO_TEST_CASE(aChangeByCookieNeedsTheHeaderThatOtherSitesCannotSend) {
    const std::string json = "Content-Type: application/json\r\n";
    BOOST_TEST(code(request("POST /api/v1/mine", json + "Cookie: touchstone=good\r\n", "{}")) == "403 cross_site");
    BOOST_TEST(status(request("POST /api/v1/mine", json + "Cookie: touchstone=good\r\nX-Touchstone: 1\r\n", "{}")) == "200");
    BOOST_TEST(status(request("POST /api/v1/mine", json + "Authorization: Bearer good\r\n", "{}")) == "200");
}

BOOST_AUTO_TEST_CASE(whoIsNotSignedInLearnsNothingOfTheRest) {
    BOOST_TEST(code(request("POST /api/v1/mine?q=%zz", "Content-Type: text/plain\r\n", "x")) == "401 not_signed_in");
}

BOOST_AUTO_TEST_CASE(aFaultTellsItsReferenceOnly) {
    const std::string response = request("GET /api/v1/broken");
    BOOST_TEST(code(response) == "500 internal");
    BOOST_TEST(response.find("secret") == std::string::npos);
    BOOST_TEST(json::parse(body(response)).find("reference")->text().size() == 12U);
}

BOOST_AUTO_TEST_CASE(tooManyRequestsAreToldWhenToComeAgain) {
    std::string response;
    // Two windows of a minute may meet here, so five requests pass any limit of two.
    for (int i = 0; i < 5; ++i) response = request("GET /api/v1/rare");
    BOOST_TEST(code(response) == "429 too_many_requests");
    BOOST_TEST(response.find("Retry-After: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothingMeansNoBody) {
    const std::string response = request("DELETE /api/v1/mine", "Authorization: Bearer good\r\n");
    BOOST_TEST(status(response) == "204");
    BOOST_TEST(body(response) == "");
    BOOST_TEST(response.find("Content-Length") == std::string::npos);   // RFC 9110 8.6
}

BOOST_AUTO_TEST_CASE(addressesOutsideTheApiGetThePage) {
    BOOST_TEST(status(request("GET /samples/JP1")) == "200");
    BOOST_TEST(code(request("GET /api/v2/echo/a")) == "404 no_such_path");
    const std::string head = request("HEAD /");
    BOOST_TEST(status(head) == "200");
    BOOST_TEST(body(head) == "");
    BOOST_TEST(head.find("Content-Security-Policy: default-src 'self'") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(aSiteIsReadOnceWithItsTextsPacked) {
    namespace fs = std::filesystem;
    std::string folder = fs::temp_directory_path() / "touchstone-site-XXXXXX";
    BOOST_REQUIRE(mkdtemp(folder.data()) != nullptr);
    fs::create_directory(folder + "/assets");
    std::ofstream(folder + "/index.html") << "<!doctype html>" << std::string(500, ' ');
    std::ofstream(folder + "/assets/a-1.js") << "1";
    const http::StaticSite site(folder);
    fs::remove_all(folder);

    BOOST_TEST(site.find("/index.html").type == "text/html; charset=utf-8");
    BOOST_TEST(site.find("/index.html").gzipped.starts_with("\x1F\x8B"));
    BOOST_TEST(!site.find("/index.html").forever);
    BOOST_TEST(site.find("/assets/a-1.js").forever);
    BOOST_TEST(site.find("/assets/a-1.js").gzipped.empty());
    BOOST_TEST(&site.find("/samples/JP1") == &site.find("/index.html"));
    BOOST_CHECK_THROW(static_cast<void>(site.find("/assets/of-an-older-build.js")), Error);
    BOOST_TEST(&site.find("/../../etc/passwd") == &site.find("/index.html"));
}
