#include "server/certificates/LifeRoutes.h"

#include "server/samples/HeadRoutes.h"

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

const std::vector<std::string> kCategories{"result", "information", "procedure", "authority", "legal", "other"};

std::optional<std::string> timeText(const std::optional<Instant>& at) {
    return at ? std::optional(toRfc3339(*at)) : std::nullopt;
}

/// What the act did is read from /life.
Response done() {
    return Response::nothing();
}

Response propose(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    Proposal proposal;
    proposal.reason = in.text("reason", {.least = 2, .most = 500});
    proposal.changes = samples::headChanges(in, in.optionalArray("changes", samples::headFields().size()));
    if (const json::Value* tests = body.find("tests"); tests != nullptr && tests->kind() != json::Value::Kind::Null) {
        for (const std::int64_t test : in.integers("tests", 100)) proposal.tests.push_back({test});
    } else {
        static_cast<void>(in.optionalArray("tests", 100));  // known, though it is left out
    }
    in.finish();
    service.propose(request.actor(), request.path.at("number"), proposal);
    return done();
}

Response check(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    static_cast<void>(in.oneOf("meaning", {"check"}));
    in.finish();
    service.check(request.actor(), request.path.at("number"));
    return done();
}

Response refuse(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.refuse(request.actor(), request.path.at("number"), reason);
    return done();
}

Response withdraw(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"withdraw"}));  // said, so that nobody signs without knowing what
    const std::string category = in.oneOf("category", kCategories);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.withdraw(request.actor(), request.path.at("number"), category, reason, password);
    return done();
}

Response hold(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string act = in.oneOf("act", {"set", "lift"});
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.hold(request.actor(), request.path.at("number"), act == "set", reason);
    return done();
}

void write(json::Writer& out, const Revision& one) {
    out.beginObject()
        .field("number", one.number)
        .field("revision", one.revision)
        .field("status", one.status)
        .field("released_at", toRfc3339(one.releasedAt))
        .field("issued_at", timeText(one.issuedAt))
        .field("ended_at", timeText(one.endedAt))
        .field("withdrawn_for", one.withdrawnFor)
        .field("withdrawn_because", one.withdrawnBecause)
        .field("withdrawn_by", one.withdrawnBy)
        .endObject();
}

void write(json::Writer& out, const AmendmentView& one) {
    out.beginObject()
        .field("id", one.id)
        .field("certificate", one.certificate)
        .field("kind", one.kind)
        .field("reason", one.reason)
        .field("status", one.status)
        .key("changes")
        .beginArray();
    for (const HeadChange& change : one.changes) {
        out.beginObject().field("field", change.field).field("old", change.oldValue).field("new", change.newValue).endObject();
    }
    out.endArray().key("tests").beginArray();
    for (const AmendedTest& test : one.tests) out.beginObject().field("id", test.test).field("item", test.item).endObject();
    out.endArray().key("steps").beginArray();
    for (const AmendmentEvent& step : one.steps) {
        out.beginObject()
            .field("step", step.step)
            .field("person", step.person)
            .field("at", toRfc3339(step.at))
            .field("reason", step.reason)
            .endObject();
    }
    out.endArray().endObject();
}

void write(json::Writer& out, const DownloadView& one) {
    out.beginObject()
        .field("certificate", one.certificate)
        .field("person", one.person)
        .field("organisation", one.organisation)
        .field("at", toRfc3339(one.at))
        .endObject();
}

void write(json::Writer& out, const Notice& one) {
    out.beginObject()
        .field("id", one.id)
        .field("certificate", one.certificate)
        .field("kind", one.kind)
        .field("product_name", one.productName)
        .field("batch_no", one.batchNo)
        .field("person", one.person)
        .field("organisation", one.organisation)
        .field("made_at", toRfc3339(one.madeAt))
        .field("delivered_at", timeText(one.deliveredAt))
        .field("read_at", timeText(one.readAt))
        .field("read_by", one.readBy)
        .field("successor", one.successor)
        .field("withdrawn_for", one.withdrawnFor)
        .endObject();
}

void write(json::Writer& out, const HoldAct& one) {
    out.beginObject()
        .field("certificate", one.certificate)
        .field("act", one.set ? "set" : "lift")
        .field("person", one.person)
        .field("reason", one.reason)
        .field("at", toRfc3339(one.at))
        .endObject();
}

void write(json::Writer& out, const Kept& one) {
    out.beginObject()
        .field("number", one.number)
        .field("sample", one.sample)
        .field("product_name", one.productName)
        .field("status", one.status)
        .field("released_at", toRfc3339(one.releasedAt))
        .field("retain_until", one.retention.until)
        .field("state", one.state)
        .field("disposal", one.disposal)
        .endObject();
}

template <class T>
void writeAll(json::Writer& out, std::string_view name, const std::vector<T>& rows) {
    out.key(name).beginArray();
    for (const T& row : rows) write(out, row);
    out.endArray();
}

Response life(LifeService& service, const Request& request) {
    request.query().finish();
    const Life found = service.life(request.actor(), request.path.at("number"));
    json::Writer out;
    out.beginObject().field("sample", found.sample);
    writeAll(out, "revisions", found.revisions);
    writeAll(out, "amendments", found.amendments);
    writeAll(out, "downloads", found.downloads);
    writeAll(out, "notices", found.notices);
    writeAll(out, "holds", found.holds);
    out.field("retain_until", found.retention.until).field("held", found.retention.held).endObject();
    return Response::json(out.take());
}

/// The cursor of the next page: nothing after one that is not full.
template <class T>
std::optional<std::string> nextOf(const std::vector<T>& rows, std::int64_t limit) {
    if (static_cast<std::int64_t>(rows.size()) < limit) return std::nullopt;
    return std::to_string(rows.back().id);
}

Response kept(LifeService& service, const Request& request) {
    http::Query query = request.query();
    KeptFilter filter;
    filter.state = query.oneOf("state", {"kept", "held", "due"});
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const std::vector<Kept> rows = service.kept(request.actor(), filter);
    json::Writer out;
    out.beginObject();
    writeAll(out, "items", rows);
    out.field("next", nextOf(rows, filter.limit)).endObject();
    return Response::json(out.take());
}

Response inbox(LifeService& service, const Request& request) {
    http::Query query = request.query();
    NoticeFilter filter;
    filter.unreadOnly = query.flag("unread");
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const LifeService::Inbox found = service.inbox(request.actor(), filter);
    json::Writer out;
    out.beginObject();
    writeAll(out, "items", found.notices);
    out.field("unread", found.unread).field("next", nextOf(found.notices, filter.limit)).endObject();
    return Response::json(out.take());
}

Response read(LifeService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::int64_t> ids = in.integers("ids", 500);
    in.finish();
    service.read(request.actor(), ids);
    return done();
}

}  // namespace

std::vector<http::Route> lifeRoutes(LifeService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/certificates/{number}/life", Access::Signed, Body::None, to(life)},
            {Verb::Post, "/certificates/{number}/amendment", Access::Signed, Body::Json, to(propose)},
            {Verb::Post, "/certificates/{number}/amendment/check", Access::Signed, Body::Json, to(check)},
            {Verb::Post, "/certificates/{number}/amendment/refuse", Access::Signed, Body::Json, to(refuse)},
            {Verb::Post, "/certificates/{number}/withdrawal", Access::Signed, Body::Json, to(withdraw)},
            {Verb::Post, "/certificates/{number}/hold", Access::Signed, Body::Json, to(hold)},
            {Verb::Get, "/retention", Access::Signed, Body::None, to(kept)},
            {Verb::Get, "/notices", Access::Signed, Body::None, to(inbox)},
            {Verb::Post, "/notices/read", Access::Signed, Body::Json, to(read)}};
}

}  // namespace touchstone::certificates
