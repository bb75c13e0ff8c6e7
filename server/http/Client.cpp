#include "server/http/Client.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <istream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace touchstone::http {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Session = std::unique_ptr<Poco::Net::HTTPClientSession>;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMostIdle = 4;  // connections kept for one host

/// The whole answer, or an exception when it is too long or takes too long.
std::string readAll(std::istream& in, const Client::Limits& limits, SteadyClock::time_point end) {
    std::string out;
    char buffer[8192];
    while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
        out.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (out.size() > limits.bytes) throw std::runtime_error("the answer is too long");
        if (SteadyClock::now() > end) throw std::runtime_error("the answer takes too long");
    }
    return out;
}

}  // namespace

struct Client::State {
    Limits limits;
    std::mutex mutex;
    std::map<std::string, std::vector<Session>> idle;  ///< by scheme, host and port
    Poco::Net::Context::Ptr tls;

    Session kept(const Poco::URI& uri) {
        const std::lock_guard lock(mutex);
        std::vector<Session>& kept = idle[uri.getScheme() + uri.getAuthority()];
        if (kept.empty()) return nullptr;
        Session session = std::move(kept.back());
        kept.pop_back();
        return session;
    }

    Session fresh(const Poco::URI& uri) {
        const std::lock_guard lock(mutex);
        Session session;
        if (uri.getScheme() == "https") {
            if (tls.isNull()) {
                tls = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_STRICT,
                                             9, true);
            }
            session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), tls);
        } else {
            session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
        }
        session->setKeepAlive(true);
        session->setTimeout(Poco::Timespan(limits.time.count(), 0));
        return session;
    }

    void giveBack(const Poco::URI& uri, Session session) {
        const std::lock_guard lock(mutex);
        std::vector<Session>& kept = idle[uri.getScheme() + uri.getAuthority()];
        if (kept.size() < kMostIdle) kept.push_back(std::move(session));
    }

    std::string ask(const Poco::URI& uri, const std::string& contentType, const std::string& body) {
        if (Session session = kept(uri)) {
            try {
                return exchange(std::move(session), uri, contentType, body);
            } catch (const Poco::Net::NetException&) {  // the other side closed it meanwhile: a new one will tell
            }
        }
        return exchange(fresh(uri), uri, contentType, body);
    }

    std::string exchange(Session session, const Poco::URI& uri, const std::string& contentType,
                         const std::string& body) {
        const auto end = SteadyClock::now() + limits.time;
        std::string path = uri.getPathAndQuery();
        if (path.empty()) path = "/";
        HTTPRequest request(contentType.empty() ? HTTPRequest::HTTP_GET : HTTPRequest::HTTP_POST, path,
                            HTTPRequest::HTTP_1_1);
        if (!contentType.empty()) {
            request.setContentType(contentType);
            request.setContentLength64(static_cast<Poco::Int64>(body.size()));
        }
        session->sendRequest(request) << body << std::flush;
        HTTPResponse response;
        std::istream& in = session->receiveResponse(response);
        std::string answer = readAll(in, limits, end);
        if (response.getStatus() != HTTPResponse::HTTP_OK) {
            throw std::runtime_error("status " + std::to_string(static_cast<int>(response.getStatus())));
        }
        giveBack(uri, std::move(session));
        return answer;
    }
};

Client::Client(Limits limits) : state_(std::make_unique<State>()) {
    state_->limits = limits;
}

Client::~Client() = default;

std::string Client::fetch(const std::string& url, const std::string& contentType, const std::string& body) {
    std::string host = url;
    try {
        const Poco::URI uri(url);
        host = uri.getAuthority();
        if (uri.getScheme() != "http" && uri.getScheme() != "https") throw std::runtime_error("it is no web address");
        return state_->ask(uri, contentType, body);
    } catch (const Poco::Exception& error) {
        throw std::runtime_error(host + ": " + error.displayText());
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(host + ": " + error.what());
    }
}

}  // namespace touchstone::http
