#pragma once
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/db/Database.h"

/// The certificates of all keys that this laboratory ever signed with.
namespace touchstone::certificates::store {

struct SigningCertificate {
    std::string keyId;  ///< as claims name it (reports/Claim.h)
    std::string chain;  ///< PEM: the signer's, then those above it
};

/// False when it was there already.
[[nodiscard]] bool addSigningCertificate(db::WriteTransaction& tx, const SigningCertificate& certificate, Instant at);
/// The oldest first.
[[nodiscard]] std::vector<SigningCertificate> signingCertificates(db::ReadTransaction& tx);

}  // namespace touchstone::certificates::store
