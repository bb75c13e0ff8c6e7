#include "server/quality/QualityRoutes.h"

namespace touchstone::quality {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostPoints = 200;

void writeFields(json::Writer& out, const ChartView& c) {
    out.field("id", c.id).field("material", c.material).field("lot", c.lot).field("name", c.name);
    out.field("instrument", c.instrument).field("instrument_name", c.instrumentName).field("analyte", c.analyte);
    out.field("analyte_name", c.analyteName).field("unit", c.unit).field("blocking", c.blocking).field("failing", c.failing);
    out.field("points", c.points).field("open", c.open).field("value", c.value);
    out.field("at", c.at ? std::optional(toRfc3339(*c.at)) : std::nullopt).field("mean", c.mean).field("sd", c.sd);
    out.key("verified");
    c.verified ? out.boolean(*c.verified) : out.null();
    out.field("source", c.source);
}

void writeRule(json::Writer& out, const RuleView& view) {
    const ControlRule& rule = view.rule;
    out.beginObject().field("code", rule.code);
    out.field("pattern", rule.pattern == Pattern::SameSide ? "same_side" : "opposite_sides");
    out.field("points", rule.points).field("beyond", rule.beyond.text()).field("severity", name(rule.severity));
    out.field("verified", view.verified).field("source", view.source).endObject();
}

void writePoint(json::Writer& out, const PointView& p) {
    out.beginObject().field("id", p.id).field("ordinal", p.ordinal).field("value", p.value).field("mean", p.mean).field("sd", p.sd);
    out.field("deviation", deviation({Decimal::of(p.value), Decimal::of(p.mean), Decimal::of(p.sd)}));
    out.field("at", toRfc3339(p.at)).field("observed_at", p.observedAt).field("message", p.message);
    out.field("offset", p.spanOffset).field("length", p.spanLength).key("violations").beginArray();
    for (const Violation& one : p.violations) {
        out.beginObject().field("rule", one.rule).field("severity", name(one.severity)).endObject();
    }
    out.endArray().key("comments").beginArray();
    for (const ControlComment& comment : p.comments) {
        out.beginObject().field("person", comment.person).field("at", toRfc3339(comment.at)).field("text", comment.text).endObject();
    }
    out.endArray().endObject();
}

Response list(QualityService& quality, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const ChartView& chart : quality.list(request.actor())) {
        out.beginObject();
        writeFields(out, chart);
        out.endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

Response get(QualityService& quality, const Request& request) {
    http::Query query = request.query();
    const auto before = query.after();
    const std::int64_t limit = query.limit();
    query.finish();
    const std::string& given = request.path.at("id");
    const auto id = http::parseInteger(given, 1, INT64_MAX);
    if (!id) throw Error(ErrorCode::NotFound, {"chart", given});
    const auto detail = quality.chart(request.actor(), *id, before, limit);
    json::Writer out;
    out.beginObject();
    writeFields(out, detail.chart);
    out.key("rules").beginArray();
    for (const RuleView& rule : detail.rules) writeRule(out, rule);
    out.endArray().key("items").beginArray();
    for (const PointView& point : detail.points) writePoint(out, point);
    const bool more = static_cast<std::int64_t>(detail.points.size()) == limit;
    out.endArray().field("next", more ? std::optional(std::to_string(detail.points.back().ordinal)) : std::nullopt);
    return Response::json(out.endObject().take());
}

Response comment(QualityService& quality, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const auto points = in.integers("points", kMostPoints);
    const std::string text = in.text("comment", {.least = 2, .most = 500});
    in.finish();
    quality.comment(request.actor(), points, text);
    json::Writer out;
    return Response::json(out.beginObject().field("points", points.size()).endObject().take());
}

}  // namespace

std::vector<http::Route> qualityRoutes(QualityService& quality) {
    return {
        {Verb::Get, "/quality/charts", Access::Signed, Body::None, [&quality](const Request& r) { return list(quality, r); }},
        {Verb::Get, "/quality/charts/{id}", Access::Signed, Body::None, [&quality](const Request& r) { return get(quality, r); }},
        {Verb::Post, "/quality/comments", Access::Signed, Body::Json, [&quality](const Request& r) { return comment(quality, r); }},
    };
}

}  // namespace touchstone::quality
