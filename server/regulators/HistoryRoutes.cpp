#include "server/regulators/HistoryRoutes.h"

#include "server/regulators/RiskRoutes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::int64_t kMostMonths = 120;

Response subjects(HistoryService& service, const Request& request) {
    http::Query query = request.query();
    const std::string kind = query.oneOf("kind", {"maker", "product"}).value_or("maker");
    const std::string part = query.text("q", 64).value_or("");
    query.finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const FoundSubject& one :
         service.subjects(request.actor(), kind == "maker" ? Subject::Kind::Maker : Subject::Kind::Product, part)) {
        out.beginObject()
            .field("key", one.key)
            .field("name", one.name)
            .field("certificates", one.certificates)
            .field("failing", one.failing)
            .endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

/// Of a maker or of a product, whichever is named; exactly one must be.
Subject subjectOf(http::Query& query) {
    const std::optional<std::string> maker = query.text("maker", 120);
    const std::optional<std::string> product = query.text("product", 32);
    if (!maker && !product) query.fail("maker", ErrorCode::Required);
    if (maker && product) query.fail("product", ErrorCode::Duplicate);
    if (maker) return {Subject::Kind::Maker, *maker};
    return {Subject::Kind::Product, product.value_or("")};
}

void write(json::Writer& out, const HistoryEntry& entry) {
    out.beginObject()
        .field("certificate", entry.certificate)
        .field("status", entry.status)
        .field("laboratory", entry.laboratory)
        .field("product_name", entry.productName)
        .field("batch_no", entry.batchNo)
        .field("maker", entry.maker)
        .field("business_kind", entry.businessKind)
        .field("region_code", entry.regionCode)
        .field("issued_on", entry.issuedOn)
        .field("verdict", entry.verdict);
    writeFailing(out, entry.failing);
    out.endObject();
}

Response history(HistoryService& service, const Request& request) {
    http::Query query = request.query();
    const Subject subject = subjectOf(query);
    const auto after = query.after();
    const std::int64_t limit = query.limit();
    query.finish();
    const History found = service.history(request.actor(), subject, after, limit);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.entries.size()) == limit) next = std::to_string(found.entries.back().id);
    json::Writer out;
    out.beginObject().field("name", found.name).key("years").beginArray();
    for (const HistoryYear& year : found.years) {
        out.beginObject()
            .field("year", year.year)
            .field("certificates", year.certificates)
            .field("failing", year.failing)
            .endObject();
    }
    out.endArray().key("items").beginArray();
    for (const HistoryEntry& entry : found.entries) write(out, entry);
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

void write(json::Writer& out, const Cluster& cluster, const std::string& analyte) {
    out.beginObject()
        .field("maker", cluster.count.maker)
        .field("batch_no", cluster.count.batch)
        .field("product_name", cluster.count.product)
        .field("analyte", analyte)
        .field("tested", cluster.count.tested)
        .field("failing", cluster.count.failing)
        .field("others_tested", cluster.othersTested)
        .field("others_failing", cluster.othersFailing);
    out.key("expected");
    if (cluster.expected) {
        out.real(*cluster.expected);
    } else {
        out.null();
    }
    out.key("tail").real(cluster.tail).endObject();
}

Response clusters(HistoryService& service, const Request& request) {
    http::Query query = request.query();
    const std::string by = query.oneOf("by", {"maker", "batch", "analyte"}).value_or("maker");
    const std::int64_t months = query.integer("months", 1, kMostMonths, 12);
    const std::int64_t limit = query.limit();
    query.finish();
    const ClusterBy form = by == "maker" ? ClusterBy::maker : by == "batch" ? ClusterBy::batch : ClusterBy::analyte;
    const Clusters found =
        service.clusters(request.actor(), form, static_cast<int>(months), static_cast<std::size_t>(limit));
    json::Writer out;
    out.beginObject()
        .field("from", toText(found.window.first).substr(0, 7))
        .field("to", toText(found.window.last).substr(0, 7))
        .field("compared", found.compared)
        .key("items")
        .beginArray();
    for (const Cluster& one : found.clusters) write(out, one, found.analytes.at(one.count.analyte));
    out.endArray().endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> historyRoutes(HistoryService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/histories/subjects", Access::Signed, Body::None, to(subjects)},
            {Verb::Get, "/histories", Access::Signed, Body::None, to(history)},
            {Verb::Get, "/clusters", Access::Signed, Body::None, to(clusters)}};
}

}  // namespace touchstone::regulators
