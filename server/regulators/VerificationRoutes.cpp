#include "server/regulators/VerificationRoutes.h"

#include <algorithm>

#include "server/core/Bytes.h"

namespace touchstone::regulators {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostPdfBytes = 20U << 20U;

void fields(json::Writer& out, const PublicStatus& status) {
    std::optional<std::string> withdrawnOn;
    if (status.withdrawnOn) withdrawnOn = toText(*status.withdrawnOn);
    out.field("number", status.number)
        .field("status", status.status)
        .field("issued_on", toText(status.issuedOn))
        .field("withdrawn_on", withdrawnOn)
        .field("withdrawn_for", status.withdrawnFor)
        .field("successor", status.successor);
}

Response byNumber(VerificationService& service, const Request& request) {
    http::Query query = request.query();
    const std::string number = query.requiredText("number", 24);
    query.finish();
    json::Writer out;
    out.beginObject();
    fields(out, service.byNumber(number));
    out.endObject();
    return Response::json(out.take());
}

Response byToken(VerificationService& service, const Request& request) {
    request.query().finish();
    const PublicCertificate certificate = service.byToken(request.path.at("token"));
    json::Writer out;
    out.beginObject();
    fields(out, certificate.status);
    out.field("laboratory", certificate.laboratory)
        .field("product_name", certificate.productName)
        .field("batch_no", certificate.batchNo)
        .field("maker", certificate.maker)
        .field("verdict", certificate.verdict)
        .field("sha256", certificate.sha256)
        .field("language", certificate.language)
        .endObject();
    return Response::json(out.take());
}

Response byFile(VerificationService& service, const Request& request) {
    request.query().finish();
    const std::string& hex = request.path.at("sha256");
    const auto bytes = fromHex(hex);
    Sha256 digest{};
    if (!bytes || bytes->size() != digest.size()) throw Error(ErrorCode::NotFound, {"certificate", hex});
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    json::Writer out;
    out.beginObject();
    fields(out, service.byFile(digest));
    return Response::json(out.endObject().take());
}

Response keys(VerificationService& service, const Request& request) {
    request.query().finish();
    const PublicKeys found = service.keys();
    json::Writer out;
    out.beginObject().field("roots", found.rootsPem).key("signers").beginArray();
    for (const auto& signer : found.signers) {
        out.beginObject().field("key_id", signer.keyId).field("chain", signer.chain).endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

std::string_view integrity(const reports::Verification& file) {
    if (!file.hasSignature) return "not_signed";
    return file.intact && file.coversWholeFile ? "intact" : "changed";
}

Response verify(VerificationService& service, const Request& request) {
    const FileVerification found = service.verify(request.body);
    const reports::Verification& file = found.file;
    json::Writer out;
    out.beginObject()
        .field("integrity", integrity(file))
        .key("identity")
        .beginObject()
        .field("trusted", file.trusted)
        .field("signer", file.signerName)
        .endObject();
    out.field("signed_at", file.signedAt.empty() ? std::nullopt : std::optional(file.signedAt))
        .field("time_source", reports::name(file.timeSource))
        .field("time_stamp_authority", file.timeStampAuthority)
        .field("level", reports::name(file.level))
        .field("revocation", reports::name(file.revocation))
        .field("status", found.issued ? found.issued->status : "unknown")
        .field("number", found.issued ? std::optional(found.issued->number) : std::nullopt)
        .field("problem", file.problem)
        .endObject();
    return Response::json(out.take());
}

}  // namespace

std::vector<http::Route> verificationRoutes(VerificationService& service) {
    const auto to = http::calling(service);
    return {{.verb = Verb::Get,
             .pattern = "/public/certificates",
             .access = Access::Open,
             .body = Body::None,
             .handle = to(byNumber),
             .perMinute = 30},
            {.verb = Verb::Get,
             .pattern = "/public/certificates/{token}",
             .access = Access::Open,
             .body = Body::None,
             .handle = to(byToken),
             .perMinute = 120},
            {.verb = Verb::Get,
             .pattern = "/public/files/{sha256}",
             .access = Access::Open,
             .body = Body::None,
             .handle = to(byFile),
             .perMinute = 120},
            {.verb = Verb::Get,
             .pattern = "/public/keys",
             .access = Access::Open,
             .body = Body::None,
             .handle = to(keys),
             .perMinute = 120},
            {.verb = Verb::Post,
             .pattern = "/public/verifications",
             .access = Access::Open,
             .body = Body::Pdf,
             .handle = to(verify),
             .mostBytes = kMostPdfBytes,
             .perMinute = 30}};
}

}  // namespace touchstone::regulators
