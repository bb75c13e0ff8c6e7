#include "server/people/PeopleRoutes.h"

#include <algorithm>

#include "server/core/Bytes.h"
#include "server/http/Server.h"

namespace touchstone::people {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

template <class Roles>
void writeRoles(json::Writer& out, const Roles& roles) {
    out.key("roles").beginArray();
    for (const Role role : roles) out.string(name(role));
    out.endArray();
}

std::string sessionJson(const Actor& actor, Instant expires) {
    json::Writer out;
    out.beginObject().field("login", actor.login).field("name", actor.name);
    writeRoles(out, actor.roles);
    out.field("organisation", actor.organisation).field("expires_at", toRfc3339(expires)).endObject();
    return out.take();
}

void writeAccount(json::Writer& out, const Account& account) {
    out.beginObject().field("login", account.login).field("name", account.name).field("name_en", account.nameEnglish);
    writeRoles(out, account.roles);
    out.field("organisation", account.organisation).field("enabled", account.enabled);
    out.field("locked_until", account.lockedUntil ? std::optional(toRfc3339(*account.lockedUntil)) : std::nullopt).endObject();
}

std::string accountJson(const Account& account) {
    json::Writer out;
    writeAccount(out, account);
    return out.take();
}

Response signIn(AccountService& accounts, const Request& request, bool secure) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string login = in.text("login", {.most = 64});
    const std::string password = in.text("password", {.most = 200});
    in.finish();
    const SignedIn done = accounts.signIn(login, password, request.origin);
    Response response = Response::json(sessionJson(done.actor, done.expiresAt), 201);
    response.headers.emplace_back("Set-Cookie", http::sessionCookie(done.token, secure));
    return response;
}

Response currentSession(AccountService& accounts, const Request& request) {
    request.query().finish();
    const bool certified = !request.certificate.empty();
    return Response::json(sessionJson(request.actor(), certified ? accounts.expiryOfCertificate(request.certificate) : accounts.expiryOf(request.token)));
}

Response signOut(AccountService& accounts, const Request& request) {
    accounts.signOut(request.actor(), request.token);
    Response response = Response::nothing();
    response.headers.emplace_back("Set-Cookie", http::expiredSessionCookie());
    return response;
}

Response listUsers(AccountService& accounts, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Account& account : accounts.list(request.actor())) writeAccount(out, account);
    out.endArray().endObject();
    return Response::json(out.take());
}

bool isLogin(const std::string& login) {
    return login.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
}

Response createUser(AccountService& accounts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    NewAccount account;
    account.login = in.text("login", {.least = 2, .most = 64});
    if (!isLogin(account.login)) in.fail("login", ErrorCode::WrongCharacters);
    account.name = in.text("name", {.most = 64});
    account.nameEnglish = in.optionalText("name_en", {.most = 64}).value_or("");
    if (hasHan(account.nameEnglish)) in.fail("name_en", ErrorCode::WrongCharacters);
    account.password = in.text("password", {.least = 12, .most = 200});
    const auto words = in.texts("roles", 8, {});
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string place = "roles." + std::to_string(i);
        const auto role = roleOf(words[i]);
        if (!role) {
            in.fail(place, ErrorCode::NotKnown, {words[i]});
        } else if (std::find(account.roles.begin(), account.roles.end(), *role) != account.roles.end()) {
            in.fail(place, ErrorCode::Duplicate);
        } else {
            account.roles.push_back(*role);
        }
    }
    account.organisation = in.optionalText("organisation", {.most = 32}).value_or(request.actor().organisation);
    in.finish();
    accounts.create(request.actor(), {account});
    return Response::json(accountJson({account.login, account.name, account.roles, account.organisation, true, {}, account.nameEnglish}), 201);
}

Response unlockUser(AccountService& accounts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return Response::json(accountJson(accounts.unlock(request.actor(), request.path.at("login"), reason)));
}

Response nameUser(AccountService& accounts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string name = in.text("name_en", {.most = 64});
    if (hasHan(name)) in.fail("name_en", ErrorCode::WrongCharacters);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return Response::json(accountJson(accounts.nameInEnglish(request.actor(), request.path.at("login"), name, reason)));
}

Response enableUser(AccountService& accounts, const Request& request, bool enabled) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return Response::json(accountJson(accounts.setEnabled(request.actor(), request.path.at("login"), enabled, reason)));
}

Response goodTokens(AccountService& accounts, const Request& request) {
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const auto& token : accounts.tokens(request.actor(), request.path.at("login"))) {
        out.beginObject().field("id", token.id).field("created_at", toRfc3339(token.createdAt));
        out.field("last_seen_at", toRfc3339(token.lastSeenAt)).field("expires_at", toRfc3339(token.expiresAt)).endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

Response listTokens(AccountService& accounts, const Request& request) {
    request.query().finish();
    return goodTokens(accounts, request);
}

Response rotateToken(AccountService& accounts, const Request& request) {
    request.actor().require({Role::administrator});
    const json::Value body = request.json();
    Fields in(body);
    const std::chrono::minutes overlap(in.integer("overlap_minutes", 0, 30 * 24 * 60));
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    json::Writer out;
    out.beginObject().field("token", accounts.rotateToken(request.actor(), request.path.at("login"), overlap, reason)).endObject();
    return Response::json(out.take(), 201);
}

Response revokeToken(AccountService& accounts, const Request& request) {
    request.actor().require({Role::administrator});
    const json::Value body = request.json();
    Fields in(body);
    const std::string id = in.text("token", {.least = 12, .most = 12});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    accounts.revokeToken(request.actor(), request.path.at("login"), id, reason);
    return goodTokens(accounts, request);
}

}  // namespace

std::vector<http::Route> peopleRoutes(AccountService& accounts, bool secureCookies) {
    return {
        {Verb::Post, "/sessions", Access::Open, Body::Json,
         [&accounts, secureCookies](const Request& r) { return signIn(accounts, r, secureCookies); }, 4096, 60},
        {Verb::Get, "/sessions/current", Access::Signed, Body::None,
         [&accounts](const Request& r) { return currentSession(accounts, r); }},
        {Verb::Delete, "/sessions/current", Access::Signed, Body::None, [&accounts](const Request& r) { return signOut(accounts, r); }},
        {Verb::Get, "/users", Access::Signed, Body::None, [&accounts](const Request& r) { return listUsers(accounts, r); }},
        {Verb::Post, "/users", Access::Signed, Body::Json, [&accounts](const Request& r) { return createUser(accounts, r); }},
        {Verb::Get, "/users/{login}/tokens", Access::Signed, Body::None, [&accounts](const Request& r) { return listTokens(accounts, r); }},
        {Verb::Post, "/users/{login}/tokens", Access::Signed, Body::Json, [&accounts](const Request& r) { return rotateToken(accounts, r); }},
        {Verb::Post, "/users/{login}/tokens/revoke", Access::Signed, Body::Json, [&accounts](const Request& r) { return revokeToken(accounts, r); }},
        {Verb::Post, "/users/{login}/disable", Access::Signed, Body::Json, [&accounts](const Request& r) { return enableUser(accounts, r, false); }},
        {Verb::Post, "/users/{login}/enable", Access::Signed, Body::Json, [&accounts](const Request& r) { return enableUser(accounts, r, true); }},
        {Verb::Post, "/users/{login}/english-name", Access::Signed, Body::Json, [&accounts](const Request& r) { return nameUser(accounts, r); }},
        {Verb::Post, "/users/{login}/unlock", Access::Signed, Body::Json, [&accounts](const Request& r) { return unlockUser(accounts, r); }},
    };
}

}  // namespace touchstone::people
