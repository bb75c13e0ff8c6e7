#include "server/testing/TestingRoutes.h"

namespace touchstone::testing {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostResults = 1000;
constexpr std::size_t kMostTests = 2000;

void writeCounts(json::Writer& out, const std::map<std::string, std::int64_t>& counts) {
    out.key("counts").beginObject();
    for (const auto& [status, count] : counts) out.field(status, count);
    out.endObject();
}

Response listTests(TestQueries& queries, const Request& request) {
    http::Query query = request.query();
    samples::TestFilter filter;
    filter.status = query.oneOf("status", {"waiting", "resulted", "submitted", "checked", "released"});
    filter.sample = query.text("sample", 24);
    filter.product = query.text("product", 32);
    filter.verdict = query.oneOf("verdict", {"conforms", "fails"});
    filter.after = query.after().value_or(0);
    filter.limit = query.limit();
    query.finish();
    const auto page = queries.list(request.actor(), filter);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const samples::TestView& test : page.tests) {
        out.beginObject();
        samples::writeTest(out, test);
        out.endObject();
    }
    const bool more = static_cast<std::int64_t>(page.tests.size()) == filter.limit;
    out.endArray().field("next", more ? std::optional(std::to_string(page.tests.back().id.value)) : std::nullopt);
    writeCounts(out, page.counts);
    return Response::json(out.endObject().take());
}

void writeVersion(json::Writer& out, const StoredVersion& v) {
    out.beginObject().field("version_no", v.versionNo).field("value", v.value).field("compared", v.compared);
    out.field("verdict", v.verdict).field("requirement", v.requirement).field("edition", v.edition);
    out.field("comparison", v.comparison).field("rounding", v.rounding).field("source", v.source).field("person", v.person);
    out.field("reason", v.reason).field("at", toRfc3339(v.at)).key("message");
    if (v.messageUid) {
        out.beginObject().field("uid", *v.messageUid).field("instrument", v.instrument);
        out.field("offset", v.spanOffset).field("length", v.spanLength).endObject();
    } else {
        out.null();
    }
    out.endObject();
}

Response getTest(TestQueries& queries, const Request& request) {
    request.query().finish();
    const std::string& given = request.path.at("id");
    const auto id = http::parseInteger(given, 1, INT64_MAX);
    if (!id) throw Error(ErrorCode::NotFound, {"test", given});
    const auto detail = queries.get(request.actor(), {*id});
    json::Writer out;
    out.beginObject();
    samples::writeTest(out, detail.test);
    out.field("edition", detail.test.edition).field("method", detail.test.method).key("versions").beginArray();
    for (const StoredVersion& version : detail.versions) writeVersion(out, version);
    out.endArray().key("steps").beginArray();
    for (const StoredStep& step : detail.steps) {
        out.beginObject().field("round", step.round).field("step", step.step).field("person", step.person);
        out.field("at", toRfc3339(step.at)).endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

/// The rows of a body whose fields are right; what is wrong with the others gathers in `errors`.
std::vector<TypedResult> typedRows(const std::vector<json::Value>& rows, bool judging, std::vector<FieldError>& errors) {
    std::vector<TypedResult> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Fields in(rows[i], "rows", i, errors);
        TypedResult row;
        row.row = i;
        row.test = {in.integer("test", 1, INT64_MAX)};
        row.value = in.text("value", {.most = 200});
        if (!judging) {
            row.version = in.integer("version", 1, INT32_MAX);
            row.reason = in.optionalText("reason", {.most = 500});
        }
        in.finish();
        if (in.good()) out.push_back(std::move(row));
    }
    return out;
}

Response enterResults(ResultService& results, const Request& request) {
    request.actor().require({Role::technician, Role::analyst});
    const json::Value body = request.json();
    Fields in(body);
    const bool each = in.oneOf("mode", {"all", "each"}, "all") == "each";
    const auto& rows = in.array("rows", kMostResults);
    in.finish();
    std::vector<FieldError> refused;
    const auto typed = typedRows(rows, false, refused);
    const Entered entered = results.enter(request.actor(), typed, refused, each);
    json::Writer out;
    out.beginObject().key("accepted").beginArray();
    for (const EnteredResult& row : entered.accepted) {
        out.beginObject().field("row", row.row).field("test", row.test.value).field("version", row.version);
        out.field("compared", row.judgement.compared).field("verdict", catalogue::name(row.judgement.verdict)).endObject();
    }
    out.endArray().key("refused");
    http::writeRefused(out, entered.refused, request.language);
    return Response::json(out.endObject().take(), 201);
}

Response judgeResults(ResultService& results, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const auto& rows = in.array("rows", kMostResults);
    const auto typed = typedRows(rows, true, in.errors());
    in.finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    const auto judged = results.judge(request.actor(), typed);
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const auto& judgement = judged[i].judgement;
        out.beginObject().field("test", judged[i].test.value);
        out.field("verdict", judgement ? std::optional(std::string(catalogue::name(judgement->verdict))) : std::nullopt);
        out.field("compared", judgement ? std::optional(judgement->compared) : std::nullopt);
        if (!judgement) {
            out.field("message", text(ErrorCode::Undecidable, {typed[i].value, judged[i].requirement}, request.language));
        }
        out.endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

std::vector<TestId> testIds(Fields& in) {
    std::vector<TestId> ids;
    for (const std::int64_t id : in.integers("tests", kMostTests)) ids.push_back({id});
    return ids;
}

Response done(std::size_t tests) {
    json::Writer out;
    return Response::json(out.beginObject().field("tests", tests).endObject().take());
}

Response takeStep(const Request& request, void (ReviewService::*step)(const Actor&, const std::vector<TestId>&), ReviewService& reviews) {
    const json::Value body = request.json();
    Fields in(body);
    const auto ids = testIds(in);
    in.finish();
    (reviews.*step)(request.actor(), ids);
    return done(ids.size());
}

Response giveBack(ReviewService& reviews, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const auto ids = testIds(in);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    reviews.giveBack(request.actor(), ids, reason);
    return done(ids.size());
}

}  // namespace

std::vector<http::Route> testingRoutes(TestQueries& queries, ResultService& results, ReviewService& reviews) {
    return {
        {Verb::Get, "/tests", Access::Signed, Body::None, [&queries](const Request& r) { return listTests(queries, r); }},
        {Verb::Get, "/tests/{id}", Access::Signed, Body::None, [&queries](const Request& r) { return getTest(queries, r); }},
        {Verb::Post, "/results", Access::Signed, Body::Json, [&results](const Request& r) { return enterResults(results, r); }},
        {Verb::Post, "/results/judgements", Access::Signed, Body::Json, [&results](const Request& r) { return judgeResults(results, r); }},
        {Verb::Post, "/reviews/submit", Access::Signed, Body::Json,
         [&reviews](const Request& r) { return takeStep(r, &ReviewService::submit, reviews); }},
        {Verb::Post, "/reviews/check", Access::Signed, Body::Json,
         [&reviews](const Request& r) { return takeStep(r, &ReviewService::check, reviews); }},
        {Verb::Post, "/reviews/return", Access::Signed, Body::Json, [&reviews](const Request& r) { return giveBack(reviews, r); }},
    };
}

}  // namespace touchstone::testing
