#include "instruments/gateway/StatusServer.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <utility>

#include "instruments/gateway/Metrics.h"

namespace touchstone::instruments {
namespace {

using Status = std::function<GatewayStatus()>;
using Http = Poco::Net::HTTPResponse;

struct Answer {
    Http::HTTPStatus status = Http::HTTP_OK;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

Answer answerTo(const Poco::Net::HTTPServerRequest& request, const Status& status) {
    const std::string& path = request.getURI();
    if (path != "/metrics" && path != "/status") return {.status = Http::HTTP_NOT_FOUND, .body = "/metrics or /status\n"};
    if (request.getMethod() != "GET") return {.status = Http::HTTP_METHOD_NOT_ALLOWED, .body = "GET only\n"};
    if (path == "/metrics") return {.type = MetricsText::contentType, .body = metricsText(status())};
    return {.type = "application/json", .body = statusJson(status()) + "\n"};
}

class Handler : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(const Status& status) : status_(status) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
        const Answer answer = answerTo(request, status_);
        response.setStatusAndReason(answer.status);
        response.setContentType(answer.type);
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    const Status& status_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Status status) : status_(std::move(status)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new Handler(status_);
    }

private:
    Status status_;
};

Poco::Net::HTTPServerParams::Ptr few() {
    Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
    params->setMaxThreads(2);
    params->setMaxQueued(8);
    params->setKeepAlive(false);
    params->setTimeout(Poco::Timespan(5, 0));
    return params;
}

Poco::Net::ServerSocket listening(const std::string& address) {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(address), true, false);
    socket.listen();
    return socket;
}

}  // namespace

class StatusServer::Impl {
public:
    Impl(const std::string& address, Status status)
        : socket_(listening(address)), http_(new Factory(std::move(status)), socket_, few()) {
        http_.start();
    }
    ~Impl() { http_.stopAll(true); }

    [[nodiscard]] std::string address() const { return socket_.address().toString(); }

private:
    Poco::Net::ServerSocket socket_;
    Poco::Net::HTTPServer http_;
};

StatusServer::StatusServer(const std::string& address, Status status)
    : impl_(std::make_unique<Impl>(address, std::move(status))) {
}

StatusServer::~StatusServer() = default;

std::string StatusServer::address() const {
    return impl_->address();
}

}  // namespace touchstone::instruments
