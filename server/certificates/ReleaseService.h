#pragma once
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "server/audit/Trail.h"
#include "server/certificates/CertificateService.h"
#include "server/certificates/CertificateSettings.h"
#include "server/certificates/CertificateStore.h"
#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/testing/ReviewService.h"

namespace touchstone::certificates {

/// The signatory's act: signature, third hand, numbers and frozen contents in one transaction. Drawing and signing the
/// files is the work of CertificateService. Safe to use from many threads.
class ReleaseService {
public:
    ReleaseService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                   const testing::ReviewService& reviews, CertificateService& certificates,
                   const reports::CertificatePrinter& printer, const Clock& clock, Random& random,
                   CertificateSettings settings);

    /// The authorised signatory signs all of the samples or none, then their certificates are issued. One that could
    /// not be drawn is logged and stays `drawing`; resume() tries it again. Role signatory. Error(SignatureRefused),
    /// Error(NotFound), Error(WrongState), Error(SameHand), Error(Unprintable).
    std::vector<Certificate> release(const Actor& actor, const std::vector<std::string>& sampleNumbers,
                                     const std::string& password, const std::string& reason);

private:
    std::vector<CertificateId> releaseIn(db::WriteTransaction& tx, const Actor& actor,
                                         const std::vector<std::string>& sampleNumbers, const std::string& reason);
    /// Nothing is signed that could not be drawn: a character without a glyph is found before the release, not after it.
    void refuseUnprintable(const NewCertificate& certificate, const std::string& sample, Instant at) const;
    [[nodiscard]] std::vector<FrozenContent> contentsOf(db::WriteTransaction& tx, const Actor& actor,
                                                        const std::vector<std::string>& sampleNumbers,
                                                        Instant now) const;

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const testing::ReviewService& reviews_;
    CertificateService& certificates_;
    const reports::CertificatePrinter& printer_;
    const Clock& clock_;
    Random& random_;
    CertificateSettings settings_;
};

}  // namespace touchstone::certificates
