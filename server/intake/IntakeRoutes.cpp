#include "server/intake/IntakeRoutes.h"

#include "instruments/formats/Formats.h"
#include "server/intake/MessageJson.h"

namespace touchstone::intake {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostMessages = 100;
constexpr std::size_t kMostBytes = 32U << 20U;

bool isUuid(const std::string& text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::string("0123456789abcdef").find(text[i]) == std::string::npos) return false;
    }
    return true;
}

/// As gateways name what they heard.
const std::vector<std::string>& spoken() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> out{"unframed"};
        for (const instruments::Format& format : instruments::formats()) out.emplace_back(format.name);
        return out;
    }();
    return all;
}

Message readMessage(const json::Value& row, std::size_t index, std::vector<FieldError>& errors) {
    Fields in(row, "messages", index, errors);
    Message message;
    message.uid = in.text("id", {.most = 36});
    if (!message.uid.empty() && !isUuid(message.uid)) in.fail("id", ErrorCode::WrongType, {"UUID in lower case"});
    message.instrument = in.text("instrument", {.most = 32});
    message.protocol = in.oneOf("protocol", spoken());
    message.linkState = in.oneOf("state", {"complete", "incomplete", "unframed"});
    message.receivedAt = in.instant("received_at").value_or(Instant{});
    if (const auto command = in.optionalInteger("command", 1, INT64_MAX)) message.command = CommandId{*command};
    const std::string digest = in.text("sha256", {.least = 64, .most = 64});
    const std::string content = in.text("content", {.least = 0, .most = kMostBytes});
    const auto raw = fromBase64(content);
    if (!raw) {
        in.fail("content", ErrorCode::WrongType, {"base64"});
    } else {
        message.raw = *raw;
        message.sha256 = sha256(message.raw);
        if (toHex(message.sha256) != digest) in.fail("sha256", ErrorCode::Conflict);
    }
    in.finish();
    return message;
}

Response bring(IntakeService& intake, const Request& request) {
    request.actor().require({Role::instrument});
    const json::Value body = request.json();
    Fields in(body);
    std::vector<Message> messages;
    const auto& rows = in.array("messages", kMostMessages);
    for (std::size_t i = 0; i < rows.size(); ++i) messages.push_back(readMessage(rows[i], i, in.errors()));
    in.finish();
    json::Writer out;
    out.beginObject().key("receipts").beginArray();
    for (const Receipt& receipt : intake.bring(request.actor(), messages)) {
        out.beginObject().field("id", receipt.uid).field("state", receipt.duplicate ? "duplicate" : "stored").endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response list(IntakeService& intake, const Request& request) {
    http::Query query = request.query();
    MessageFilter filter;
    filter.state = query.oneOf("state", {"imported", "partly_held", "held", "set_aside"});
    filter.instrument = query.text("instrument", 32);
    filter.reason = query.text("reason", 32);
    filter.specimen = query.text("specimen", 64);
    filter.code = query.text("code", 64);
    filter.controlId = query.text("control_id", 64);
    filter.from = query.instant("from");
    filter.until = query.instant("until");
    filter.text = query.text("text", 100);
    if (filter.text && !filter.instrument && !filter.from) query.fail("text", ErrorCode::NotKnown, {"instrument, from"});
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const MessagePage page = intake.list(request.actor(), filter);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const MessageView& message : page.messages) {
        out.beginObject();
        writeMessage(out, message);
        out.endObject();
    }
    out.endArray().field("next", page.next ? std::optional(std::to_string(*page.next)) : std::nullopt).endObject();
    return Response::json(out.take());
}

Response detail(IntakeService& intake, const Request& request) {
    request.query().finish();
    const auto message = intake.message(request.actor(), request.path.at("uid"));
    json::Writer out;
    out.beginObject();
    writeMessage(out, message.view);
    out.field("content", toBase64(message.raw)).key("items");
    writeObservations(out, message.observations);
    out.key("readings");
    writeReadings(out, message.readings);
    out.endObject();
    return Response::json(out.take());
}

Response outlineOf(IntakeService& intake, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject();
    writeOutline(out, intake.outline(request.actor(), request.path.at("uid")));
    out.endObject();
    return Response::json(out.take());
}

Response readingOf(IntakeService& intake, const Request& request) {
    request.query().finish();
    const auto version = http::parseInteger(request.path.at("version"), 1, INT32_MAX);
    if (!version) throw Error(ErrorCode::NotFound, {"reading", request.path.at("version")});
    json::Writer out;
    out.beginObject().key("items");
    writeObservations(out, intake.observations(request.actor(), request.path.at("uid"), *version));
    out.endObject();
    return Response::json(out.take());
}

Response heldOf(IntakeService& intake, const Request& request) {
    http::Query query = request.query();
    const auto instrument = query.text("instrument", 32);
    query.finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const HeldReason& held : intake.held(request.actor(), instrument)) {
        out.beginObject().field("reason", held.reason).field("messages", held.messages).endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response raw(IntakeService& intake, const Request& request) {
    request.query().finish();
    const std::string& uid = request.path.at("uid");
    Response response = Response::file(intake.message(request.actor(), uid).raw, "application/octet-stream", uid + ".bin");
    response.headers.front().second.replace(0, 6, "attachment");
    return response;
}

Response listInstruments(IntakeService& intake, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const InstrumentView& i : intake.instruments(request.actor())) {
        out.beginObject().field("code", i.code).field("name", i.name).field("model", i.model).field("protocol", i.protocol);
        out.field("enabled", i.enabled).field("last_message_at", i.lastMessageAt ? std::optional(toRfc3339(*i.lastMessageAt)) : std::nullopt);
        out.field("messages_today", i.messagesToday).field("held", i.held).endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> intakeRoutes(IntakeService& intake) {
    return {
        {Verb::Post, "/intake/messages", Access::Signed, Body::Json, [&intake](const Request& r) { return bring(intake, r); }, kMostBytes},
        {Verb::Get, "/intake/messages", Access::Signed, Body::None, [&intake](const Request& r) { return list(intake, r); }},
        {Verb::Get, "/intake/messages/{uid}", Access::Signed, Body::None, [&intake](const Request& r) { return detail(intake, r); }},
        {Verb::Get, "/intake/messages/{uid}/raw", Access::Signed, Body::None, [&intake](const Request& r) { return raw(intake, r); }},
        {Verb::Get, "/intake/messages/{uid}/outline", Access::Signed, Body::None, [&intake](const Request& r) { return outlineOf(intake, r); }},
        {Verb::Get, "/intake/messages/{uid}/readings/{version}", Access::Signed, Body::None,
         [&intake](const Request& r) { return readingOf(intake, r); }},
        {Verb::Get, "/intake/held", Access::Signed, Body::None, [&intake](const Request& r) { return heldOf(intake, r); }},
        {Verb::Get, "/instruments", Access::Signed, Body::None, [&intake](const Request& r) { return listInstruments(intake, r); }},
    };
}

}  // namespace touchstone::intake
