#include "server/regulators/SubscriptionRoutes.h"

#include "server/regulators/PortalRoutes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostAddress = 254;

std::string_view name(LinkAct act) {
    return act == LinkAct::confirm ? "confirm" : "end";
}

std::int64_t idOf(const Request& request) {
    const std::string& given = request.path.at("id");
    const auto id = http::parseInteger(given, 1, INT64_MAX);
    if (!id) throw Error(ErrorCode::NotFound, {"subscription", given});
    return *id;
}

void write(json::Writer& out, const Subscription& one) {
    out.beginObject()
        .field("id", std::to_string(one.id))
        .field("address", one.address)
        .field("language", one.language == Language::en ? "en" : "zh")
        .key("filter")
        .raw(filterJson(one.filter))
        .field("state", one.state)
        .field("made_at", toRfc3339(one.madeAt))
        .field("confirm_until", toRfc3339(one.confirmUntil))
        .field("last_mail", one.lastMail)
        .field("said", one.said)
        .endObject();
}

Response answer(const Subscription& one, int status) {
    json::Writer out;
    write(out, one);
    return Response::json(out.take(), status);
}

Response list(SubscriptionService& service, const Request& request, bool sending) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Subscription& one : service.list(request.actor())) write(out, one);
    out.endArray().field("most", SubscriptionService::kMostOpen).field("sending", sending).endObject();
    return Response::json(out.take());
}

Response make(SubscriptionService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string address = in.text("address", {.most = kMostAddress});
    const std::string language = in.oneOf("language", {"zh", "en"}, "zh");
    const PortalSearch filter = readSearch(in);
    in.finish();
    return answer(service.make(request.actor(), address, language == "en" ? Language::en : Language::zh, filter), 201);
}

Response change(SubscriptionService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const PortalSearch filter = readSearch(in);
    in.finish();
    return answer(service.change(request.actor(), idOf(request), filter), 200);
}

Response end(SubscriptionService& service, const Request& request) {
    request.query().finish();
    service.end(request.actor(), idOf(request));
    return Response::nothing();
}

/// Nothing of the subscriber but where the mails go, which whoever holds the link knows.
Response answer(const SubscriptionService::Opened& opened) {
    json::Writer out;
    out.beginObject()
        .field("act", name(opened.act))
        .field("address", opened.subscription.address)
        .field("state", opened.subscription.state)
        .endObject();
    return Response::json(out.take());
}

Response look(SubscriptionService& service, const Request& request) {
    request.query().finish();
    return answer(service.look(request.path.at("link")));
}

Response follow(SubscriptionService& service, const Request& request) {
    request.query().finish();
    return answer(service.follow(request.path.at("link"), request.origin));
}

}  // namespace

std::vector<http::Route> subscriptionRoutes(SubscriptionService& service, bool sending) {
    const auto to = http::calling(service);
    std::vector<http::Route> out{
        {Verb::Get, "/portal/subscriptions", Access::Signed, Body::None,
         [&service, sending](const Request& request) { return list(service, request, sending); }},
        {Verb::Post, "/portal/subscriptions", Access::Signed, Body::Json, to(make)},
        {Verb::Post, "/portal/subscriptions/{id}", Access::Signed, Body::Json, to(change)},
        {Verb::Delete, "/portal/subscriptions/{id}", Access::Signed, Body::None, to(end)},
        {Verb::Get, "/public/subscriptions/{link}", Access::Open, Body::None, to(look)},
        {Verb::Post, "/public/subscriptions/{link}", Access::Open, Body::None, to(follow)}};
    for (http::Route& route : out) {
        if (route.access == Access::Open) route.perMinute = 60;
    }
    return out;
}

}  // namespace touchstone::regulators
