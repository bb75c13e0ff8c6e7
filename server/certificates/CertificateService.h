#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/CertificateStore.h"
#include "server/certificates/Issuing.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// Certificates once they are released: drawn, signed and published from what was frozen. That may be done again at any
/// time: a certificate is issued once, whoever tries. Safe to use from many threads.
class CertificateService {
public:
    CertificateService(db::Database& database, const audit::Trail& trail, Issuing& issuing, const Clock& clock);

    /// Keeps the certificate of the key that signs now, for those who check its claims after it was replaced.
    void keepSigningCertificate(const std::string& chainPem);
    /// certificate.frozen with the signed claim that its QR code is to carry.
    [[nodiscard]] std::string claimed(const std::string& frozen) const;
    /// Issues all that waits, once through, on every core of the machine.
    std::size_t resume();
    /// Why certificate.frozen cannot be drawn, such as a character without a glyph; nothing when it can.
    [[nodiscard]] std::optional<std::string> unprintable(const std::string& frozen, Instant at) const;

    [[nodiscard]] std::vector<Certificate> list(const Actor& actor, const CertificateFilter& filter);
    [[nodiscard]] CertificateDetail get(const Actor& actor, const std::string& number);
    [[nodiscard]] CertificateFile file(const Actor& actor, const std::string& number);

private:
    /// Draws, signs and publishes those that still wait for it, in one transaction; gives their number. What cannot be
    /// issued stays as it is, with the reason.
    std::size_t issue(const Actor& actor, const std::vector<CertificateId>& ids);

    db::Database& database_;
    const audit::Trail& trail_;
    Issuing& issuing_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
