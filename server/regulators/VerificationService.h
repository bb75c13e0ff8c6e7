#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/Verifier.h"
#include "server/certificates/SigningCertificateStore.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::regulators {

/// What anybody learns who knows a number, and numbers can be guessed: that it exists and whether it holds.
struct PublicStatus {
    std::string number, status;
    Date issuedOn;  ///< as printed
    std::optional<Date> withdrawnOn = {};
    std::optional<std::string> withdrawnFor = {};  ///< category, not the laboratory's own words
    std::optional<std::string> successor = {};     ///< number of the certificate to ask for instead
};

/// What whoever holds the paper learns: enough to compare it with what was issued.
struct PublicCertificate {
    PublicStatus status;
    std::string laboratory, productName, batchNo, maker, verdict, sha256, language;
};

/// The file's own evidence, and what the laboratory knows of these very bytes.
struct FileVerification {
    reports::Verification file;
    std::optional<PublicStatus> issued;
};

/// What a page needs to check files and claims by itself.
struct PublicKeys {
    std::string rootsPem;
    std::vector<certificates::store::SigningCertificate> signers;
};

/// Public verification, without an account. Safe to use from many threads.
class VerificationService {
public:
    /// rootsPem: the authorities that certificates of this laboratory are signed under; timeStampRootsPem: those that
    /// stamp their time.
    VerificationService(db::Database& database, const std::string& rootsPem, const std::string& timeStampRootsPem = {})
        : database_(database), rootsPem_(rootsPem), verifier_(rootsPem, timeStampRootsPem) {}

    /// These three: Error(NotFound) alike for unknown ones and for those that are not issued yet.
    [[nodiscard]] PublicStatus byNumber(const std::string& number);
    [[nodiscard]] PublicCertificate byToken(const std::string& token);
    /// Of the file with this digest: only the digest need leave the machine of whoever asks.
    [[nodiscard]] PublicStatus byFile(const Sha256& sha256);
    [[nodiscard]] PublicKeys keys();
    /// The file is not kept.
    [[nodiscard]] FileVerification verify(const std::string& pdf);

private:
    db::Database& database_;
    std::string rootsPem_;
    reports::Verifier verifier_;
};

}  // namespace touchstone::regulators
