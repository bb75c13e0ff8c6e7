#include "server/regulators/RiskRoutes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMost = 200;

void write(json::Writer& out, std::string_view name, const std::optional<RiskStep>& step) {
    out.key(name);
    if (!step) {
        out.null();
        return;
    }
    out.beginObject().field("at", toRfc3339(step->at)).field("person", step->person).endObject();
}

void write(json::Writer& out, const Risk& risk, Date today) {
    std::optional<std::string> due;
    if (risk.dueOn) due = toText(*risk.dueOn);
    out.beginObject()
        .field("id", risk.id)
        .field("state", risk.state)
        .field("certificate", risk.certificate)
        .field("certificate_status", risk.certificateStatus)
        .field("sample", risk.sample)
        .field("product_name", risk.productName)
        .field("batch_no", risk.batchNo)
        .field("maker", risk.maker)
        .field("client", risk.client)
        .field("region_code", risk.regionCode)
        .field("opened_at", toRfc3339(risk.openedAt))
        .field("due_on", due)
        .field("rule", risk.rule)
        .field("overdue", risk.overdue(today))
        .field("late", risk.late());
    write(out, "notified", risk.notified);
    write(out, "acknowledged", risk.acknowledged);
    write(out, "closed", risk.closed);
    out.field("recipient", risk.recipient)
        .field("recipient_name", risk.recipientName)
        .field("note", risk.note)
        .field("measure", risk.measure);
    write(out, "signature", risk.signature);
    writeFailing(out, risk.failing);
    out.endObject();
}

Response list(RiskService& service, const Request& request) {
    http::Query query = request.query();
    RiskFilter filter;
    filter.state = query.oneOf("state", {"open", "notified", "acknowledged", "closed"});
    filter.overdue = query.flag("overdue");
    filter.q = query.text("q", 64);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const RiskList found = service.list(request.actor(), filter);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.risks.size()) == filter.limit) next = std::to_string(found.risks.back().id);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Risk& risk : found.risks) write(out, risk, found.today);
    out.endArray().key("counts").beginObject();
    for (const auto& [state, count] : found.counts) out.field(state, count);
    out.endObject().field("next", next).endObject();
    return Response::json(out.take());
}

Response recipients(RiskService& service, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Recipient& one : service.recipients(request.actor())) {
        out.beginObject()
            .field("code", one.code)
            .field("name", one.name)
            .field("region_code", one.regionCode)
            .endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response notify(RiskService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::int64_t> ids = in.integers("risks", kMost);
    const std::string organisation = in.text("organisation", {.most = 32});
    const std::optional<std::string> note = in.optionalText("note", {.most = 500});
    in.finish();
    service.notify(request.actor(), ids, organisation, note);
    return Response::nothing();
}

Response acknowledge(RiskService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::int64_t> ids = in.integers("risks", kMost);
    in.finish();
    service.acknowledge(request.actor(), ids);
    return Response::nothing();
}

Response close(RiskService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::int64_t> ids = in.integers("risks", kMost);
    const std::string measure = in.text("measure", {.least = 2, .most = 500});
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"close_risk"}));  // said, so that nobody signs without knowing what
    in.finish();
    service.close(request.actor(), ids, measure, password);
    return Response::nothing();
}

}  // namespace

void writeFailing(json::Writer& out, const std::vector<FailingItem>& items) {
    out.key("failing").beginArray();
    for (const FailingItem& one : items) {
        out.beginObject()
            .field("item", one.item)
            .field("requirement", one.requirement)
            .field("value", one.value)
            .field("unit", one.unit)
            .endObject();
    }
    out.endArray();
}

std::vector<http::Route> riskRoutes(RiskService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/risks", Access::Signed, Body::None, to(list)},
            {Verb::Get, "/risks/recipients", Access::Signed, Body::None, to(recipients)},
            {Verb::Post, "/risks/notify", Access::Signed, Body::Json, to(notify)},
            {Verb::Post, "/risks/acknowledge", Access::Signed, Body::Json, to(acknowledge)},
            {Verb::Post, "/risks/close", Access::Signed, Body::Json, to(close)}};
}

}  // namespace touchstone::regulators
