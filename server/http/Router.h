#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/http/Input.h"

namespace touchstone::http {

enum class Verb : std::uint8_t { Get, Post, Delete };
[[nodiscard]] std::string_view name(Verb verb);

/// One request, already read and within its limits.
class Request {
public:
    std::map<std::string, std::string> path;         ///< values of {name} in the route, decoded
    std::map<std::string, std::string> parameters;   ///< behind the "?"
    std::string body;
    std::string token;                               ///< of the session; empty without one
    std::string certificate;                         ///< SHA-256 of the one that the caller acts by; empty without one
    std::string origin;                              ///< network address
    std::map<std::string, std::string> headers;      ///< Range, If-Range and Last-Event-ID, where they were sent
    Language language = Language::zh;
    std::optional<Actor> caller;                     ///< always there behind a route that is not open

    [[nodiscard]] const Actor& actor() const;
    [[nodiscard]] json::Value json() const { return json::parse(body); }
    [[nodiscard]] Query query() const { return Query(parameters); }
    /// The value of one of `headers`; empty when it was not sent.
    [[nodiscard]] std::string header(const std::string& name) const;
};

struct Response {
    int status = 200;
    std::string type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    /// Of what is too long to hold, or not there yet: writes the body straight to the connection. A stream that is no longer
    /// good has nobody at its end. Without a length it goes in chunks.
    std::function<void(std::ostream&)> write = {};
    std::optional<std::uint64_t> length = {};

    [[nodiscard]] static Response json(std::string body, int status = 200) { return {status, "application/json", std::move(body), {}}; }
    [[nodiscard]] static Response file(std::string bytes, std::string type, const std::string& name);
    [[nodiscard]] static Response nothing() { return {204, "", "", {}}; }
};

enum class Access : std::uint8_t { Open, Signed };
enum class Body : std::uint8_t { None, Json, Pdf };

/// One line of the table of routes. openapi.yaml has the same lines; a test holds the two equal.
struct Route {
    Verb verb;
    std::string pattern;    ///< below /api/v1: "/samples/{number}"
    Access access;
    Body body;
    std::function<Response(const Request&)> handle;
    std::size_t mostBytes = 1U << 20U;
    int perMinute = 0;      ///< requests a minute from one address; 0: no limit of its own
};

/// Makes what a Route calls of a function of one service, which must outlive it.
template <class Service>
[[nodiscard]] auto calling(Service& service) {
    return [&service](Response (*handler)(Service&, const Request&)) {
        return [&service, handler](const Request& request) { return handler(service, request); };
    };
}

/// Finds the route of a request. Built once, then safe to share.
class Router {
public:
    void add(std::vector<Route> routes);
    struct Match {
        const Route* route;
        std::map<std::string, std::string> path;
    };
    /// Throws Error(NoSuchPath), Error(MethodNotAllowed). path is still percent-encoded.
    [[nodiscard]] Match find(std::string_view verb, std::string_view path) const;
    [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

private:
    std::vector<Route> routes_;
};

/// The parameters of "q=%E6%A3%80+1&limit=5", which follows the "?". Error(Invalid) for what is no text and for a name
/// that stands twice.
[[nodiscard]] std::map<std::string, std::string> parseQuery(std::string_view query);
/// RFC 9457 problem document.
[[nodiscard]] std::string problemDocument(const Error& error, Language language);
/// The errors of rows of a batch that was taken row by row, as `refused` of an answer.
void writeRefused(json::Writer& out, const std::vector<FieldError>& errors, Language language);

}  // namespace touchstone::http
