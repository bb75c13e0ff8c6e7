#include "server/intake/MappingRoutes.h"

#include "server/intake/MessageJson.h"

namespace touchstone::intake {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostCodes = 500;
constexpr std::size_t kMostMapping = 20'000;
constexpr std::size_t kMostSample = 12U << 20U;
constexpr std::size_t kMostShown = 2'000;
constexpr http::TextRule kReason{.least = 2, .most = 500};

Response detail(MappingService& mappings, const Request& request) {
    request.query().finish();
    const auto found = mappings.instrument(request.actor(), request.path.at("code"));
    const InstrumentView& i = found.view;
    json::Writer out;
    out.beginObject().field("code", i.code).field("name", i.name).field("model", i.model).field("protocol", i.protocol);
    out.field("enabled", i.enabled).key("protocols").beginArray();
    for (const std::string& name : protocols()) out.string(name);
    out.endArray().key("mappings").beginArray();
    for (const MappingVersion& m : found.mappings) {
        out.beginObject().field("version", m.version).field("mapping", m.mapping).field("person", m.person);
        out.field("at", toRfc3339(m.at)).field("reason", m.reason).endObject();
    }
    out.endArray().key("codes").beginArray();
    for (const InstrumentCode& c : found.codes) {
        out.beginObject().field("code", c.code).field("analyte", c.analyte).field("analyte_name", c.analyteName).field("unit", c.unit).endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response listAnalytes(MappingService& mappings, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const AnalyteView& a : mappings.analytes(request.actor())) out.beginObject().field("code", a.code).field("name", a.name).endObject();
    out.endArray().endObject();
    return Response::json(out.take());
}

Response save(MappingService& mappings, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::int64_t base = in.integer("base", 0, INT32_MAX);
    const std::string mapping = in.text("mapping", {.least = 2, .most = kMostMapping});
    const std::string reason = in.text("reason", kReason);
    in.finish();
    json::Writer out;
    out.beginObject().field("version", mappings.save(request.actor(), request.path.at("code"), base, mapping, reason)).endObject();
    return Response::json(out.take(), 201);
}

Response setProtocol(MappingService& mappings, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::string protocol = in.oneOf("protocol", protocols());
    const std::string reason = in.text("reason", kReason);
    in.finish();
    mappings.setProtocol(request.actor(), request.path.at("code"), protocol, reason);
    return Response::nothing();
}

Response setCodes(MappingService& mappings, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", kReason);
    std::vector<InstrumentCode> codes;
    const auto& rows = in.array("rows", kMostCodes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Fields row(rows[i], "rows", i, in.errors());
        codes.push_back({row.text("code", {.most = 64}), row.text("analyte", {.most = 32}), "", row.text("unit", {.least = 0, .most = 32})});
        row.finish();
    }
    in.finish();
    mappings.setCodes(request.actor(), request.path.at("code"), codes, reason);
    return Response::nothing();
}

Response removeCodes(MappingService& mappings, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", kReason);
    const auto codes = in.texts("codes", kMostCodes, {.most = 64});
    in.finish();
    mappings.removeCodes(request.actor(), request.path.at("code"), codes, reason);
    return Response::nothing();
}

void writeFinding(json::Writer& out, const instruments::Finding& finding) {
    out.beginObject().field("code", finding.code).field("message", finding.message()).field("about", finding.about);
    out.field("offset", static_cast<std::int64_t>(finding.span.offset)).field("length", static_cast<std::int64_t>(finding.span.length)).endObject();
}

void writeReading(json::Writer& out, const instruments::Reading& reading) {
    out.key("refused");
    if (reading.refused) {
        writeFinding(out, *reading.refused);
    } else {
        out.null();
    }
    out.key("warnings").beginArray();
    for (std::size_t i = 0; i < std::min(reading.warnings.size(), kMostShown); ++i) writeFinding(out, reading.warnings[i]);
    out.endArray().field("count", reading.observations.size()).key("observations").beginArray();
    for (std::size_t i = 0; i < std::min(reading.observations.size(), kMostShown); ++i) {
        const instruments::Observation& o = reading.observations[i];
        out.beginObject().field("specimen", o.specimen).field("code", o.code).field("value", o.value).field("decimal", o.decimal);
        out.field("unit", o.unit).field("flags", o.flags).field("status", o.status).field("observed_at", o.observedAt);
        out.field("offset", static_cast<std::int64_t>(o.span.offset)).field("length", static_cast<std::int64_t>(o.span.length)).endObject();
    }
    out.endArray();
}

Response preview(MappingService& mappings, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::string protocol = in.oneOf("protocol", protocols());
    const std::string mapping = in.text("mapping", {.least = 2, .most = kMostMapping});
    const auto raw = fromBase64(in.text("content", {.least = 0, .most = kMostSample}));
    if (!raw) in.fail("content", ErrorCode::WrongType, {"base64"});
    in.finish();
    const auto found = mappings.preview(request.actor(), protocol, *raw, mapping);
    json::Writer out;
    out.beginObject();
    writeOutline(out, found.outline);
    writeReading(out, found.reading);
    out.endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> mappingRoutes(MappingService& mappings) {
    const auto route = [&mappings](Verb verb, const char* pattern, Response (*act)(MappingService&, const Request&), std::size_t most = 1U << 20U) {
        return http::Route{verb, pattern, Access::Signed, verb == Verb::Get ? Body::None : Body::Json,
                           [&mappings, act](const Request& r) { return act(mappings, r); }, most};
    };
    return {
        route(Verb::Get, "/analytes", listAnalytes),
        route(Verb::Get, "/instruments/{code}", detail),
        route(Verb::Post, "/instruments/{code}/mapping", save),
        route(Verb::Post, "/instruments/{code}/protocol", setProtocol),
        route(Verb::Post, "/instruments/{code}/codes", setCodes),
        route(Verb::Post, "/instruments/{code}/codes/removals", removeCodes),
        route(Verb::Post, "/instruments/mapping-preview", preview, kMostSample),
    };
}

}  // namespace touchstone::intake
