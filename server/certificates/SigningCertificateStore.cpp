#include "server/certificates/SigningCertificateStore.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kAdd{"signing_certificate_add",
                             "INSERT IGNORE INTO signing_certificate (key_id, chain, added_at) VALUES (?, ?, ?)"};
constexpr db::Statement kAll{"signing_certificates", "SELECT key_id, chain FROM signing_certificate ORDER BY added_at, key_id"};

}  // namespace

bool addSigningCertificate(db::WriteTransaction& tx, const SigningCertificate& certificate, Instant at) {
    return tx.execute(kAdd, {certificate.keyId, certificate.chain, toSql(at)}) == 1;
}

std::vector<SigningCertificate> signingCertificates(db::ReadTransaction& tx) {
    std::vector<SigningCertificate> out;
    for (const db::Row& row : tx.query(kAll)) out.push_back({row.text(0), row.text(1)});
    return out;
}

}  // namespace touchstone::certificates::store
