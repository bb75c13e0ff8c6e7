#pragma once
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/OpenSsl.h"

namespace touchstone::reports {

enum class Revocation : std::uint8_t { unknown, good, revoked };

/// What an answer says of one certificate.
struct Standing {
    Revocation state = Revocation::unknown;
    std::string problem;  ///< English; why the state is not known
    std::time_t thisUpdate = 0;
    std::optional<std::time_t> nextUpdate, revokedAt;

    /// Whether it can be said of a signature made at that time: the answer was current then, or came later.
    [[nodiscard]] bool speaksFor(std::time_t at) const;
};

/// OCSP (RFC 6960): an answer signed by the issuer, or by one to whom the issuer gave a certificate for that and that
/// was valid then. The responder's own revocation is not looked for. `response` is DER, spelled in the one way.
[[nodiscard]] Standing ocspStanding(std::string_view response, X509* certificate, X509* issuer);
/// A complete list of the issuer itself (RFC 5280, 5): no delta, none that covers a part only.
[[nodiscard]] Standing crlStanding(std::string_view list, X509* certificate, X509* issuer);

/// Without a nonce: answers are kept and asked for again only after their nextUpdate.
[[nodiscard]] std::string ocspRequest(X509* certificate, X509* issuer);
/// Where the certificate says that they are to be had; http and https only.
[[nodiscard]] std::vector<std::string> ocspUrls(X509* certificate);
[[nodiscard]] std::vector<std::string> crlUrls(X509* certificate);

}  // namespace touchstone::reports
