#include "server/intake/ReplayRoutes.h"

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
constexpr std::size_t kMostRows = 500;

struct Order {
    std::vector<std::string> messages;
    std::string reason;
};

Order readOrder(const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    Order order;
    order.messages = in.texts("messages", kMostMessages, {.most = 36});
    order.reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return order;
}

Response replay(ReplayService& replays, const Request& request) {
    const Order order = readOrder(request);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Replayed& replayed : replays.replay(request.actor(), order.messages, order.reason)) writeReplayed(out, replayed);
    out.endArray().endObject();
    return Response::json(out.take());
}

Response setAside(ReplayService& replays, const Request& request) {
    const Order order = readOrder(request);
    replays.setAside(request.actor(), order.messages, order.reason);
    json::Writer out;
    out.beginObject().field("messages", order.messages.size()).endObject();
    return Response::json(out.take());
}

Response correct(ReplayService& replays, const Request& request) {
    request.query().finish();
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    std::vector<ReplayService::Said> said;
    const auto& rows = in.array("rows", kMostRows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Fields row(rows[i], "rows", i, in.errors());
        said.push_back({i, row.integer("ordinal", 0, INT32_MAX), row.optionalText("specimen", {.most = 64}), row.optionalText("code", {.most = 64})});
        row.finish();
    }
    in.finish();
    json::Writer out;
    writeReplayed(out, replays.correct(request.actor(), request.path.at("uid"), said, reason));
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> replayRoutes(ReplayService& replays) {
    return {
        {Verb::Post, "/intake/replays", Access::Signed, Body::Json, [&replays](const Request& r) { return replay(replays, r); }},
        {Verb::Post, "/intake/set-asides", Access::Signed, Body::Json, [&replays](const Request& r) { return setAside(replays, r); }},
        {Verb::Post, "/intake/messages/{uid}/corrections", Access::Signed, Body::Json,
         [&replays](const Request& r) { return correct(replays, r); }},
    };
}

}  // namespace touchstone::intake
