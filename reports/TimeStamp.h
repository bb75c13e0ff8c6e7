#pragma once
#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reports/Chain.h"
#include "reports/Fetch.h"

namespace touchstone::reports {

/// What a token (RFC 3161) says of the bytes that were stamped.
struct TimeStamp {
    std::time_t at = 0;
    std::string authority;  ///< common name
    std::string nonce;      ///< DER of the integer, empty when there is none
    Chain chain;
    std::string problem;  ///< English; empty when the token holds and its chain ends in a root
};

/// Over the SHA-256, SHA-384 or SHA-512 of `stamped`, by a certificate for time stamping alone (RFC 3161, 2.3) that was
/// valid at that time. others: certificates that may stand between. Throws std::runtime_error for what is no token.
[[nodiscard]] TimeStamp checkTimeStamp(std::string_view token, std::string_view stamped,
                                       const std::vector<X509Ptr>& others, const Roots& roots);

/// Asks a time stamping authority and puts its token into signed files: PAdES B-T. Safe to use from many threads.
class TimeStamper {
public:
    using Now = std::function<std::chrono::system_clock::time_point()>;

    /// Room that a signer has to reserve. Tokens are 1.5 to 7 KB, by the certificates in them.
    static constexpr std::size_t room = 8192;

    TimeStamper(std::string url, const std::string& rootsPem, Fetch fetch, Now now);

    /// The file with the token in its reserved gap. Throws std::runtime_error when there is no answer or it is not a
    /// token over this signature, with our nonce, by a trusted authority whose clock agrees within five minutes.
    [[nodiscard]] std::string withTimeStamp(std::string pdf) const;

private:
    std::string url_;
    Roots roots_;
    Fetch fetch_;
    Now now_;
};

/// TimeStampReq that asks for the certificates. nonce: up to 8 octets.
[[nodiscard]] std::string timeStampRequest(std::string_view stamped, std::uint64_t nonce);
/// The token out of a TimeStampResp, checked against what was asked and spelled as checkTimeStamp() wants it, without
/// the certificates that its chain does not need. Throws std::runtime_error with what is wrong.
[[nodiscard]] std::string readTimeStampResponse(std::string_view response, std::string_view stamped,
                                                std::uint64_t nonce, const Roots& roots, std::time_t now);

}  // namespace touchstone::reports
