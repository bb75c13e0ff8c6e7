#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/Algorithms.h"
#include "reports/OpenSsl.h"

namespace touchstone::reports {

/// CMS SignedData (RFC 5652) with one signer, of certificates and of time stamps: all that a message may say, and one
/// way to encode it. A verifier that encodes what it read and compares knows that no byte has a second meaning.
struct SignedMessage {
    std::string contentType;                ///< object identifier, DER
    std::optional<std::string> content;     ///< nothing: detached
    std::vector<std::string> certificates;  ///< DER, the signer's first, then those above it
    std::string signerId;  ///< issuerAndSerial() of the signer's certificate, or [0] its key identifier
    std::string digestAlgorithm, signatureAlgorithm;
    std::vector<std::string> attributes;  ///< DER; signed are they as a set, RFC 5652 5.4
    std::string signature;
    std::string timeStamp;  ///< token (RFC 3161) of the signature, the one attribute that is not signed; empty: none

    [[nodiscard]] std::string encode() const;
    /// What is signed.
    [[nodiscard]] std::string signedBytes() const;
    /// The value of the one signed attribute of this type; nothing when it is missing or not alone.
    [[nodiscard]] std::optional<std::string> attribute(std::string_view type) const;

    /// Throws std::runtime_error when it is nothing of the kind. What it gives may have been spelled otherwise than
    /// encode() does.
    [[nodiscard]] static SignedMessage parse(std::string_view bytes);
};

[[nodiscard]] std::string makeAttribute(std::string_view type, std::string_view value);
[[nodiscard]] std::string issuerAndSerial(const X509* certificate);

namespace der {
[[nodiscard]] std::string oid(const char* dotted);
}

/// Object identifiers, DER.
struct MessageNames {
    std::string signedData, data, timeStampInfo, contentType, messageDigest, signingCertificate, signingCertificateV2,
        algorithmProtection, timeStampToken;
};
[[nodiscard]] const MessageNames& names();

}  // namespace touchstone::reports
