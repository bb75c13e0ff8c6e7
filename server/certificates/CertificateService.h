#pragma once
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "reports/Signer.h"
#include "server/audit/Trail.h"
#include "server/certificates/CertificateStore.h"
#include "server/certificates/LayoutShelf.h"
#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/testing/ReviewService.h"

namespace touchstone::certificates {

struct CertificateSettings {
    std::string publicUrl;      ///< where people outside reach the pages: https://lims.example.cn
    std::string laboratory;     ///< code of the organisation that issues
    std::string sealText;       ///< round the seal
    std::string watermark;      ///< across the pages and in the notes, for a demonstration authority; else empty
    std::string accreditation;  ///< text beside the mark; empty: no mark
};

/// Release and issue. Releasing is one transaction: signature, third hand, number, frozen content. Issuing draws and
/// signs from what was frozen, and may be done again at any time: a certificate is issued once, whoever tries.
/// Safe to use from many threads.
class CertificateService {
public:
    CertificateService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                       const testing::ReviewService& reviews, const reports::CertificatePrinter& printer,
                       const reports::Signer& signer, const Clock& clock, Random& random, CertificateSettings settings);

    /// The authorised signatory signs all of the samples or none, then their certificates are issued. One that could
    /// not be drawn is logged and stays `drawing`; resume() tries it again. Role signatory. Error(SignatureRefused),
    /// Error(NotFound), Error(WrongState), Error(SameHand), Error(NoLayout), Error(Unprintable).
    std::vector<Certificate> release(const Actor& actor, const std::vector<std::string>& sampleNumbers,
                                     const std::string& password, const std::string& reason);

    /// Draws, signs and publishes those of the certificates that still wait for it; gives their number. What cannot be
    /// drawn is logged and left.
    std::size_t issue(const Actor& actor, const std::vector<CertificateId>& ids);
    /// Issues whatever an earlier run left, once through.
    std::size_t resume();

    [[nodiscard]] std::vector<Certificate> list(const Actor& actor, const CertificateFilter& filter);
    [[nodiscard]] CertificateDetail get(const Actor& actor, const std::string& number);
    [[nodiscard]] CertificateFile file(const Actor& actor, const std::string& number);
    [[nodiscard]] std::string verificationUrl(const std::string& token) const;

private:
    std::vector<CertificateId> releaseIn(db::WriteTransaction& tx, const Actor& actor,
                                         const std::vector<std::string>& sampleNumbers, const std::string& reason);
    /// Nothing is signed that could not be drawn: a character without a glyph is found before the release, not after it.
    void refuseUnprintable(db::ReadTransaction& tx, const NewCertificate& certificate, const std::string& sample,
                           Instant at) const;
    [[nodiscard]] std::vector<FrozenContent> contentsOf(db::WriteTransaction& tx, const Actor& actor,
                                                        const std::vector<std::string>& sampleNumbers,
                                                        Instant now) const;
    std::size_t issueBatch(const Actor& actor, const std::vector<CertificateId>& ids);
    [[nodiscard]] std::vector<DrawnFile> draw(const std::vector<Drawing>& drawings, Instant at) const;

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const testing::ReviewService& reviews_;
    const reports::CertificatePrinter& printer_;
    const reports::Signer& signer_;
    const Clock& clock_;
    Random& random_;
    CertificateSettings settings_;
    mutable LayoutShelf layouts_;
};

}  // namespace touchstone::certificates
