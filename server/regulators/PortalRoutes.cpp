#include "server/regulators/PortalRoutes.h"

#include "server/certificates/CertificateRoutes.h"
#include "server/certificates/ResultsXml.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

const std::vector<std::string> kVerdicts{"conforms", "fails"};
const std::vector<std::string> kStatuses{"issued", "superseded", "withdrawn"};
const std::vector<std::string> kBusinessKinds{"supervision", "registration", "import",   "batch_release",
                                              "commission",  "retest",       "emergency"};

PortalSearch searchOf(http::Query query) {
    PortalSearch out;
    out.q = query.text("q", 64);
    out.product = query.text("product", 64);
    out.maker = query.text("maker", 64);
    out.batchNo = query.text("batch_no", 64);
    out.region = query.text("region", 6);
    out.verdict = query.oneOf("verdict", kVerdicts);
    out.status = query.oneOf("status", kStatuses);
    out.businessKind = query.oneOf("business_kind", kBusinessKinds);
    out.from = query.date("from");
    out.to = query.date("to");
    out.after = query.after();
    out.limit = static_cast<std::size_t>(query.limit());
    query.finish();
    return out;
}

Response list(PortalService& service, const Request& request) {
    const PortalService::Page page = service.list(request.actor(), searchOf(request.query()));
    return Response::json(certificates::listJson(page.certificates, page.next));
}

Response file(PortalService& service, const Request& request) {
    request.query().finish();
    certificates::CertificateFile found = service.download(request.actor(), request.path.at("number"));
    return Response::file(std::move(found.pdf), "application/pdf", found.number + ".pdf");
}

Response results(PortalService& service, const Request& request) {
    request.query().finish();
    const std::string frozen = service.results(request.actor(), request.path.at("number"));
    return Response::json(certificates::resultsJson(json::parse(frozen)));
}

Response resultsAsXml(PortalService& service, const Request& request) {
    request.query().finish();
    const std::string frozen = service.results(request.actor(), request.path.at("number"));
    return {200, "application/xml", certificates::resultsXml(json::parse(frozen)), {}};
}

void write(json::Writer& out, const Download& download) {
    std::optional<std::string> bundle;
    if (download.bundle) bundle = std::to_string(*download.bundle);
    out.beginObject()
        .field("at", toRfc3339(download.at))
        .field("number", download.number)
        .field("product_name", download.productName)
        .field("batch_no", download.batchNo)
        .field("organisation", download.organisation)
        .field("person", download.person)
        .field("bundle", bundle)
        .endObject();
}

Response downloads(PortalService& service, const Request& request) {
    http::Query query = request.query();
    DownloadFilter filter;
    filter.number = query.text("number", 24);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    const std::vector<Download> found = service.downloads(request.actor(), filter);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.size()) == filter.limit) next = std::to_string(found.back().id);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Download& download : found) write(out, download);
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

void write(json::Writer& out, const Bundle& bundle) {
    out.beginObject()
        .field("id", std::to_string(bundle.id))
        .field("at", toRfc3339(bundle.at))
        .field("certificates", bundle.certificates)
        .field("bytes", bundle.bytes)
        .endObject();
}

Response makeBundle(BundleService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::string> numbers = in.optionalTexts("numbers", 500, {.most = 24});
    PortalSearch wanted = readSearch(in);
    in.finish();
    const Bundle made = service.make(request.actor(), numbers, std::move(wanted));
    json::Writer out;
    write(out, made);
    return Response::json(out.take(), 201);
}

Response listBundles(BundleService& service, const Request& request) {
    http::Query query = request.query();
    const std::int64_t below = query.after().value_or(INT64_MAX);
    const std::int64_t limit = query.limit();
    query.finish();
    const std::vector<Bundle> found = service.list(request.actor(), below, limit);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(found.size()) == limit) next = std::to_string(found.back().id);
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Bundle& bundle : found) write(out, bundle);
    out.endArray().field("next", next).endObject();
    return Response::json(out.take());
}

Response unsatisfiable(const Request& request, std::uint64_t size) {
    const Error error(ErrorCode::RangeNotSatisfiable, {std::to_string(size)});
    return {416,
            "application/problem+json",
            http::problemDocument(error, request.language),
            {{"Content-Range", "bytes */" + std::to_string(size)}}};
}

Response bundleFile(BundleService& service, const Request& request) {
    request.query().finish();
    const std::string& id = request.path.at("id");
    const auto number = http::parseInteger(id, 1, INT64_MAX);
    if (!number) throw Error(ErrorCode::NotFound, {"bundle", id});
    const auto transfer = service.open(request.actor(), *number);
    const std::uint64_t size = transfer->bundle().bytes;
    // What was chosen never changes, nor does any byte that follows from it.
    const std::string tag = "\"bundle-" + id + "\"";
    const std::string condition = request.header("If-Range");
    const bool same = condition.empty() || condition == tag;
    const ByteRange range = byteRange(same ? request.header("Range") : "", size);
    if (range.kind == ByteRange::Kind::Unsatisfiable) return unsatisfiable(request, size);

    Response out{200, "application/zip", {}, {}};
    out.headers = {{"Accept-Ranges", "bytes"},
                   {"ETag", tag},
                   {"Content-Disposition", "attachment; filename=\"certificates-" + id + ".zip\""}};
    if (range.kind == ByteRange::Kind::Part) {
        out.status = 206;
        out.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                      std::to_string(range.to - 1) + "/" + std::to_string(size));
    }
    out.length = range.to - range.from;
    out.write = [transfer, range](std::ostream& to) { transfer->write(to, range.from, range.to); };
    return out;
}

}  // namespace

PortalSearch readSearch(http::Fields& in) {
    PortalSearch wanted;
    const auto oneOf = [&in](const std::string& name, const std::vector<std::string>& allowed) {
        const std::string chosen = in.oneOf(name, allowed, "");
        return chosen.empty() ? std::nullopt : std::optional(chosen);
    };
    wanted.q = in.optionalText("q", {.most = 64});
    wanted.product = in.optionalText("product", {.most = 64});
    wanted.maker = in.optionalText("maker", {.most = 64});
    wanted.batchNo = in.optionalText("batch_no", {.most = 64});
    wanted.region = in.optionalText("region", {.most = 6});
    wanted.verdict = oneOf("verdict", kVerdicts);
    wanted.status = oneOf("status", kStatuses);
    wanted.businessKind = oneOf("business_kind", kBusinessKinds);
    wanted.from = in.optionalDate("from");
    wanted.to = in.optionalDate("to");
    return wanted;
}

std::vector<http::Route> portalRoutes(PortalService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/portal/certificates", Access::Signed, Body::None, to(list)},
            {Verb::Get, "/portal/certificates/{number}/file", Access::Signed, Body::None, to(file)},
            {Verb::Get, "/portal/certificates/{number}/results", Access::Signed, Body::None, to(results)},
            {Verb::Get, "/portal/certificates/{number}/results.xml", Access::Signed, Body::None, to(resultsAsXml)},
            {Verb::Get, "/portal/downloads", Access::Signed, Body::None, to(downloads)}};
}

std::vector<http::Route> bundleRoutes(BundleService& service) {
    const auto to = http::calling(service);
    return {{Verb::Post, "/portal/bundles", Access::Signed, Body::Json, to(makeBundle)},
            {Verb::Get, "/portal/bundles", Access::Signed, Body::None, to(listBundles)},
            {Verb::Get, "/portal/bundles/{id}/file", Access::Signed, Body::None, to(bundleFile)}};
}

}  // namespace touchstone::regulators
