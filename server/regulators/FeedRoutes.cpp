#include "server/regulators/FeedRoutes.h"

#include <algorithm>
#include <ostream>

#include "server/certificates/CertificateRoutes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::chrono::seconds kHeartbeat{5};  // also how one who is gone is found out, whose place another may have
constexpr std::size_t kEventsAtOnce = 100;

void write(json::Writer& out, const Change& change) {
    out.beginObject()
        .field("sequence", change.position)
        .field("kind", change.kind)
        .field("at", toRfc3339(change.at))
        .key("certificate")
        .raw(certificates::certificateJson(change.certificate))
        .endObject();
}

Response changes(FeedService& service, const Request& request) {
    http::Query query = request.query();
    const std::int64_t after = query.after().value_or(0);
    const bool newest = query.flag("newest");
    const auto limit = static_cast<std::size_t>(query.limit());
    query.finish();
    const FeedService::Page page =
        newest ? service.newest(request.actor(), limit) : service.changes(request.actor(), after, limit);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Change& change : page.changes) write(out, change);
    out.endArray().field("next", std::to_string(page.reached)).field("more", page.more).endObject();
    return Response::json(out.take());
}

void send(std::ostream& out, const FeedService::Page& page, std::int64_t before) {
    for (const Change& change : page.changes) {
        json::Writer data;
        write(data, change);
        out << "id: " << change.position << "\nevent: " << change.kind << "\ndata: " << data.take() << "\n\n";
    }
    // What other regions had moves the cursor too, so that nobody who comes back reads it again.
    const std::int64_t said = page.changes.empty() ? before : page.changes.back().position;
    if (page.reached > said) out << "id: " << page.reached << "\nevent: reached\ndata:\n\n";
    out.flush();
}

/// Until the time is up, the server ends, or nobody is there any more.
void speak(FeedService& service, FeedService::Listener& listener, const Actor& actor, std::int64_t position,
           std::chrono::seconds time, std::ostream& out) {
    const auto end = std::chrono::steady_clock::now() + time;
    out << "retry: 2000\n\n";
    out.flush();
    while (out.good() && !listener.ended()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (listener.wait(position, std::clamp<std::chrono::milliseconds>(left, {}, kHeartbeat))) {
            const FeedService::Page page = service.known(actor, position, kEventsAtOnce);
            send(out, page, position);
            position = page.reached;
            if (page.more) continue;
        } else {
            out << ":\n\n";
            out.flush();
        }
        if (std::chrono::steady_clock::now() >= end) return;
    }
}

Response events(FeedService& service, const Request& request) {
    http::Query query = request.query();
    const std::optional<std::int64_t> after = query.after();
    const std::chrono::seconds time(query.integer("for_s", 1, 300, 300));
    query.finish();
    const std::string last = request.header("Last-Event-ID");
    std::shared_ptr<FeedService::Listener> listener = service.listen(request.actor());
    std::int64_t position = after ? *after : service.last();
    if (const auto resumed = http::parseInteger(last, 0, INT64_MAX)) position = *resumed;
    Response out{200, "text/event-stream", {}, {{"X-Accel-Buffering", "no"}}};
    out.write = [&service, listener, actor = request.actor(), position, time](std::ostream& to) {
        speak(service, *listener, actor, position, time, to);
    };
    return out;
}

}  // namespace

std::vector<http::Route> feedRoutes(FeedService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/portal/changes", Access::Signed, Body::None, to(changes)},
            {Verb::Get, "/portal/events", Access::Signed, Body::None, to(events)}};
}

}  // namespace touchstone::regulators
