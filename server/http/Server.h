#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/http/Proxy.h"
#include "server/http/Router.h"
#include "server/http/StaticSite.h"
#include "server/http/Tls.h"

namespace touchstone::http {

struct ServerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;            ///< 0: any free one
    int threads = 256;
    TlsSettings tls{};                 ///< without: plain HTTP, for a loopback address or a proxy
    bool secureCookies = false;        ///< over TLS, this server's or a proxy's: Secure cookies, HSTS
    TrustedProxies proxies{};          ///< whose X-Forwarded-For and certificate header are believed
    std::string certificateHeader{};   ///< in which they pass on a client certificate's fingerprint; empty: in none
    int accountPerMinute = 12'000;     ///< requests of one account, gateways apart: what they bring must not wait
    int tokenPerMinute = 600;          ///< of one account by tokens with scopes
};

/// Poco's HTTP server, with or without TLS, around the router: reads within limits, knows who calls, answers, and turns every exception into a
/// problem document in one place. One thread a connection; database work is bounded by the pool, not here.
class Server {
public:
    /// authenticate: the person behind a token, or nothing. Must be safe to call from many threads.
    using Authenticate = std::function<std::optional<Actor>(const std::string& token)>;
    /// The account of a client certificate by its SHA-256; throws an Error that says why there is none. As safe.
    using AuthenticateCertificate = std::function<Actor(const std::string& fingerprint)>;

    Server(ServerSettings settings, Router router, StaticSite site, Authenticate authenticate,
           AuthenticateCertificate authenticateCertificate, const Clock& clock);
    ~Server();
    void start();
    /// Stops taking connections and waits for requests under way.
    void stop();
    [[nodiscard]] std::uint16_t port() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Set-Cookie of a session's token: HttpOnly, SameSite=Strict.
[[nodiscard]] std::string sessionCookie(const std::string& token, bool secure);
[[nodiscard]] std::string expiredSessionCookie();

}  // namespace touchstone::http
