#pragma once
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

    /// Draws, signs and publishes those of the certificates that still wait for it; gives their number. What cannot be
    /// drawn is logged and left.
    std::size_t issue(const Actor& actor, const std::vector<CertificateId>& ids);
    /// Issues whatever an earlier run left, once through.
    std::size_t resume();

    [[nodiscard]] std::vector<Certificate> list(const Actor& actor, const CertificateFilter& filter);
    [[nodiscard]] CertificateDetail get(const Actor& actor, const std::string& number);
    [[nodiscard]] CertificateFile file(const Actor& actor, const std::string& number);

private:
    std::size_t issueBatch(const Actor& actor, const std::vector<CertificateId>& ids);
    [[nodiscard]] std::vector<DrawnFile> draw(const std::vector<Drawing>& drawings, Instant at) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const reports::CertificatePrinter& printer_;
    const reports::Signer& signer_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
