#include "server/regulators/VerificationService.h"

#include "server/certificates/CertificateText.h"
#include "server/certificates/English.h"
#include "server/core/Error.h"
#include "server/regulators/VerificationStore.h"

namespace touchstone::regulators {
namespace {

PublicStatus statusOf(const store::PublishedStatus& found) {
    PublicStatus out{found.number, found.status, Zone{}.dateOf(found.releasedAt)};
    if (found.withdrawnAt) out.withdrawnOn = Zone{}.dateOf(*found.withdrawnAt);
    out.withdrawnFor = found.withdrawnFor;
    out.successor = found.successor;
    return out;
}

template <class Found>
const Found& known(const std::optional<Found>& found, const std::string& wanted) {
    if (!found) throw Error(ErrorCode::NotFound, {"certificate", wanted});
    return *found;
}

}  // namespace

PublicStatus VerificationService::byNumber(const std::string& number) {
    return statusOf(known(database_.read([&](db::ReadTransaction& tx) { return store::publishedByNumber(tx, number); }), number));
}

PublicStatus VerificationService::byFile(const Sha256& sha256) {
    return statusOf(
        known(database_.read([&](db::ReadTransaction& tx) { return store::publishedByFile(tx, sha256); }), toHex(sha256)));
}

PublicCertificate VerificationService::byToken(const std::string& token) {
    const auto found = database_.read([&](db::ReadTransaction& tx) { return store::publishedByToken(tx, token); });
    const store::Published& published = known(found, token);
    // From what was frozen, not from today's catalogue: it is to be compared with the paper.
    const json::Value frozen = json::parse(published.frozen);
    const json::Value content = certificates::asPrinted(certificates::member(frozen, "content"));
    const json::Value& sample = certificates::member(content, "sample");
    return {statusOf(published.status),
            certificates::textOf(certificates::member(content, "laboratory"), "name"),
            certificates::textOf(sample, "product_name"),
            certificates::textOf(sample, "batch_no"),
            certificates::textOf(sample, "maker"),
            published.verdict,
            published.sha256,
            certificates::languageOf(content)};
}

PublicKeys VerificationService::keys() {
    return {rootsPem_,
            database_.read([](db::ReadTransaction& tx) { return certificates::store::signingCertificates(tx); })};
}

FileVerification VerificationService::verify(const std::string& pdf) {
    FileVerification out{verifier_.verify(pdf), std::nullopt};
    const auto found =
        database_.read([&](db::ReadTransaction& tx) { return store::publishedByFile(tx, sha256(pdf)); });
    if (found) out.issued = statusOf(*found);
    return out;
}

}  // namespace touchstone::regulators
