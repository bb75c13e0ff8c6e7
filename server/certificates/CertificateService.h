#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "reports/Signer.h"
#include "server/audit/Trail.h"
#include "server/certificates/CertificateStore.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// Certificates once they are released: drawn, signed and published from what was frozen. That may be done again at any
/// time: a certificate is issued once, whoever tries. Safe to use from many threads.
class CertificateService {
public:
    CertificateService(db::Database& database, const audit::Trail& trail, const reports::CertificatePrinter& printer,
                       const reports::Signer& signer, const Clock& clock);

    /// Keeps the certificate of the key that signs now, for those who check its claims after it was replaced.
    void keepSigningCertificate(const std::string& chainPem);
    /// Issues all that waits, once through, on every core of the machine.
    std::size_t resume();
    /// Why certificate.frozen cannot be drawn, such as a character without a glyph; nothing when it can.
    [[nodiscard]] std::optional<std::string> unprintable(const std::string& frozen, Instant at) const;

    [[nodiscard]] std::vector<Certificate> list(const Actor& actor, const CertificateFilter& filter);
    [[nodiscard]] CertificateDetail get(const Actor& actor, const std::string& number);
    [[nodiscard]] CertificateFile file(const Actor& actor, const std::string& number);

private:
    /// Draws, signs and publishes those that still wait for it, in one transaction; gives their number. What cannot be
    /// drawn stays as it is, with the reason.
    std::size_t issue(const Actor& actor, const std::vector<CertificateId>& ids);
    struct Drawn {
        std::vector<DrawnFile> files;
        std::vector<Undrawn> undrawn;
    };
    [[nodiscard]] Drawn draw(const std::vector<Drawing>& drawings, Instant at) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const reports::CertificatePrinter& printer_;
    const reports::Signer& signer_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
