#include "server/certificates/CertificateRoutes.h"

#include "server/certificates/CertificateText.h"
#include "server/certificates/ResultsXml.h"

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

void fields(json::Writer& out, const Certificate& certificate) {
    std::optional<std::string> issuedAt;
    if (certificate.issuedAt) issuedAt = toRfc3339(*certificate.issuedAt);
    std::optional<std::string> withdrawnAt;
    if (certificate.withdrawnAt) withdrawnAt = toRfc3339(*certificate.withdrawnAt);
    out.field("number", certificate.number)
        .field("sample", certificate.sample)
        .field("product_name", certificate.productName)
        .field("batch_no", certificate.batchNo)
        .field("maker", certificate.maker)
        .field("client", certificate.client)
        .field("region_code", certificate.regionCode)
        .field("verdict", certificate.verdict)
        .field("status", certificate.status)
        .field("issued_at", issuedAt)
        .field("sha256", certificate.sha256)
        .field("revision", certificate.revision)
        .field("successor", certificate.successor)
        .field("withdrawn_at", withdrawnAt)
        .field("withdrawn_for", certificate.withdrawnFor)
        .field("language", certificate.language);
}

Response list(CertificateService& service, const Request& request) {
    const CertificateFilter filter = filterOf(request.query());
    return Response::json(listJson(service.list(request.actor(), filter), filter));
}

Response get(CertificateService& service, const Request& request) {
    request.query().finish();
    const CertificateDetail detail = service.get(request.actor(), request.path.at("number"));
    json::Writer out;
    out.beginObject();
    fields(out, detail.certificate);
    out.field("verification_url", textOf(json::parse(detail.frozen), "verification_url"))
        .key("frozen")
        .raw(detail.frozen)
        .endObject();
    return Response::json(out.take());
}

Response results(CertificateService& service, const Request& request) {
    request.query().finish();
    return Response::json(resultsJson(json::parse(service.get(request.actor(), request.path.at("number")).frozen)));
}

Response resultsAsXml(CertificateService& service, const Request& request) {
    request.query().finish();
    return {200, "application/xml", resultsXml(json::parse(service.get(request.actor(), request.path.at("number")).frozen)), {}};
}

Response file(CertificateService& service, const Request& request) {
    request.query().finish();
    CertificateFile file = service.file(request.actor(), request.path.at("number"));
    return Response::file(std::move(file.pdf), "application/pdf", file.number + ".pdf");
}

}  // namespace

void write(json::Writer& out, std::string_view name, const std::vector<Certificate>& certificates) {
    out.key(name).beginArray();
    for (const Certificate& certificate : certificates) {
        out.beginObject();
        fields(out, certificate);
        out.endObject();
    }
    out.endArray();
}

CertificateFilter filterOf(http::Query query) {
    CertificateFilter out;
    out.q = query.text("q", 64);
    out.verdict = query.oneOf("verdict", {"conforms", "fails"});
    out.status = query.oneOf("status", {"drawing", "issued", "superseded", "withdrawn"});
    out.after = query.after();
    out.limit = query.limit();
    query.finish();
    return out;
}

std::string listJson(const std::vector<Certificate>& certificates, const CertificateFilter& filter) {
    const bool full = static_cast<std::int64_t>(certificates.size()) == filter.limit;
    return listJson(certificates, full ? std::optional(certificates.back().id.value) : std::nullopt);
}

std::string listJson(const std::vector<Certificate>& certificates, std::optional<std::int64_t> next) {
    json::Writer out;
    out.beginObject();
    write(out, "items", certificates);
    out.field("next", next ? std::optional(std::to_string(*next)) : std::nullopt).endObject();
    return out.take();
}

std::string certificateJson(const Certificate& certificate) {
    json::Writer out;
    out.beginObject();
    fields(out, certificate);
    out.endObject();
    return out.take();
}

std::vector<http::Route> certificateRoutes(CertificateService& service) {
    const auto to = http::calling(service);
    return {{Verb::Get, "/certificates", Access::Signed, Body::None, to(list)},
            {Verb::Get, "/certificates/{number}", Access::Signed, Body::None, to(get)},
            {Verb::Get, "/certificates/{number}/file", Access::Signed, Body::None, to(file)},
            {Verb::Get, "/certificates/{number}/results", Access::Signed, Body::None, to(results)},
            {Verb::Get, "/certificates/{number}/results.xml", Access::Signed, Body::None, to(resultsAsXml)}};
}

}  // namespace touchstone::certificates
