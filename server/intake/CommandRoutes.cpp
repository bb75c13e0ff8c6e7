#include "server/intake/CommandRoutes.h"

#include <algorithm>

namespace touchstone::intake {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostTests = 500;
constexpr std::size_t kMostCommands = 100;
constexpr std::size_t kMostInstruments = 200;
constexpr std::size_t kMostSpecimens = 100;
constexpr const char* kAllSpecimens = "ALL";   // as ASTM and HL7 ask for everything

std::vector<TestId> testsOf(Fields& in) {
    std::vector<TestId> tests;
    for (const std::int64_t id : in.integers("tests", kMostTests)) tests.push_back({id});
    return tests;
}

std::optional<std::string> written(const std::optional<Instant>& at) { return at ? std::optional(toRfc3339(*at)) : std::nullopt; }

void writeCommand(json::Writer& out, const CommandView& view) {
    const LockedCommand& c = view.command;
    out.beginObject().field("id", c.id.value).field("instrument", view.instrument).field("sample", view.sample);
    out.field("kind", name(c.kind)).field("state", name(c.state)).field("attempts", c.attempts).field("note", c.note);
    out.field("person", view.person).field("made_at", toRfc3339(c.madeAt)).field("taken_at", written(c.takenAt));
    out.field("sent_at", written(c.sentAt)).field("closed_at", written(c.closedAt)).key("tests").beginArray();
    for (const CommandTest& test : view.tests) {
        out.beginObject().field("id", test.test.value).field("code", test.code).field("item", test.item);
        out.field("status", test.status).endObject();
    }
    out.endArray().endObject();
}

void writeCommands(json::Writer& out, const char* name, const std::vector<CommandView>& commands) {
    out.key(name).beginArray();
    for (const CommandView& view : commands) writeCommand(out, view);
    out.endArray();
}

Response make(CommandService& commands, const Request& request) {
    request.actor().require({Role::technician, Role::analyst});
    const json::Value body = request.json();
    Fields in(body);
    const std::string kind = in.oneOf("kind", {kCommandKinds.begin(), kCommandKinds.end()});
    const std::vector<TestId> tests = testsOf(in);
    in.finish();
    const auto made = commands.make(request.actor(), request.path.at("code"), commandKindOf(kind), tests);
    json::Writer out;
    out.beginObject();
    writeCommands(out, "commands", made.commands);
    out.key("refused");
    http::writeRefused(out, made.refused, request.language);
    out.endObject();
    return Response::json(out.take(), 201);
}

Response list(CommandService& commands, const Request& request) {
    http::Query query = request.query();
    CommandFilter filter;
    filter.instrument = request.path.at("code");
    filter.state = query.oneOf("state", {kCommandStates.begin(), kCommandStates.end()});
    filter.sample = query.text("sample", 24);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const auto found = commands.list(request.actor(), filter);
    json::Writer out;
    out.beginObject();
    writeCommands(out, "items", found);
    const bool more = static_cast<std::int64_t>(found.size()) == filter.limit;
    out.field("next", more ? std::optional(std::to_string(found.back().command.id.value)) : std::nullopt).endObject();
    return Response::json(out.take());
}

Response cancel(CommandService& commands, const Request& request) {
    request.actor().require({Role::technician, Role::analyst});
    const json::Value body = request.json();
    Fields in(body);
    std::vector<CommandId> ids;
    for (const std::int64_t id : in.integers("commands", kMostCommands)) ids.push_back({id});
    const std::string reason = in.text("reason", {.most = 500});
    in.finish();
    json::Writer out;
    out.beginObject();
    writeCommands(out, "commands", commands.cancel(request.actor(), request.path.at("code"), ids, reason));
    out.endObject();
    return Response::json(out.take());
}

Response take(CommandService& commands, const Request& request) {
    request.actor().require({Role::instrument});
    const json::Value body = request.json();
    Fields in(body);
    CommandService::Taking taking;
    taking.instruments = in.texts("instruments", kMostInstruments, {.most = 32});
    taking.wait = std::chrono::seconds(in.integer("wait_s", 0, 20));
    taking.lease = std::chrono::seconds(in.integer("lease_s", 1, 600));
    taking.most = in.integer("limit", 1, static_cast<std::int64_t>(kMostCommands));
    in.finish();
    json::Writer out;
    out.beginObject();
    writeCommands(out, "commands", commands.take(request.actor(), taking));
    out.endObject();
    return Response::json(out.take());
}

Response report(CommandService& commands, const Request& request) {
    request.actor().require({Role::instrument});
    const json::Value body = request.json();
    Fields in(body);
    std::vector<CommandService::Outcome> outcomes;
    const auto& rows = in.array("outcomes", kMostCommands);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Fields row(rows[i], "outcomes", i, in.errors());
        const std::int64_t id = row.integer("id", 1, INT64_MAX);
        const std::string state = row.oneOf("state", {"waiting", "sent", "acknowledged", "rejected", "failed"});
        const std::string note = row.text("note", {.least = 0, .most = 500});
        row.finish();
        if (row.good()) outcomes.push_back({{id}, commandStateOf(state), note});
    }
    in.finish();
    json::Writer out;
    out.beginObject().key("commands").beginArray();
    for (const LockedCommand& command : commands.report(request.actor(), outcomes)) {
        out.beginObject().field("id", command.id.value).field("state", name(command.state)).endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response query(CommandService& commands, const Request& request) {
    request.actor().require({Role::instrument});
    const json::Value body = request.json();
    Fields in(body);
    const std::string instrument = in.text("instrument", {.most = 32});
    const auto specimens = in.texts("specimens", kMostSpecimens, {.most = 64});
    const std::int64_t limit = in.integer("limit", 1, static_cast<std::int64_t>(kMostSpecimens));
    in.finish();
    const bool all = std::find(specimens.begin(), specimens.end(), kAllSpecimens) != specimens.end();
    const auto open = commands.query(request.actor(), instrument, specimens, all, limit);
    json::Writer out;
    out.beginObject().key("orders").beginArray();
    for (std::size_t i = 0; i < open.size();) {
        const std::string& sample = open[i].sample;
        out.beginObject().field("specimen", sample).key("tests").beginArray();
        for (; i < open.size() && open[i].sample == sample; ++i) {
            out.beginObject().field("code", open[i].code).field("item", open[i].item).endObject();
        }
        out.endArray().endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> commandRoutes(CommandService& commands) {
    const auto handler = [&commands](Response (*act)(CommandService&, const Request&)) {
        return [&commands, act](const Request& request) { return act(commands, request); };
    };
    return {{Verb::Post, "/instruments/{code}/commands", Access::Signed, Body::Json, handler(make)},
            {Verb::Get, "/instruments/{code}/commands", Access::Signed, Body::None, handler(list)},
            {Verb::Post, "/instruments/{code}/commands/cancel", Access::Signed, Body::Json, handler(cancel)},
            {Verb::Post, "/intake/commands/take", Access::Signed, Body::Json, handler(take)},
            {Verb::Post, "/intake/commands/outcomes", Access::Signed, Body::Json, handler(report)},
            {Verb::Post, "/intake/queries", Access::Signed, Body::Json, handler(query)}};
}

}  // namespace touchstone::intake
