#include "server/gateways/GatewayRoutes.h"

#include <algorithm>

namespace touchstone::gateways {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostInstruments = 200;
constexpr std::size_t kLongestText = 500;
constexpr std::size_t kLongestConfiguration = 100'000;

InstrumentReport readInstrument(const json::Value& row, std::size_t index, std::vector<FieldError>& errors) {
    Fields in(row, "instruments", index, errors);
    InstrumentReport out;
    out.code = in.text("code", {.most = 32});
    out.protocol = in.oneOf("protocol", {"astm", "mllp", "line", "sics", "sbi", "file"});
    out.address = in.text("address", {.most = kLongestText});
    out.connections = in.integer("connections", 0, INT64_MAX);
    out.lastContact = in.optionalInstant("last_contact");
    out.messages = in.integer("messages", 0, INT64_MAX);
    out.acknowledged = in.integer("acknowledged", 0, INT64_MAX);
    out.repeated = in.integer("repeated", 0, INT64_MAX);
    out.refused = in.integer("refused", 0, INT64_MAX);
    out.faults = in.integer("faults", 0, INT64_MAX);
    out.lastFault = in.text("last_fault", {.least = 0, .most = kLongestText});
    out.lastFaultAt = in.optionalInstant("last_fault_at");
    in.finish();
    return out;
}

Response report(GatewayService& gateways, const Request& request) {
    request.actor().require({Role::instrument});
    const json::Value body = request.json();
    Fields in(body);
    Report out;
    out.version = in.text("version", {.most = 32});
    out.at = in.instant("at").value_or(Instant{});
    out.startedAt = in.instant("started_at").value_or(Instant{});
    out.configuration = in.optionalInteger("configuration", 1, INT64_MAX);
    out.configurationFault = in.text("configuration_fault", {.least = 0, .most = kLongestText});
    out.pending = in.integer("pending", 0, INT64_MAX);
    out.oldestPending = in.optionalInstant("oldest_pending");
    out.refused = in.integer("refused", 0, INT64_MAX);
    out.forwarded = in.integer("forwarded", 0, INT64_MAX);
    out.diskFree = in.integer("disk_free", 0, INT64_MAX);
    out.lastError = in.text("last_error", {.least = 0, .most = kLongestText});
    const auto& rows = in.optionalArray("instruments", kMostInstruments);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out.instruments.push_back(readInstrument(rows[i], i, in.errors()));
        const std::string& code = out.instruments.back().code;
        const auto twice = [&](const InstrumentReport& other) { return other.code == code; };
        if (!code.empty() && std::count_if(out.instruments.begin(), out.instruments.end(), twice) > 1) {
            in.errors().push_back({"instruments." + std::to_string(i) + ".code", ErrorCode::Duplicate, {}, i});
        }
    }
    in.finish();
    const auto newest = gateways.report(request.actor(), out);
    json::Writer answer;
    answer.beginObject().key("configuration");
    newest ? answer.integer(*newest) : answer.null();
    return Response::json(answer.endObject().take());
}

Response ownConfiguration(GatewayService& gateways, const Request& request) {
    request.query().finish();
    const auto newest = gateways.configuration(request.actor());
    json::Writer out;
    out.beginObject().key("version");
    newest ? out.integer(newest->version) : out.null();
    out.field("text", newest ? newest->text : std::string()).endObject();
    return Response::json(out.take());
}

void writeNumber(json::Writer& out, std::string_view name, std::optional<std::int64_t> number) {
    out.key(name);
    number ? out.integer(*number) : out.null();
}

void writeSeconds(json::Writer& out, std::string_view name, std::optional<std::chrono::seconds> seconds) {
    writeNumber(out, name, seconds ? std::optional<std::int64_t>(seconds->count()) : std::nullopt);
}

std::optional<std::string> rfc(const std::optional<Instant>& at) { return at ? std::optional(toRfc3339(*at)) : std::nullopt; }

void writeInstrument(json::Writer& out, const InstrumentReport& i) {
    out.beginObject().field("code", i.code).field("protocol", i.protocol).field("address", i.address);
    out.field("connections", i.connections).field("last_contact", rfc(i.lastContact)).field("messages", i.messages);
    out.field("acknowledged", i.acknowledged).field("repeated", i.repeated).field("refused", i.refused).field("faults", i.faults);
    out.field("last_fault", i.lastFault).field("last_fault_at", rfc(i.lastFaultAt)).endObject();
}

void writeReport(json::Writer& out, const std::optional<LastReport>& last) {
    out.key("report");
    if (!last) {
        out.null();
        return;
    }
    const Report& r = last->report;
    out.beginObject().field("version", r.version).field("reported_at", toRfc3339(last->reportedAt));
    out.field("started_at", toRfc3339(r.startedAt));
    writeNumber(out, "configuration", r.configuration);
    out.field("configuration_fault", r.configurationFault).field("pending", r.pending).field("oldest_pending", rfc(r.oldestPending));
    out.field("refused", r.refused).field("forwarded", r.forwarded).field("disk_free", r.diskFree).field("last_error", r.lastError);
    out.key("instruments").beginArray();
    for (const InstrumentReport& instrument : r.instruments) writeInstrument(out, instrument);
    out.endArray().endObject();
}

Response list(GatewayService& gateways, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const auto& view : gateways.list(request.actor())) {
        out.beginObject().field("login", view.gateway.login).field("name", view.gateway.name).field("enabled", view.gateway.enabled);
        out.field("state", name(view.state));
        writeSeconds(out, "silent_s", view.silence);
        writeSeconds(out, "backlog_s", view.backlogAge);
        writeNumber(out, "configuration", view.newest);
        out.key("may_bring").beginArray();
        for (const std::string& code : view.mayBring) out.string(code);
        out.endArray();
        writeReport(out, view.last);
        out.endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

void writeConfiguration(json::Writer& out, const Configuration& c) {
    out.beginObject().field("version", c.version).field("text", c.text).field("author", c.author);
    out.field("saved_at", toRfc3339(c.savedAt)).field("reason", c.reason).endObject();
}

Response versions(GatewayService& gateways, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Configuration& c : gateways.versions(request.actor(), request.path.at("login"))) writeConfiguration(out, c);
    return Response::json(out.endArray().endObject().take());
}

Response save(GatewayService& gateways, const Request& request) {
    request.actor().require({Role::administrator});
    const json::Value body = request.json();
    Fields in(body);
    const std::int64_t base = in.integer("base", 0, INT64_MAX);
    const std::string text = in.text("text", {.most = kLongestConfiguration, .lines = true});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    json::Writer out;
    writeConfiguration(out, gateways.save(request.actor(), request.path.at("login"), base, text, reason));
    return Response::json(out.take(), 201);
}

Response allow(GatewayService& gateways, const Request& request) {
    request.actor().require({Role::administrator});
    const json::Value body = request.json();
    Fields in(body);
    const auto instruments = in.optionalTexts("instruments", kMostInstruments, {.most = 32});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    gateways.allow(request.actor(), request.path.at("login"), instruments, reason);
    json::Writer out;
    out.beginObject().key("instruments").beginArray();
    for (const std::string& code : instruments) out.string(code);
    return Response::json(out.endArray().endObject().take());
}

}  // namespace

std::vector<http::Route> gatewayRoutes(GatewayService& gateways) {
    return {
        {Verb::Get, "/gateways", Access::Signed, Body::None, [&gateways](const Request& r) { return list(gateways, r); }},
        {Verb::Post, "/gateways/status", Access::Signed, Body::Json, [&gateways](const Request& r) { return report(gateways, r); }},
        {Verb::Get, "/gateways/configuration", Access::Signed, Body::None,
         [&gateways](const Request& r) { return ownConfiguration(gateways, r); }},
        {Verb::Get, "/gateways/{login}/configurations", Access::Signed, Body::None,
         [&gateways](const Request& r) { return versions(gateways, r); }},
        {Verb::Post, "/gateways/{login}/configurations", Access::Signed, Body::Json,
         [&gateways](const Request& r) { return save(gateways, r); }},
        {Verb::Post, "/gateways/{login}/instruments", Access::Signed, Body::Json,
         [&gateways](const Request& r) { return allow(gateways, r); }},
    };
}

}  // namespace touchstone::gateways
