#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"

namespace touchstone::people {

struct ClientCertificate {
    std::string fingerprint;          ///< SHA-256 of the DER in hexadecimal digits
    std::string login, organisation, label;
    std::vector<std::string> scopes;  ///< portal, feed, intake (server/http/Scope.h)
    std::string subject, issuer;
    Instant createdAt, validFrom, expiresAt;
    std::optional<Instant> lastSeenAt, revokedAt;
};

struct NewClientCertificate {
    std::string login, label;
    std::vector<std::string> scopes;
    std::string pem;                  ///< the certificate, then those between it and its root
};

/// Certificates by which machines act for an account over TLS, as MachineService has tokens: an administrator those of all
/// accounts, an organisation's administrator those of its own organisation; others are Error(NotFound) to it. Safe to use
/// from many threads.
class ClientCertificateService {
public:
    /// rootsPem: the authorities that one must chain to; empty: any, where a proxy in front sees to that.
    ClientCertificateService(db::Database& database, const audit::Trail& trail, AccountService& accounts, const Clock& clock, std::string rootsPem)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock), rootsPem_(std::move(rootsPem)) {}

    /// Those that are revoked or expired too, the oldest first.
    [[nodiscard]] std::vector<ClientCertificate> list(const Actor& actor);
    /// Good from now until the certificate's own end. An account may have 20 that are good. The scopes must fit the account
    /// as those of a token, and nobody has had the certificate before: Error(Invalid).
    void add(const Actor& actor, const NewClientCertificate& wanted, const std::string& reason);
    /// For good, at once (on other servers of the same database within 5 seconds).
    void revoke(const Actor& actor, const std::string& fingerprint, const std::string& reason);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    AccountService& accounts_;
    const Clock& clock_;
    std::string rootsPem_;
};

}  // namespace touchstone::people
