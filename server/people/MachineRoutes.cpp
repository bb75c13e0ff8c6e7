#include "server/people/MachineRoutes.h"

#include <algorithm>

namespace touchstone::people {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

Response all(MachineService& service, const Request& request) {
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const MachineToken& token : service.list(request.actor())) {
        out.beginObject().field("id", token.id).field("login", token.login).field("organisation", token.organisation);
        out.field("label", token.label);
        writeScopes(out, token.scopes);
        out.field("created_at", toRfc3339(token.createdAt)).field("last_seen_at", toRfc3339(token.lastSeenAt));
        out.field("expires_at", toRfc3339(token.expiresAt)).endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

Response list(MachineService& service, const Request& request) {
    request.query().finish();
    return all(service, request);
}

Response issue(MachineService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    NewMachineToken wanted;
    wanted.login = in.text("login", {.most = 64});
    wanted.label = in.text("label", {.most = 64});
    wanted.scopes = scopesOf(in);
    wanted.life = std::chrono::hours(24 * in.integer("days", 1, 731));
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    json::Writer out;
    out.beginObject().field("token", service.issue(request.actor(), wanted, reason)).endObject();
    return Response::json(out.take(), 201);
}

Response revoke(MachineService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string id = in.text("token", {.least = 12, .most = 12});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.revoke(request.actor(), id, reason);
    return all(service, request);
}

}  // namespace

std::vector<std::string> scopesOf(Fields& in) {
    static const std::vector<std::string> known{"portal", "feed", "intake"};
    auto scopes = in.texts("scopes", known.size(), {});
    for (std::size_t i = 0; i < scopes.size(); ++i) {
        if (std::ranges::find(known, scopes[i]) == known.end()) {
            in.fail("scopes." + std::to_string(i), ErrorCode::NotOneOf, {"portal, feed, intake"});
        }
    }
    return scopes;
}

void writeScopes(json::Writer& out, const std::vector<std::string>& scopes) {
    out.key("scopes").beginArray();
    for (const std::string& scope : scopes) out.string(scope);
    out.endArray();
}

std::vector<http::Route> machineRoutes(MachineService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/machines/tokens", Access::Signed, Body::None, to(list)},
            {Verb::Post, "/machines/tokens", Access::Signed, Body::Json, to(issue)},
            {Verb::Post, "/machines/tokens/revoke", Access::Signed, Body::Json, to(revoke)}};
}

}  // namespace touchstone::people
