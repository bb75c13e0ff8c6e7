#pragma once
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <rapidjson/document.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace touchstone::instruments::test {

/// A server as the gateway sees it: keeps what it is sent, fails as it is told.
class IntakeServer {
public:
    IntakeServer() : http_(new Factory(*this), socket_, new Poco::Net::HTTPServerParams) { http_.start(); }
    ~IntakeServer() { http_.stopAll(true); }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(socket_.address().port()); }

    std::vector<int> nextStatuses;  ///< given out one by one, then 200
    std::string poison = "none";    ///< a batch with this content (base64) is answered 422
    std::vector<std::size_t> batches;
    std::vector<std::string> contents;
    std::map<std::string, std::string> sha256OfId;  ///< as a database with a unique id would keep them
    std::string authorization;
    std::mutex mutex;

private:
    class Handler : public Poco::Net::HTTPRequestHandler {
    public:
        explicit Handler(IntakeServer& server) : server_(server) {}
        void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
            std::string body;
            Poco::StreamCopier::copyToString(request.stream(), body);
            const std::lock_guard guard(server_.mutex);
            server_.authorization = request.get("Authorization", "");
            const auto [status, answer] = server_.answer(body);
            response.setStatus(std::to_string(status));
            response.setContentLength(static_cast<std::streamsize>(answer.size()));
            response.send() << answer;
        }

    private:
        IntakeServer& server_;
    };
    class Factory : public Poco::Net::HTTPRequestHandlerFactory {
    public:
        explicit Factory(IntakeServer& server) : server_(server) {}
        Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
            return new Handler(server_);
        }

    private:
        IntakeServer& server_;
    };

    std::pair<int, std::string> answer(const std::string& body) {
        if (!nextStatuses.empty()) {
            const int status = nextStatuses.front();
            nextStatuses.erase(nextStatuses.begin());
            return {status, "told to"};
        }
        if (body.find("\"" + poison + "\"") != std::string::npos) return {422, "cannot be taken"};
        rapidjson::Document document;
        document.Parse(body.c_str());
        std::string receipts;
        for (const auto& m : document["messages"].GetArray()) {
            contents.emplace_back(m["content"].GetString());
            sha256OfId.emplace(m["id"].GetString(), m["sha256"].GetString());
            receipts += (receipts.empty() ? "" : ",") + std::string("{\"id\":\"") + m["id"].GetString() +
                        "\",\"state\":\"stored\"}";
        }
        batches.push_back(document["messages"].Size());
        return {200, "{\"receipts\":[" + receipts + "]}"};
    }

    Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    Poco::Net::HTTPServer http_;
};

}  // namespace touchstone::instruments::test
