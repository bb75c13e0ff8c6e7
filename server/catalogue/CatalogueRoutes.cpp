#include "server/catalogue/CatalogueRoutes.h"

namespace touchstone::catalogue {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

void writeProduct(json::Writer& out, const Product& product) {
    out.field("code", product.code).field("name", product.name).field("kind", product.kind);
    out.field("standard", product.standard).field("name_en", product.nameEnglish);
}

void writeItem(json::Writer& out, const TestItem& item) {
    out.beginObject();
    out.field("seq", item.seq).field("heading", item.heading).field("name", item.name);
    out.field("analyte", item.analyte).field("method", item.method).field("unit", item.unit);
    out.field("requirement", item.limit.requirement).field("limit_kind", name(item.limit.kind));
    out.field("comparison", name(item.limit.comparison)).field("verified", item.verified);
    out.endObject();
}

void writeEdition(json::Writer& out, const Edition& edition, const std::vector<TestItem>& items) {
    out.beginObject();
    out.field("edition", edition.edition).field("effective_from", toText(edition.from));
    out.field("effective_to", edition.to ? std::optional(toText(*edition.to)) : std::nullopt);
    out.field("verified", edition.verified).field("source", edition.source);
    out.key("items").beginArray();
    for (const TestItem& item : items) writeItem(out, item);
    out.endArray().endObject();
}

Response listOf(CatalogueService& service, const Request& request) {
    http::Query query = request.query();
    const auto part = query.text("q", 64);
    query.finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Product& product : service.list(request.actor(), part)) {
        out.beginObject();
        writeProduct(out, product);
        out.endObject();
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

Response detailOf(CatalogueService& service, const Request& request) {
    request.query().finish();
    const ProductDetail detail = service.get(request.actor(), request.path.at("code"));
    json::Writer out;
    out.beginObject();
    writeProduct(out, detail.product);
    out.key("editions").beginArray();
    for (const Edition& edition : detail.product.editions) {
        const auto items = detail.items.find({detail.product.id, edition.id});
        writeEdition(out, edition, items == detail.items.end() ? std::vector<TestItem>() : items->second);
    }
    out.endArray().endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> catalogueRoutes(CatalogueService& service) {
    return {
        {Verb::Get, "/products", Access::Signed, Body::None, [&service](const Request& r) { return listOf(service, r); }},
        {Verb::Get, "/products/{code}", Access::Signed, Body::None,
         [&service](const Request& r) { return detailOf(service, r); }},
    };
}

}  // namespace touchstone::catalogue
