#include "server/http/Server.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/MediaType.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>

#include <algorithm>

#include "server/core/Bytes.h"
#include "server/http/RateLimit.h"
#include "server/http/Scope.h"

namespace touchstone::http {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

constexpr std::string_view kApi = "/api/v1";
constexpr const char* kCookie = "touchstone";
constexpr int kUnknownTokensPerMinute = 120;  // from one address

std::string_view contentType(Body body) { return body == Body::Json ? "application/json" : "application/pdf"; }

std::string readBody(HTTPServerRequest& in, const Route& route) {
    if (route.body == Body::None) return {};
    const Poco::Net::MediaType wanted{std::string(contentType(route.body))};
    if (!wanted.matches(Poco::Net::MediaType(in.getContentType()))) throw Error(ErrorCode::WrongContentType, {std::string(contentType(route.body))});
    if (in.hasContentLength() && in.getContentLength64() > static_cast<Poco::Int64>(route.mostBytes)) {
        throw Error(ErrorCode::BodyTooLarge, {std::to_string(route.mostBytes)});
    }
    if (!in.hasContentLength() && !in.getChunkedTransferEncoding()) throw Error(ErrorCode::LengthRequired);
    std::string body;
    std::string chunk(64 * 1024, '\0');
    while (in.stream().read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.stream().gcount() > 0) {
        body.append(chunk, 0, static_cast<std::size_t>(in.stream().gcount()));
        if (body.size() > route.mostBytes) throw Error(ErrorCode::BodyTooLarge, {std::to_string(route.mostBytes)});
    }
    return body;
}

struct Token {
    std::string value;
    bool fromCookie = false;
};

Token tokenOf(const HTTPServerRequest& in) {
    const std::string authorization = in.get("Authorization", "");
    if (authorization.starts_with("Bearer ")) return {authorization.substr(7), false};
    Poco::Net::NameValueCollection cookies;
    in.getCookies(cookies);
    return {cookies.get(kCookie, ""), true};
}

/// All lines of a header, joined: a proxy may add a line of its own (RFC 9110 5.3).
std::string joined(const HTTPServerRequest& in, const std::string& header) {
    std::string out;
    for (auto line = in.find(header); line != in.end() && Poco::icompare(line->first, header) == 0; ++line) {
        out += (out.empty() ? "" : ",") + line->second;
    }
    return out;
}

std::string peerOf(const HTTPServerRequest& in) { return in.clientAddress().host().toString(); }

/// Browsers show certificates unasked, and say Origin with whatever may change something.
bool isUnasked(const HTTPServerRequest& in, const Token& token, const Request& request) {
    return (!token.value.empty() && token.fromCookie) || (!request.certificate.empty() && in.has("Origin"));
}

Language languageOf(const HTTPServerRequest& in) {
    return in.get("Accept-Language", "zh").starts_with("en") ? Language::en : Language::zh;
}

void harden(HTTPServerResponse& out, bool secure) {
    if (secure) out.set("Strict-Transport-Security", "max-age=31536000");  // RFC 6797
    out.set("X-Content-Type-Options", "nosniff");
    out.set("Referrer-Policy", "same-origin");
    out.set("X-Frame-Options", "SAMEORIGIN");
}

void send(HTTPServerResponse& out, const Response& response, bool secure) {
    out.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
    out.setReason(HTTPServerResponse::getReasonForStatus(out.getStatus()));
    harden(out, secure);
    out.set("Cache-Control", "no-store");
    for (const auto& [key, value] : response.headers) out.set(key, value);
    if (response.status == 204) {
        out.send();
        return;
    }
    out.setContentType(response.type);
    if (!response.write) {
        out.sendBuffer(response.body.data(), response.body.size());
        return;
    }
    if (response.length) {
        out.setContentLength64(static_cast<Poco::Int64>(*response.length));
    } else {
        out.setChunkedTransferEncoding(true);
    }
    out.setKeepAlive(false);  // what fails half way can only be told by the end of the connection
    std::ostream& body = out.send();
    try {
        response.write(body);
        body.flush();
    } catch (const std::exception& error) {
        // The status is sent; a body that is too short is what the other side sees.
        Poco::Logger::get("http").error("an answer ended before its end: %s", std::string(error.what()));
    }
}

}  // namespace

struct Server::State {
    ServerSettings settings;
    Router router;
    StaticSite site;
    Authenticate authenticate;
    AuthenticateCertificate authenticateCertificate;
    RateLimit addresses, accounts;  // apart, so that made-up addresses crowd no account out
    SystemRandom random;
    Poco::ThreadPool threads;
    std::unique_ptr<Poco::Net::HTTPServer> http;

    State(ServerSettings s, Router r, StaticSite w, Authenticate a, AuthenticateCertificate c, const Clock& clock)
        : settings(std::move(s)), router(std::move(r)), site(std::move(w)), authenticate(std::move(a)),
          authenticateCertificate(std::move(c)), addresses(clock), accounts(clock), threads("http", 8, settings.threads, 60) {}

    void answer(HTTPServerRequest& in, HTTPServerResponse& out);
    Response call(HTTPServerRequest& in, const std::string& path);
    std::string fingerprintOf(HTTPServerRequest& in) const;
    Actor whoCalls(HTTPServerRequest& in, Request& request);
    void countCaller(const Actor& caller);
    void sendPage(const HTTPServerRequest& in, HTTPServerResponse& out, const std::string& path) const;
};

namespace {

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    using Answer = std::function<void(HTTPServerRequest&, HTTPServerResponse&)>;
    explicit Handler(const Answer& answer) : answer_(answer) {}
    void handleRequest(HTTPServerRequest& in, HTTPServerResponse& out) override { answer_(in, out); }

private:
    const Answer& answer_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Handler::Answer answer) : answer_(std::move(answer)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(answer_); }

private:
    Handler::Answer answer_;
};

}  // namespace

void Server::State::countCaller(const Actor& caller) {
    if (caller.scopes) accounts.count("token " + caller.login, settings.tokenPerMinute);
    if (!caller.has(Role::instrument)) accounts.count("account " + caller.login, settings.accountPerMinute);
}

/// A header of certificates is believed from trusted proxies only, and where a proxy speaks its own certificate is nobody's.
std::string Server::State::fingerprintOf(HTTPServerRequest& in) const {
    if (!settings.proxies.contains(peerOf(in))) return presentedFingerprint(in);
    if (settings.certificateHeader.empty()) return {};
    const std::string said = joined(in, settings.certificateHeader);
    if (said.empty()) return {};
    const auto fingerprint = forwardedFingerprint(said);
    if (!fingerprint) throw Error(ErrorCode::CertificateUnknown);
    return *fingerprint;
}

/// By token or cookie; only without one by certificate, which a connection carries whether it is meant or not.
Actor Server::State::whoCalls(HTTPServerRequest& in, Request& request) {
    try {
        if (!request.token.empty()) {
            if (const auto caller = authenticate(request.token)) return *caller;
        } else {
            request.certificate = fingerprintOf(in);
            if (!request.certificate.empty()) return authenticateCertificate(request.certificate);
        }
        throw Error(ErrorCode::NotSignedIn);
    } catch (const Error& error) {
        const bool claimed = !request.token.empty() || error.code() != ErrorCode::NotSignedIn;
        if (claimed) addresses.count(countedAs(request.origin) + " unknown token", kUnknownTokensPerMinute);
        throw;
    }
}

Response Server::State::call(HTTPServerRequest& in, const std::string& path) {
    const Router::Match match = router.find(in.getMethod(), path.substr(kApi.size()));
    const Route& route = *match.route;

    Request request;
    request.path = match.path;
    request.origin = settings.proxies.origin(peerOf(in), joined(in, "X-Forwarded-For"));
    request.language = languageOf(in);
    for (const char* header : {"Range", "If-Range", "Last-Event-ID"}) {
        if (in.has(header)) request.headers.emplace(header, in.get(header));
    }
    if (route.perMinute > 0) addresses.count(countedAs(request.origin) + " " + route.pattern, route.perMinute);

    const Token token = tokenOf(in);
    request.token = token.value;
    if (route.access == Access::Signed) {
        request.caller = whoCalls(in, request);
        countCaller(*request.caller);
        if (request.caller->scopes && !allows(*request.caller->scopes, in.getMethod(), route.pattern)) throw Error(ErrorCode::OutOfScope);
        request.caller->origin = request.origin;
        if (isUnasked(in, token, request) && route.verb != Verb::Get && in.get("X-Touchstone", "") != "1") throw Error(ErrorCode::CrossSite);
    }
    const std::string& uri = in.getURI();
    request.parameters = parseQuery(std::string_view(uri).substr(std::min(path.size() + 1, uri.size())));
    if (route.verb != Verb::Get) request.query().finish();  // only reading takes parameters
    request.body = readBody(in, route);
    return route.handle(request);
}

void Server::State::sendPage(const HTTPServerRequest& in, HTTPServerResponse& out, const std::string& path) const {
    if (in.getMethod() != "GET" && in.getMethod() != "HEAD") throw Error(ErrorCode::MethodNotAllowed, {in.getMethod()});
    const StaticSite::File& file = site.find(path);
    const bool zip = !file.gzipped.empty() && in.get("Accept-Encoding", "").find("gzip") != std::string::npos;
    harden(out, settings.secureCookies);
    out.set("Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-src 'self' blob:; "
            "object-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'");
    out.set("Cache-Control", file.forever ? "public, max-age=31536000, immutable" : "no-cache");
    out.set("Vary", "Accept-Encoding");
    out.setContentType(file.type);
    if (zip) out.set("Content-Encoding", "gzip");
    const std::string& bytes = zip ? file.gzipped : file.bytes;
    out.sendBuffer(bytes.data(), bytes.size());
}

void Server::State::answer(HTTPServerRequest& in, HTTPServerResponse& out) {
    auto refuse = [&](const Error& error) {
        Response response{httpStatus(error.code()), "application/problem+json", problemDocument(error, languageOf(in)), {}};
        if (error.code() == ErrorCode::TooManyRequests) response.headers.emplace_back("Retry-After", error.arguments().front());
        if (response.status == 503) response.headers.emplace_back("Retry-After", "2");
        if (in.hasContentLength() || in.getChunkedTransferEncoding()) out.setKeepAlive(false);  // the body may be half read
        send(out, response, settings.secureCookies);
    };
    auto fault = [&](const std::string& what) {
        const std::string reference = toHex(random.bytes(6));
        Poco::Logger::get("http").error("%s %s failed, reference %s: %s", in.getMethod(), in.getURI(), reference, what);
        refuse(Error(ErrorCode::Internal, {reference}));
    };
    try {
        const std::string uri = in.getURI();
        const std::string path = uri.substr(0, uri.find('?'));
        if (path.starts_with("/api/")) {
            if (!path.starts_with(std::string(kApi) + "/")) throw Error(ErrorCode::NoSuchPath);
            send(out, call(in, path), settings.secureCookies);
        } else {
            sendPage(in, out, path);
        }
    } catch (const Error& error) {
        if (httpStatus(error.code()) >= 500) {
            Poco::Logger::get("http").error("%s %s: %s", in.getMethod(), in.getURI(), std::string(error.what()));
        }
        refuse(error);
    } catch (const Poco::Net::NetException&) {
        throw;  // the connection is gone: nobody to answer
    } catch (const Poco::Exception& error) {
        fault(error.displayText());
    } catch (const std::exception& error) {
        fault(error.what());
    }
}

Server::Server(ServerSettings settings, Router router, StaticSite site, Authenticate authenticate,
               AuthenticateCertificate authenticateCertificate, const Clock& clock)
    : state_(std::make_unique<State>(std::move(settings), std::move(router), std::move(site), std::move(authenticate),
                                     std::move(authenticateCertificate), clock)) {}

Server::~Server() { stop(); }

void Server::start() {
    Poco::Net::ServerSocket socket = state_->settings.tls.on() ? secureSocket(state_->settings.tls) : Poco::Net::ServerSocket();
    socket.bind(Poco::Net::SocketAddress(state_->settings.host, state_->settings.port), true, false);
    socket.listen(1024);
    auto* parameters = new Poco::Net::HTTPServerParams;  // owned by the server, counted by Poco
    parameters->setMaxThreads(state_->settings.threads);
    parameters->setMaxQueued(256);
    parameters->setKeepAliveTimeout(Poco::Timespan(5, 0));
    parameters->setTimeout(Poco::Timespan(10, 0));
    parameters->setMaxKeepAliveRequests(1000);
    State* state = state_.get();
    state_->http = std::make_unique<Poco::Net::HTTPServer>(
        new Factory([state](HTTPServerRequest& in, HTTPServerResponse& out) { state->answer(in, out); }), state_->threads,
        socket, parameters);
    state_->http->start();
}

void Server::stop() {
    if (!state_->http) return;  // it never started, as when its port is taken
    state_->http->stopAll(false);
    state_->threads.joinAll();
    state_->http.reset();
}

std::uint16_t Server::port() const { return state_->http->port(); }

std::string sessionCookie(const std::string& token, bool secure) {
    return std::string(kCookie) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
}

std::string expiredSessionCookie() { return std::string(kCookie) + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"; }

}  // namespace touchstone::http
