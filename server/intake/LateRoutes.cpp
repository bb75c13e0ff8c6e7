#include "server/intake/LateRoutes.h"

namespace touchstone::intake {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostRows = 200;

void writeOrigin(json::Writer& out, const Origin& origin) {
    out.beginObject().field("message", origin.message).field("instrument", origin.instrument);
    out.field("offset", origin.offset).field("length", origin.length).endObject();
}

void writeStanding(json::Writer& out, const LateView::Standing& standing) {
    out.beginObject().field("version_no", standing.versionNo).field("value", standing.value).field("verdict", standing.verdict);
    out.field("person", standing.person).field("source", standing.source).field("at", toRfc3339(standing.at)).key("origin");
    standing.origin ? writeOrigin(out, *standing.origin) : static_cast<void>(out.null());
    out.endObject();
}

void writeDecision(json::Writer& out, const LateView::Decision& decision) {
    out.beginObject().field("decision", decision.decision).field("person", decision.person).field("at", toRfc3339(decision.at));
    out.field("reason", decision.reason).endObject();
}

void writeLate(json::Writer& out, const LateView& late) {
    out.beginObject().field("observation", late.observation).field("reason", late.reason).field("value", late.value);
    out.field("unit", late.unit).field("flags", late.flags).field("observed_at", late.observedAt);
    out.field("received_at", toRfc3339(late.receivedAt)).key("origin");
    writeOrigin(out, late.origin);
    out.field("test", late.test.value).field("version", late.version).field("status", late.status).field("sample", late.sample);
    out.field("product_name", late.product).field("item", late.item).field("requirement", late.requirement).key("standing");
    late.standing ? writeStanding(out, *late.standing) : static_cast<void>(out.null());
    out.key("decision");
    late.decision ? writeDecision(out, *late.decision) : static_cast<void>(out.null());
    out.endObject();
}

Response list(LateService& service, const Request& request) {
    http::Query query = request.query();
    LateFilter filter;
    filter.decided = query.oneOf("state", {"open", "decided"}) == "decided";
    filter.sample = query.text("sample", 24);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const auto late = service.list(request.actor(), filter);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const LateView& one : late) writeLate(out, one);
    const bool more = static_cast<std::int64_t>(late.size()) == filter.limit;
    out.endArray().field("next", more ? std::optional(std::to_string(late.back().observation)) : std::nullopt);
    return Response::json(out.endObject().take());
}

Response done(std::size_t rows) {
    json::Writer out;
    return Response::json(out.beginObject().field("rows", rows).endObject().take());
}

Response take(LateService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    std::vector<LateChoice> choices;
    const auto& rows = in.array("rows", kMostRows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Fields row(rows[i], "rows", i, in.errors());
        choices.push_back({row.integer("observation", 1, INT64_MAX), row.integer("version", 1, INT32_MAX)});
        row.finish();
    }
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.take(request.actor(), choices, reason);
    return done(choices.size());
}

Response dismiss(LateService& service, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const auto observations = in.integers("observations", kMostRows);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.dismiss(request.actor(), observations, reason);
    return done(observations.size());
}

}  // namespace

std::vector<http::Route> lateRoutes(LateService& late) {
    return {
        {Verb::Get, "/intake/late", Access::Signed, Body::None, [&late](const Request& r) { return list(late, r); }},
        {Verb::Post, "/intake/late/take", Access::Signed, Body::Json, [&late](const Request& r) { return take(late, r); }},
        {Verb::Post, "/intake/late/dismiss", Access::Signed, Body::Json, [&late](const Request& r) { return dismiss(late, r); }},
    };
}

}  // namespace touchstone::intake
