#include "server/certificates/DisposalRoutes.h"

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr http::TextRule kReason{.least = 2, .most = 500};

std::optional<std::string> timeText(const std::optional<Instant>& at) {
    return at ? std::optional(toRfc3339(*at)) : std::nullopt;
}

std::int64_t idOf(const Request& request) {
    const std::string& text = request.path.at("id");
    const auto id = http::parseInteger(text, 1, INT64_MAX);
    if (!id) throw Error(ErrorCode::NotFound, {"disposal", text});
    return *id;
}

void fields(json::Writer& out, const Disposal& one) {
    out.field("id", one.id)
        .field("status", one.status)
        .field("reason", one.reason)
        .field("proposer", one.proposerLogin)
        .field("proposer_name", one.proposerName)
        .field("proposed_at", toRfc3339(one.proposedAt))
        .field("decider", one.decider)
        .field("decided_at", timeText(one.decidedAt))
        .field("decision", one.decision)
        .field("samples", one.total)
        .field("failed", one.failed)
        .field("disposed", one.disposed);
}

void write(json::Writer& out, const DisposalRow& row, Language language) {
    const auto& refusal = row.refusal;
    out.beginObject()
        .field("sample", row.sample)
        .field("product_name", row.productName)
        .field("batch_no", row.batchNo)
        .field("quantity", row.quantity)
        .field("retain_until", row.retainUntil)
        .field("state", row.state)
        .field("approved", row.approved)
        .field("code", refusal ? std::optional(std::string(name(refusal->code()))) : std::nullopt)
        .field("message", refusal ? std::optional(text(refusal->code(), refusal->arguments(), language)) : std::nullopt)
        .field("method", row.method)
        .field("note", row.note)
        .field("done_by", row.doneBy)
        .field("witness", row.witness)
        .field("done_at", timeText(row.doneAt))
        .endObject();
}

Response whole(const Disposal& one, const Request& request, int status = 200) {
    json::Writer out;
    out.beginObject();
    fields(out, one);
    write(out, "signature", one.signature);
    out.key("items").beginArray();
    for (const DisposalRow& row : one.rows) write(out, row, request.language);
    out.endArray().endObject();
    return Response::json(out.take(), status);
}

Response list(DisposalService& service, const Request& request) {
    http::Query query = request.query();
    DisposalFilter filter;
    filter.status = query.oneOf("status", {"proposed", "approved", "refused"});
    filter.sample = query.text("sample", 24);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const std::vector<Disposal> found = service.list(request.actor(), filter);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.size()) == filter.limit) next = std::to_string(found.back().id);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Disposal& one : found) {
        out.beginObject();
        fields(out, one);
        out.endObject();
    }
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

Response get(DisposalService& service, const Request& request) {
    request.query().finish();
    return whole(service.get(request.actor(), idOf(request)), request);
}

Response propose(DisposalService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::string> samples = in.texts("samples", kMostDisposed, {.most = 24});
    const std::string reason = in.text("reason", kReason);
    in.finish();
    return whole(service.propose(request.actor(), samples, reason), request, 201);
}

Response approve(DisposalService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"approve_disposal"}));  // said, so that nobody signs without knowing what
    const std::string reason = in.text("reason", kReason);
    in.finish();
    return whole(service.approve(request.actor(), idOf(request), reason, password), request);
}

Response refuse(DisposalService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string reason = in.text("reason", kReason);
    in.finish();
    service.refuse(request.actor(), idOf(request), reason);
    return Response::nothing();
}

Response dispose(DisposalService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    DisposalAct act;
    act.samples = in.texts("samples", kMostDisposed, {.most = 24});
    act.method = in.oneOf("method", {"destroyed", "returned", "transferred"});
    act.witness = in.text("witness", {.most = 64});
    act.note = in.optionalText("note", {.most = 300});
    in.finish();
    return whole(service.dispose(request.actor(), idOf(request), act), request);
}

}  // namespace

std::vector<http::Route> disposalRoutes(DisposalService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/disposals", Access::Signed, Body::None, to(list)},
            {Verb::Post, "/disposals", Access::Signed, Body::Json, to(propose)},
            {Verb::Get, "/disposals/{id}", Access::Signed, Body::None, to(get)},
            {Verb::Post, "/disposals/{id}/approve", Access::Signed, Body::Json, to(approve)},
            {Verb::Post, "/disposals/{id}/refuse", Access::Signed, Body::Json, to(refuse)},
            {Verb::Post, "/disposals/{id}/dispose", Access::Signed, Body::Json, to(dispose)}};
}

}  // namespace touchstone::certificates
