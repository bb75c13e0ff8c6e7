#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <thread>

#include "server/http/Client.h"

using touchstone::http::Client;

namespace {

/// An authority of somebody else's, good and bad.
struct Elsewhere {
    class Handler final : public Poco::Net::HTTPRequestHandler {
        void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
            const std::string body(std::istreambuf_iterator<char>(request.stream()), {});
            const std::string& what = request.getURI();
            response.setChunkedTransferEncoding(true);
            if (what == "/missing") response.setStatus(Poco::Net::HTTPResponse::HTTP_NOT_FOUND);
            if (what == "/elsewhere") response.redirect("/echo");
            if (what == "/elsewhere") return;
            if (what == "/silent") std::this_thread::sleep_for(std::chrono::seconds(3));
            std::ostream& out = response.send();
            if (what == "/long") out << std::string(200'000, 'x');
            for (int i = 0; what == "/slow" && i < 40 && out.good(); ++i) {
                out << std::string(10'000, 'x') << std::flush;
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            }
            out << request.getMethod() << " " << request.getContentType() << " " << body;
        }
    };
    class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
        Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
            return new Handler;
        }
    };

    Elsewhere() { server.start(); }
    ~Elsewhere() { server.stopAll(true); }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server.port()) + path;
    }
    static Poco::Net::HTTPServerParams* shortlyKept() {
        auto* params = new Poco::Net::HTTPServerParams;
        params->setKeepAliveTimeout(Poco::Timespan(0, 200'000));
        return params;
    }
    Poco::Net::HTTPServer server{new Factory, Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)),
                                 shortlyKept()};
    Client client{{.time = std::chrono::seconds(1), .bytes = 100'000}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client, Elsewhere)

BOOST_AUTO_TEST_CASE(aQuestionIsAnsweredAndTheConnectionKept) {
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(client.fetch(url("/echo"), "application/ocsp-request", "abc") ==
                   "POST application/ocsp-request abc");
        BOOST_TEST(client.fetch(url("/list"), "", "").starts_with("GET"));
    }
    BOOST_TEST(server.totalConnections() == 1);
    // One that the other side closed meanwhile is not an error.
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    BOOST_TEST(client.fetch(url("/list"), "", "").starts_with("GET"));
    BOOST_TEST(server.totalConnections() == 2);
}

BOOST_AUTO_TEST_CASE(whatIsNoAnswerIsAnError) {
    for (const char* path : {"/missing", "/elsewhere", "/long", "/silent", "/slow"}) {
        const auto begin = std::chrono::steady_clock::now();
        BOOST_CHECK_THROW(client.fetch(url(path), "", ""), std::runtime_error);
        BOOST_CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(2500));
    }
    BOOST_CHECK_THROW(client.fetch("http://127.0.0.1:1/", "", ""), std::runtime_error);
    BOOST_CHECK_THROW(client.fetch("file:///etc/passwd", "", ""), std::runtime_error);
    BOOST_CHECK_THROW(client.fetch("", "", ""), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
