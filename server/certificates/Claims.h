#pragma once
#include <string>

#include "reports/Signer.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// certificate.frozen with the member `qr`: the verification URL and, as its fragment, the signed claim (reports/Claim.h)
/// over number, revision, day, verdict and the SHA-256 of results.xml. A fragment never leaves the machine that scans.
/// Without a claim where the key makes none, or where the code on paper would be too fine to read.
[[nodiscard]] std::string withClaim(const std::string& frozen, const reports::Signer& signer);

/// What the QR code carries: `qr`, or the bare URL of a certificate that was frozen without it.
[[nodiscard]] const std::string& qrText(const json::Value& frozen);

}  // namespace touchstone::certificates
