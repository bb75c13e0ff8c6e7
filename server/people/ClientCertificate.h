#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "server/core/Clock.h"

/// Certificates of TLS clients (RFC 5280) as somebody uploads them.
namespace touchstone::people {

struct CertificateText {
    std::string fingerprint;       ///< SHA-256 of the DER
    std::string subject, issuer;   ///< RFC 2253, at most 500 bytes
    Instant validFrom, expires;
    bool forClients = false;       ///< RFC 5280 4.2.1.12: its extended key usage, if any, has TLS clients
};

/// The first certificate of a PEM; nothing when there is none.
[[nodiscard]] std::optional<CertificateText> readCertificate(std::string_view pem);
/// Whether the first certificate chains to one of the roots, by way of those that follow it in the PEM. Whatever the time:
/// every handshake asks for that again. Throws Error(BadConfiguration) when the roots cannot be read.
[[nodiscard]] bool isChained(std::string_view pem, std::string_view rootsPem);

}  // namespace touchstone::people
