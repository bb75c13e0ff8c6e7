#include "server/regulators/DisclosureRoutes.h"

#include "server/regulators/DisclosureFile.h"
#include "server/regulators/RiskRoutes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

std::int64_t idOf(const Request& request) {
    const std::string& text = request.path.at("id");
    const auto id = http::parseInteger(text, 1, INT64_MAX);
    if (!id) throw Error(ErrorCode::NotFound, {"disclosure", text});
    return *id;
}

/// Short, since a mark of a withdrawn certificate is to show soon.
Response cached(Response response) {
    response.headers.emplace_back("Cache-Control", "public, max-age=60");
    return response;
}

void rowFields(json::Writer& out, const DisclosureRow& row) {
    out.field("certificate", row.number)
        .field("laboratory", row.laboratory)
        .field("product_name", row.productName)
        .field("product_kind", row.productKind)
        .field("specification", row.specification)
        .field("batch_no", row.batchNo)
        .field("maker", row.maker)
        .field("approval_no", row.approvalNo)
        .field("client", row.client)
        .field("edition", row.edition)
        .field("issued_on", row.issuedOn)
        .field("verdict", row.verdict);
    writeFailing(out, row.failing);
}

void writeRows(json::Writer& out, const std::vector<DisclosureRow>& rows) {
    out.key("items").beginArray();
    for (const DisclosureRow& row : rows) {
        out.beginObject().field("seq", row.seq);
        rowFields(out, row);
        out.field("mark", row.mark()).field("replacement", row.replacement).endObject();
    }
    out.endArray();
}

void number(json::Writer& out, std::string_view name, std::optional<std::int64_t> value) {
    out.key(name);
    if (value) {
        out.integer(*value);
    } else {
        out.null();
    }
}

/// What anybody may know of an issue.
void publicFields(json::Writer& out, const Disclosure& issue) {
    std::optional<std::string> publishedOn;
    if (issue.status == "published" && issue.decidedAt) publishedOn = toText(Zone{}.dateOf(*issue.decidedAt));
    out.field("id", issue.id).field("organisation", issue.organisationName).field("title", issue.title);
    number(out, "year", issue.year);
    number(out, "issue_no", issue.issueNo);
    out.field("published_on", publishedOn).field("rows", issue.rows).field("failing", issue.failing);
}

void ownFields(json::Writer& out, const Disclosure& issue) {
    std::optional<std::string> decidedAt;
    if (issue.decidedAt) decidedAt = toRfc3339(*issue.decidedAt);
    publicFields(out, issue);
    out.field("status", issue.status)
        .field("drafter", issue.drafter)
        .field("drafter_name", issue.drafterName)
        .field("drafted_at", toRfc3339(issue.draftedAt))
        .field("decider", issue.decider)
        .field("decided_at", decidedAt)
        .field("reason", issue.reason);
}

void detailFields(json::Writer& out, const Disclosure& issue) {
    ownFields(out, issue);
    write(out, "signature", issue.signature);
}

using Write = void (*)(json::Writer&, const Disclosure&);

Response one(const Disclosure& issue, Write write, int status = 200) {
    json::Writer out;
    out.beginObject();
    write(out, issue);
    out.endObject();
    return Response::json(out.take(), status);
}

Response listOf(const std::vector<Disclosure>& issues, Write write, std::int64_t limit) {
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(issues.size()) == limit) next = std::to_string(issues.back().id);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Disclosure& issue : issues) {
        out.beginObject();
        write(out, issue);
        out.endObject();
    }
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

Response withRows(const DisclosureService::Issue& issue, Write write, std::int64_t limit) {
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(issue.second.size()) == limit) next = std::to_string(issue.second.back().seq);
    json::Writer out;
    out.beginObject();
    write(out, issue.first);
    writeRows(out, issue.second);
    out.field("next", next).endObject();
    return Response::json(out.take());
}

RowFilter rowFilter(http::Query query) {
    RowFilter out;
    out.q = query.text("q", 64);
    out.verdict = query.oneOf("verdict", {"conforms", "fails"});
    out.after = query.after().value_or(0);
    out.limit = query.limit();
    query.finish();
    return out;
}

std::optional<Date> dateOf(http::Query& query, const std::string& name) {
    const std::optional<std::string> text = query.text(name, 10);
    if (!text) return std::nullopt;
    const std::optional<Date> date = parseDate(*text);
    if (!date) query.fail(name, ErrorCode::NotADate);
    return date;
}

Response candidates(DisclosureService& service, const Request& request) {
    http::Query query = request.query();
    CandidateFilter filter;
    filter.productKind = query.oneOf("product_kind", {"drug", "device", "cosmetic"});
    filter.verdict = query.oneOf("verdict", {"conforms", "fails"});
    filter.from = dateOf(query, "from");
    filter.to = dateOf(query, "to");
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const std::vector<DisclosureRow> found = service.candidates(request.actor(), filter);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.size()) == filter.limit) next = std::to_string(found.back().certificate.value);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const DisclosureRow& row : found) {
        out.beginObject();
        rowFields(out, row);
        out.endObject();
    }
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

Response draft(DisclosureService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string title = in.text("title", {.least = 2, .most = 120});
    const std::vector<std::string> certificates = in.texts("certificates", kMostRows, {.most = 24});
    in.finish();
    return one(service.draft(request.actor(), title, certificates), ownFields, 201);
}

Response list(DisclosureService& service, const Request& request) {
    http::Query query = request.query();
    const auto after = query.after();
    const std::int64_t limit = query.limit();
    query.finish();
    return listOf(service.list(request.actor(), after, limit), ownFields, limit);
}

Response get(DisclosureService& service, const Request& request) {
    const RowFilter filter = rowFilter(request.query());
    return withRows(service.get(request.actor(), idOf(request), filter), detailFields, filter.limit);
}

Response publish(DisclosureService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"publish_disclosure"}));  // said, so that nobody signs without knowing what
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return one(service.publish(request.actor(), idOf(request), reason, password), ownFields);
}

Response discard(DisclosureService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    service.discard(request.actor(), idOf(request), reason);
    return Response::nothing();
}

Response published(DisclosureService& service, const Request& request) {
    http::Query query = request.query();
    const auto after = query.after();
    const std::int64_t limit = query.limit();
    query.finish();
    return cached(listOf(service.published(after, limit), publicFields, limit));
}

Response publishedIssue(DisclosureService& service, const Request& request) {
    const RowFilter filter = rowFilter(request.query());
    return cached(withRows(service.publishedIssue(idOf(request), filter), publicFields, filter.limit));
}

DisclosureService::Issue whole(DisclosureService& service, const Request& request) {
    request.query().finish();
    return service.publishedIssue(idOf(request), {.limit = static_cast<std::int64_t>(kMostRows)});
}

std::string fileName(const Disclosure& issue, const std::string& ending) {
    return "disclosure-" + std::to_string(issue.year.value()) + "-" + std::to_string(issue.issueNo.value()) + ending;
}

Response csv(DisclosureService& service, const Request& request) {
    const auto issue = whole(service, request);
    return cached(Response::file(csvOf(issue.second), "text/csv", fileName(issue.first, ".csv")));
}

Response xlsx(DisclosureService& service, const Request& request) {
    const auto issue = whole(service, request);
    return cached(Response::file(xlsxOf(issue.first, issue.second),
                                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                 fileName(issue.first, ".xlsx")));
}

Response jsonFile(DisclosureService& service, const Request& request) {
    const auto issue = whole(service, request);
    json::Writer out;
    out.beginObject();
    publicFields(out, issue.first);
    writeRows(out, issue.second);
    out.endObject();
    return cached(Response::file(out.take(), "application/json", fileName(issue.first, ".json")));
}

}  // namespace

std::vector<http::Route> disclosureRoutes(DisclosureService& service) {
    const auto to = http::calling(service);
    const auto open = [&to](const char* pattern, Response (*handler)(DisclosureService&, const Request&),
                            int perMinute) {
        return http::Route{.verb = Verb::Get,
                           .pattern = pattern,
                           .access = Access::Open,
                           .body = Body::None,
                           .handle = to(handler),
                           .perMinute = perMinute};
    };
    return {{Verb::Get, "/disclosures/candidates", Access::Signed, Body::None, to(candidates)},
            {Verb::Get, "/disclosures", Access::Signed, Body::None, to(list)},
            {Verb::Post, "/disclosures", Access::Signed, Body::Json, to(draft)},
            {Verb::Get, "/disclosures/{id}", Access::Signed, Body::None, to(get)},
            {Verb::Post, "/disclosures/{id}/publish", Access::Signed, Body::Json, to(publish)},
            {Verb::Post, "/disclosures/{id}/discard", Access::Signed, Body::Json, to(discard)},
            open("/public/disclosures", published, 120),
            open("/public/disclosures/{id}", publishedIssue, 120),
            open("/public/disclosures/{id}/csv", csv, 20),
            open("/public/disclosures/{id}/xlsx", xlsx, 10),
            open("/public/disclosures/{id}/json", jsonFile, 20)};
}

}  // namespace touchstone::regulators
