#include "server/people/ClientCertificateStore.h"

namespace touchstone::people::store {
namespace {

constexpr db::InsertStatement kInsert{
    "client_certificate_insert",
    "INSERT INTO client_certificate (fingerprint, person_id, label, scopes, subject, issuer, valid_from, expires_at, created_at) VALUES", 9};
constexpr db::Statement kOne{
    "client_certificate_by_fingerprint",
    "SELECT c.fingerprint, c.person_id, p.login, o.code, c.label, c.scopes, c.subject, c.issuer, c.valid_from, c.expires_at, c.created_at, "
    "c.last_seen_at, c.revoked_at FROM client_certificate c JOIN person p ON p.id = c.person_id "
    "JOIN organisation o ON o.id = p.organisation_id WHERE c.fingerprint = ?"};
constexpr db::Statement kAll{
    "client_certificates",
    "SELECT c.fingerprint, c.person_id, p.login, o.code, c.label, c.scopes, c.subject, c.issuer, c.valid_from, c.expires_at, c.created_at, "
    "c.last_seen_at, c.revoked_at FROM client_certificate c JOIN person p ON p.id = c.person_id "
    "JOIN organisation o ON o.id = p.organisation_id WHERE ? OR o.code = ? ORDER BY c.created_at, c.fingerprint"};
constexpr db::Statement kTouch{"client_certificate_touch", "UPDATE client_certificate SET last_seen_at = ? WHERE fingerprint = ?"};
constexpr db::Statement kRevoke{"client_certificate_revoke",
                                "UPDATE client_certificate SET revoked_at = ? WHERE fingerprint = ? AND revoked_at IS NULL"};

std::optional<Instant> instantOrNothing(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return instantFromSql(row.text(column));
}

ClientCertificate toCertificate(const db::Row& row) {
    return {.fingerprint = row.text(0),
            .person = {row.integer(1)},
            .login = row.text(2),
            .organisation = row.text(3),
            .label = row.text(4),
            .scopes = row.text(5),
            .subject = row.text(6),
            .issuer = row.text(7),
            .validFrom = instantFromSql(row.text(8)),
            .expires = instantFromSql(row.text(9)),
            .created = instantFromSql(row.text(10)),
            .lastSeen = instantOrNothing(row, 11),
            .revoked = instantOrNothing(row, 12)};
}

}  // namespace

void insertClientCertificate(db::WriteTransaction& tx, const ClientCertificate& certificate) {
    tx.insert(kInsert, {{db::Blob{certificate.fingerprint}, certificate.person.value, certificate.label, certificate.scopes,
                         certificate.subject, certificate.issuer, toSql(certificate.validFrom), toSql(certificate.expires),
                         toSql(certificate.created)}});
}

std::optional<ClientCertificate> clientCertificate(db::ReadTransaction& tx, const std::string& fingerprint) {
    const db::Rows rows = tx.query(kOne, {db::Blob{fingerprint}});
    if (rows.empty()) return std::nullopt;
    return toCertificate(rows.front());
}

std::vector<ClientCertificate> clientCertificates(db::ReadTransaction& tx, const std::optional<std::string>& organisation) {
    std::vector<ClientCertificate> out;
    for (const db::Row& row : tx.query(kAll, {static_cast<std::int64_t>(!organisation), organisation.value_or("")})) {
        out.push_back(toCertificate(row));
    }
    return out;
}

void touchClientCertificate(db::WriteTransaction& tx, const std::string& fingerprint, Instant now) {
    tx.execute(kTouch, {toSql(now), db::Blob{fingerprint}});
}

void revokeClientCertificate(db::WriteTransaction& tx, const std::string& fingerprint, Instant now) {
    tx.execute(kRevoke, {toSql(now), db::Blob{fingerprint}});
}

}  // namespace touchstone::people::store
