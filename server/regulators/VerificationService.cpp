#include "server/regulators/VerificationService.h"

#include "server/certificates/CertificateStore.h"
#include "server/certificates/CertificateText.h"
#include "server/core/Error.h"

namespace touchstone::regulators {
namespace {

using certificates::CertificateDetail;

PublicStatus statusOf(const certificates::Certificate& certificate) {
    return {certificate.number, certificate.status, Zone{}.dateOf(certificate.releasedAt)};
}

const CertificateDetail& issued(const std::optional<CertificateDetail>& found, const std::string& wanted) {
    if (!found || found->certificate.status == "drawing") throw Error(ErrorCode::NotFound, {"certificate", wanted});
    return *found;
}

}  // namespace

PublicStatus VerificationService::byNumber(const std::string& number) {
    const auto found =
        database_.read([&](db::ReadTransaction& tx) { return certificates::store::byNumber(tx, number); });
    return statusOf(issued(found, number).certificate);
}

PublicCertificate VerificationService::byToken(const std::string& token) {
    const auto found = database_.read([&](db::ReadTransaction& tx) { return certificates::store::byToken(tx, token); });
    const CertificateDetail& detail = issued(found, token);
    // From what was frozen, not from today's catalogue: it is to be compared with the paper.
    const json::Value frozen = json::parse(detail.frozen);
    const json::Value& content = certificates::member(frozen, "content");
    const json::Value& sample = certificates::member(content, "sample");
    return {statusOf(detail.certificate),
            certificates::textOf(certificates::member(content, "laboratory"), "name"),
            certificates::textOf(sample, "product_name"),
            certificates::textOf(sample, "batch_no"),
            certificates::textOf(sample, "maker"),
            detail.certificate.verdict,
            detail.certificate.sha256.value_or("")};
}

FileVerification VerificationService::verify(const std::string& pdf) {
    FileVerification out{verifier_.verify(pdf), std::nullopt};
    const auto found =
        database_.read([&](db::ReadTransaction& tx) { return certificates::store::byFile(tx, sha256(pdf)); });
    if (found) out.issued = statusOf(found->certificate);
    return out;
}

}  // namespace touchstone::regulators
