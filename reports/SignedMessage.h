#pragma once
#include <string>
#include <vector>

#include "reports/OpenSsl.h"

namespace touchstone::reports {

/// CMS SignedData (RFC 5652) of the one shape that is signed here: detached, SHA-256, one signer, nothing unsigned.
/// A verifier that encodes what it read and compares knows that no byte has a second meaning.
struct SignedMessage {
    std::string certificates;             ///< DER, one after the other
    std::string signerId;                 ///< issuerAndSerial() of the signer's certificate
    std::vector<std::string> attributes;  ///< DER; signed are they as a set, RFC 5652 5.4
    bool isRsa = false;
    std::string signature;

    [[nodiscard]] std::string encode() const;
};

[[nodiscard]] std::string issuerAndSerial(const X509* certificate);

namespace der {
[[nodiscard]] std::string oid(const char* dotted);
}

}  // namespace touchstone::reports
