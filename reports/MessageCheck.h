#pragma once
#include <string>
#include <vector>

#include "reports/Chain.h"
#include "reports/SignedMessage.h"

namespace touchstone::reports {

/// Of the certificates that a message carries, first that of its signer. Throws std::runtime_error when it is missing
/// or one of them is not well-formed.
[[nodiscard]] std::vector<X509Ptr> certificatesOf(const SignedMessage& message);

/// How the message is to spell its algorithms: as its signed attribute cms-algorithm-protection says (RFC 6211), else
/// as Algorithms.h does. Throws std::runtime_error for algorithms that are not used here.
void spellAlgorithms(SignedMessage& message, const X509* signer);

/// Whether the signature value and the digest of the content hold and every byte of `bytes`, from which the message was
/// parsed, is as it must be; empty, or what is wrong, in English.
[[nodiscard]] std::string problemOf(const SignedMessage& message, std::string_view bytes, X509* signer,
                                    const std::string& contentDigest);

/// The signed attribute must name the certificate that the signature was checked with (RFC 5035), and of those above it
/// no other than these.
[[nodiscard]] bool namesCertificates(const SignedMessage& message, const std::vector<X509Ptr>& chain);

}  // namespace touchstone::reports
