#include "server/certificates/ReleaseRoutes.h"

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostSamples = 1000;

std::optional<std::string> textOf(const std::optional<Instant>& at) {
    return at ? std::optional(toRfc3339(*at)) : std::nullopt;
}

std::string stateOf(const ReleaseJob& job) {
    if (!job.signedAt) return "prepared";
    return job.counts.drawing > 0 ? "issuing" : "finished";
}

void write(json::Writer& out, const std::string& kind, const std::optional<NearLimitRule>& rule) {
    out.beginObject().field("product_kind", kind).key("rule");
    if (rule) {
        out.beginObject()
            .field("share", rule->share.text())
            .field("from", toText(rule->from))
            .field("verified", rule->verified)
            .field("source", rule->source)
            .endObject();
    } else {
        out.null();
    }
    out.endObject();
}

void write(json::Writer& out, const ReleaseJob& job) {
    out.beginObject()
        .field("id", job.id)
        .field("state", stateOf(job))
        .field("signatory", job.login)
        .field("signatory_name", job.name)
        .field("prepared_at", toRfc3339(job.preparedAt))
        .field("shown_sha256", job.shownHash)
        .field("signed_at", textOf(job.signedAt))
        .field("last_issued_at", textOf(job.lastIssuedAt))
        .field("rows", job.total)
        .key("counts");
    out.beginObject()
        .field("ready", job.counts.ready)
        .field("refused", job.counts.refused)
        .field("drawing", job.counts.drawing)
        .field("failed", job.counts.failed)
        .field("issued", job.counts.issued)
        .endObject()
        .key("near_limit")
        .beginArray();
    for (const auto& [kind, rule] : job.nearLimit) write(out, kind, rule);
    out.endArray().endObject();
}

/// What a certificate in English lacks: arguments of the error, "what|item", behind the sample and the line of all of them.
void writeMissing(json::Writer& out, const std::optional<Error>& refusal) {
    out.key("missing").beginArray();
    const bool lacks = refusal && refusal->code() == ErrorCode::NoEnglish;
    for (std::size_t i = 2; lacks && i < refusal->arguments().size(); ++i) {
        const std::string& one = refusal->arguments()[i];
        const std::size_t bar = one.find('|');
        out.beginObject().field("what", one.substr(0, bar)).field("item", one.substr(bar + 1)).endObject();
    }
    out.endArray();
}

void write(json::Writer& out, const ReleaseRow& row, Language language) {
    out.beginObject()
        .field("place", row.place)
        .field("sample", row.sample)
        .field("state", row.state)
        .field("product_name", row.productName)
        .field("batch_no", row.batchNo)
        .field("maker", row.maker)
        .field("verdict", row.verdict)
        .field("certificate", row.certificate)
        .field("code", row.refusal ? std::optional(std::string(name(row.refusal->code()))) : std::nullopt)
        .field("message", row.refusal ? std::optional(text(row.refusal->code(), row.refusal->arguments(), language))
                                      : row.problem)
        .key("differences")
        .raw(row.differences);
    writeMissing(out, row.refusal);
    out.endObject();
}

/// `{items, next}`; next is the cursor of the last of a full page.
template <class T, class Cursor, class Write>
std::string page(const std::vector<T>& items, std::int64_t limit, Cursor&& cursor, Write&& one) {
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const T& item : items) one(out, item);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(items.size()) == limit) next = std::to_string(cursor(items.back()));
    out.endArray().field("next", next).endObject();
    return out.take();
}

std::int64_t idOf(const Request& request) {
    const std::string& id = request.path.at("id");
    const auto number = http::parseInteger(id, 1, INT64_MAX);
    if (!number) throw Error(ErrorCode::NotFound, {"release", id});
    return *number;
}

Response answer(const ReleaseJob& job, int status = 200) {
    json::Writer out;
    write(out, job);
    return Response::json(out.take(), status);
}

Response prepare(ReleaseService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::string> samples = in.texts("samples", kMostSamples, {.most = 24});
    in.finish();
    return answer(service.prepare(request.actor(), samples), 201);
}

Response sign(ReleaseService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string shown = in.text("shown_sha256", {.least = 64, .most = 64});
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"release"}));  // said, so that nobody signs without knowing what
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    return answer(service.sign(request.actor(), idOf(request), shown, password, reason));
}

Response list(ReleaseService& service, const Request& request) {
    http::Query query = request.query();
    const auto after = query.after();
    const std::int64_t limit = query.limit();
    query.finish();
    return Response::json(page(service.list(request.actor(), after, limit), limit, [](const ReleaseJob& job) { return job.id; },
                               [](json::Writer& out, const ReleaseJob& job) { write(out, job); }));
}

Response get(ReleaseService& service, const Request& request) {
    request.query().finish();
    return answer(service.get(request.actor(), idOf(request)));
}

Response rows(ReleaseService& service, const Request& request) {
    http::Query query = request.query();
    RowFilter filter;
    filter.state = query.oneOf("state", {"ready", "refused", "drawing", "failed", "issued"});
    filter.different = query.flag("different");
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    return Response::json(page(service.rows(request.actor(), idOf(request), filter), filter.limit,
                               [](const ReleaseRow& row) { return row.place; },
                               [&request](json::Writer& out, const ReleaseRow& row) { write(out, row, request.language); }));
}

}  // namespace

std::vector<http::Route> releaseRoutes(ReleaseService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/releases", Access::Signed, Body::None, to(list)},
            {Verb::Post, "/releases", Access::Signed, Body::Json, to(prepare)},
            {Verb::Get, "/releases/{id}", Access::Signed, Body::None, to(get)},
            {Verb::Get, "/releases/{id}/rows", Access::Signed, Body::None, to(rows)},
            {Verb::Post, "/releases/{id}/sign", Access::Signed, Body::Json, to(sign)}};
}

}  // namespace touchstone::certificates
