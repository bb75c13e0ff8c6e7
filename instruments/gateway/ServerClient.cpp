#include "instruments/gateway/ServerClient.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <stdexcept>

namespace touchstone::instruments {
namespace {

std::unique_ptr<Poco::Net::HTTPClientSession> sessionTo(const ServerAddress& address,
                                                        std::chrono::milliseconds timeout) {
    const Poco::URI uri(address.url);
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (uri.getScheme() == "https") {
        const Poco::Net::Context::Ptr context =
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, address.keyFile, address.certificateFile,
                                   address.caFile, Poco::Net::Context::VERIFY_STRICT, 9, address.caFile.empty());
        session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
    } else {
        session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
    }
    session->setKeepAlive(true);
    session->setTimeout(Poco::Timespan(timeout.count() * 1'000));
    return session;
}

}  // namespace

ServerClient::Reply ServerClient::post(const std::string& path, const std::string& json) {
    return exchange("POST", path, json);
}

ServerClient::Reply ServerClient::get(const std::string& path) {
    return exchange("GET", path, "");
}

ServerClient::Reply ServerClient::exchange(const std::string& verb, const std::string& path, const std::string& json) {
    try {
        if (!session_) session_ = sessionTo(address_, timeout_);
        Poco::Net::HTTPRequest request(verb, "/api/v1" + path, "HTTP/1.1");
        request.setKeepAlive(true);
        if (!json.empty()) request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(json.size()));
        if (!address_.token.empty()) request.set("Authorization", "Bearer " + address_.token);
        session_->sendRequest(request) << json;
        Poco::Net::HTTPResponse response;
        Reply reply;
        std::istream& answer = session_->receiveResponse(response);
        Poco::StreamCopier::copyToString(answer, reply.body);
        reply.status = static_cast<int>(response.getStatus());
        return reply;
    } catch (const Poco::Exception& fault) {  // its what() is only the name of its kind
        session_.reset();
        throw std::runtime_error(fault.displayText());
    } catch (...) {
        session_.reset();
        throw;
    }
}

}  // namespace touchstone::instruments
