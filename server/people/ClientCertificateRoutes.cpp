#include "server/people/ClientCertificateRoutes.h"

#include "server/people/MachineRoutes.h"

namespace touchstone::people {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostPem = 20'000;

std::optional<std::string> textOf(const std::optional<Instant>& at) {
    return at ? std::optional(toRfc3339(*at)) : std::nullopt;
}

Response all(ClientCertificateService& service, const Request& request, int status) {
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const ClientCertificate& each : service.list(request.actor())) {
        out.beginObject().field("fingerprint", each.fingerprint).field("login", each.login).field("organisation", each.organisation);
        out.field("label", each.label).field("subject", each.subject).field("issuer", each.issuer);
        writeScopes(out, each.scopes);
        out.field("created_at", toRfc3339(each.createdAt)).field("valid_from", toRfc3339(each.validFrom));
        out.field("expires_at", toRfc3339(each.expiresAt)).field("last_seen_at", textOf(each.lastSeenAt));
        out.field("revoked_at", textOf(each.revokedAt)).endObject();
    }
    return Response::json(out.endArray().endObject().take(), status);
}

Response list(ClientCertificateService& service, const Request& request) {
    request.query().finish();
    return all(service, request, 200);
}

Response add(ClientCertificateService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    NewClientCertificate wanted;
    wanted.login = in.text("login", {.most = 64});
    wanted.label = in.text("label", {.most = 64});
    wanted.scopes = scopesOf(in);
    wanted.pem = in.text("pem", {.most = kMostPem, .lines = true});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.add(request.actor(), wanted, reason);
    return all(service, request, 201);
}

Response revoke(ClientCertificateService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string fingerprint = in.text("fingerprint", {.least = 64, .most = 64});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.revoke(request.actor(), fingerprint, reason);
    return all(service, request, 200);
}

}  // namespace

std::vector<http::Route> clientCertificateRoutes(ClientCertificateService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/machines/certificates", Access::Signed, Body::None, to(list)},
            {Verb::Post, "/machines/certificates", Access::Signed, Body::Json, to(add)},
            {Verb::Post, "/machines/certificates/revoke", Access::Signed, Body::Json, to(revoke)}};
}

}  // namespace touchstone::people
