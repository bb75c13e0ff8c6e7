#include "server/samples/SampleRoutes.h"

#include "server/audit/TrailRoutes.h"
#include "server/samples/HeadRoutes.h"

namespace touchstone::samples {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostRows = 500;
constexpr std::size_t kMostLabels = 240;
constexpr std::size_t kMostItems = 100;

std::string readParticular(http::Fields& in, const ParticularField& field) {
    const std::string name(field.name);
    if (!field.date) return in.optionalText(name, {.most = field.most}).value_or("");
    const auto day = in.optionalDate(name);
    return day ? toText(*day) : "";
}

NewSample readSample(http::Fields& in, std::size_t row) {
    NewSample out;
    out.row = row;
    out.product = in.text("product", {.most = 32});
    out.edition = in.optionalText("edition", {.most = 64});
    out.specification = in.text("specification", {.most = 120});
    out.batchNo = in.text("batch_no", {.most = 64});
    out.maker = in.text("maker", {.most = 120});
    out.approvalNo = in.optionalText("approval_no", {.least = 0, .most = 64}).value_or("");
    out.client = in.text("client", {.most = 120});
    out.businessKind = in.oneOf("business_kind", {"supervision", "registration", "import", "batch_release", "commission",
                                                  "retest", "emergency"});
    out.voucherNo = in.text("voucher_no", {.most = 64});
    out.sampledOn = in.date("sampled_on").value_or(Date());
    out.sealState = in.oneOf("seal_state", {"intact", "broken", "none"});
    out.quantity = in.decimal("quantity").value_or(Decimal());
    out.quantityUnit = in.text("quantity_unit", {.most = 16});
    out.producedOn = in.optionalDate("produced_on");
    out.expiresOn = in.optionalDate("expires_on");
    out.regionCode = in.text("region_code", {.least = 2, .most = 6});
    for (const ParticularField& field : particularFields()) out.particulars.*field.text = readParticular(in, field);
    out.language = in.oneOf("language", kLanguages, "zh");
    for (const EnglishField& field : englishFields()) {
        const std::string name(field.name);
        if (auto text = in.optionalText(name, {.most = field.most})) out.english.emplace(name, std::move(*text));
    }
    out.retestItems = in.optionalTexts("retest_items", kMostItems, {.most = 32});
    in.finish();
    return out;
}

/// Rows that cannot be read are noted in `refused` and left out of `rows`.
Registration readRegistration(const json::Value& body) {
    http::Fields in(body);
    Registration out;
    out.each = in.oneOf("mode", {"all", "each"}, "all") == "each";
    out.requestKey = in.optionalText("request_key", {.least = 8, .most = 64});
    const std::vector<json::Value>& rows = in.array("rows", kMostRows);
    in.finish();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        http::Fields row(rows[i], "rows", i, out.refused);
        NewSample sample = readSample(row, i);
        if (row.good()) out.rows.push_back(std::move(sample));
    }
    return out;
}

Response registerOf(SampleService& service, const Request& request) {
    const json::Value body = request.json();
    const Registered done = service.registerSamples(request.actor(), readRegistration(body));
    json::Writer out;
    out.beginObject().key("accepted").beginArray();
    for (const AcceptedSample& each : done.accepted) {
        out.beginObject().field("row", each.row).field("number", each.number).field("edition", each.edition);
        out.field("due_on", each.dueOn ? std::optional(toText(*each.dueOn)) : std::nullopt);
        out.field("tests", each.tests).endObject();
    }
    out.endArray().key("refused");
    http::writeRefused(out, done.refused, request.language);
    out.endObject();
    return Response::json(out.take(), 201);
}

void writeSummary(json::Writer& out, const SampleSummary& sample) {
    out.field("number", sample.number).field("product", sample.product).field("product_name", sample.productName);
    out.field("kind", sample.kind).field("batch_no", sample.batchNo).field("maker", sample.maker);
    out.field("status", sample.status).field("received_at", toRfc3339(sample.receivedAt)).field("due_on", sample.dueOn);
    out.field("overdue", sample.overdue).field("failing", sample.failing);
}

Response listOf(SampleService& service, const Request& request) {
    http::Query query = request.query();
    SampleFilter filter;
    filter.status = query.oneOf("status", {"testing", "checking", "releasing", "released"});
    filter.overdue = query.flag("overdue");
    filter.part = query.text("q", 64);
    filter.product = query.text("product", 64);
    filter.verdict = query.oneOf("verdict", {"conforms", "fails"});
    filter.dueBy = query.date("due_by");
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const SamplePage page = service.list(request.actor(), filter);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const SampleSummary& sample : page.items) {
        out.beginObject();
        writeSummary(out, sample);
        out.endObject();
    }
    out.endArray().field("next", page.next ? std::optional(std::to_string(*page.next)) : std::nullopt);
    out.key("counts").beginObject();
    for (const auto& [status, count] : page.counts) out.field(status, count);
    out.endObject().endObject();
    return Response::json(out.take());
}

Response detailOf(SampleService& service, const Request& request) {
    request.query().finish();
    const SampleDetail detail = service.get(request.actor(), request.path.at("number"));
    const SampleRecord& sample = detail.sample;
    json::Writer out;
    out.beginObject();
    writeSummary(out, sample.summary);
    out.field("specification", sample.specification).field("approval_no", sample.approvalNo).field("client", sample.client);
    out.field("business_kind", sample.businessKind).field("voucher_no", sample.voucherNo);
    out.field("sampled_on", sample.sampledOn).field("seal_state", sample.sealState);
    out.field("quantity", sample.quantity).field("quantity_unit", sample.quantityUnit);
    out.field("produced_on", sample.producedOn).field("expires_on", sample.expiresOn);
    out.field("region_code", sample.regionCode).field("edition", sample.edition);
    for (const ParticularField& field : particularFields()) {
        const std::string& text = sample.particulars.*field.text;
        out.field(field.name, text.empty() ? std::nullopt : std::optional(text));
    }
    out.field("language", sample.language);
    for (const EnglishField& field : englishFields()) {
        const auto text = sample.english.find(std::string(field.name));
        out.field(field.name, text == sample.english.end() ? std::nullopt : std::optional(text->second));
    }
    out.key("tests").beginArray();
    for (const TestView& test : detail.tests) {
        out.beginObject();
        writeTest(out, test);
        out.endObject();
    }
    out.endArray().key("certificates").beginArray();
    for (const std::string& number : detail.certificates) out.string(number);
    out.endArray().endObject();
    return Response::json(out.take());
}

Response correct(SampleService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    const std::vector<HeadChange> changes = headChanges(in, in.array("changes", headFields().size()));
    in.finish();
    service.correct(request.actor(), request.path.at("number"), changes, reason);
    return Response::nothing();
}

Response timelineOf(SampleService& service, const Request& request) {
    request.query().finish();
    return Response::json(audit::trailJson(service.timeline(request.actor(), request.path.at("number")), std::nullopt));
}

std::vector<std::string> splitNumbers(const std::string& list) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        if (end > begin) out.push_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

Response labelsOf(SampleService& service, const Request& request) {
    http::Query query = request.query();
    const std::string list = query.requiredText("numbers", 6000);
    query.finish();
    const std::vector<std::string> numbers = splitNumbers(list);
    if (numbers.empty()) throw Error(ErrorCode::Invalid, {}, {{"numbers", ErrorCode::NothingToDo, {}, {}}});
    if (numbers.size() > kMostLabels) {
        throw Error(ErrorCode::Invalid, {}, {{"numbers", ErrorCode::TooMany, {std::to_string(kMostLabels)}, {}}});
    }
    return Response::file(service.labels(request.actor(), numbers), "application/pdf", "labels.pdf");
}

}  // namespace

std::vector<http::Route> sampleRoutes(SampleService& service) {
    const auto bound = [&service](Response (*handle)(SampleService&, const Request&)) {
        return [&service, handle](const Request& request) { return handle(service, request); };
    };
    return {
        {Verb::Get, "/samples", Access::Signed, Body::None, bound(listOf)},
        {Verb::Post, "/samples", Access::Signed, Body::Json, bound(registerOf)},
        {Verb::Get, "/samples/{number}", Access::Signed, Body::None, bound(detailOf)},
        {Verb::Post, "/samples/{number}/corrections", Access::Signed, Body::Json, bound(correct)},
        {Verb::Get, "/samples/{number}/timeline", Access::Signed, Body::None, bound(timelineOf)},
        {Verb::Get, "/labels", Access::Signed, Body::None, bound(labelsOf)},
    };
}

}  // namespace touchstone::samples
