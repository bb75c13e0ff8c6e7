#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on the certificates of machines. A row is never deleted: a revoked certificate stays known as such.
namespace touchstone::people::store {

struct ClientCertificate {
    std::string fingerprint;  ///< SHA-256 of the DER
    PersonId person;
    std::string login, organisation, label, scopes, subject, issuer;
    Instant validFrom, expires, created;
    std::optional<Instant> lastSeen{}, revoked{};
};

/// db::DuplicateKey when it is known already, to whomever.
void insertClientCertificate(db::WriteTransaction& tx, const ClientCertificate& certificate);
[[nodiscard]] std::optional<ClientCertificate> clientCertificate(db::ReadTransaction& tx, const std::string& fingerprint);
/// Of one organisation, or all; the oldest first.
[[nodiscard]] std::vector<ClientCertificate> clientCertificates(db::ReadTransaction& tx, const std::optional<std::string>& organisation);
void touchClientCertificate(db::WriteTransaction& tx, const std::string& fingerprint, Instant now);
void revokeClientCertificate(db::WriteTransaction& tx, const std::string& fingerprint, Instant now);

}  // namespace touchstone::people::store
