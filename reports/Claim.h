#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/Signer.h"

namespace touchstone::reports {

/// What the QR code says by itself, so that it can be checked without any server: a signed record of one certificate.
/// It proves what was signed on that day, never that the certificate still holds.
struct Claim {
    std::string number;
    std::int64_t revision = 1;
    std::string issuedOn;       ///< YYYY-MM-DD, as printed
    std::string verdict;        ///< conforms, fails
    std::string resultsDigest;  ///< 32 bytes: SHA-256 of results.xml in the file
};

/// The record and its signature as one text of unreserved characters of URLs (RFC 3986 2.3):
///
///     T1~BG2026000001~1~20261122~c~digest~key~signature
///
/// number, revision, day, verdict (c conforms, f fails), digest, key id; base64url without padding; the signature (r and s, 64 bytes) is ECDSA P-256 with SHA-256 over all before the last "~".
/// Nothing when the signer's key is of another kind: an RSA signature is too long for a code on paper, and a second key
/// only for claims would be a second thing to trust. Throws std::runtime_error when the number cannot stand in a claim.
[[nodiscard]] std::optional<std::string> signClaim(const Claim& claim, const Signer& signer);

/// How a claim names the key that signed it: the first 4 bytes of the SHA-256 of the public key (SubjectPublicKeyInfo),
/// base64url. Of the first certificate in PEM text.
[[nodiscard]] std::string keyId(const std::string& certificatePem);

/// What can be said of a claim. No exceptions: whatever is wrong is in `problem`, empty when all holds.
struct ClaimCheck {
    bool wellFormed = false;
    Claim claim;          ///< when wellFormed
    std::string keyId;    ///< when wellFormed
    bool genuine = false; ///< signed by a certificate at hand
    std::string signer;   ///< common name of that certificate
    bool trusted = false; ///< it leads to one of the roots, and was valid on the day of the claim
    std::string problem;
};

/// text: a claim, or the whole text of the QR code. certificatesPem: those that may have signed it, and any between them and
/// the roots. Without roots the certificates themselves are what is trusted. Safe to call from many threads.
[[nodiscard]] ClaimCheck checkClaim(std::string_view text, const std::string& certificatesPem, const std::string& rootsPem);

}  // namespace touchstone::reports
