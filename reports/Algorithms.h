#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/OpenSsl.h"

/// The digests and kinds of keys that signatures are made and checked with, and the one way to spell each in DER.
namespace touchstone::reports {

enum class Digest : std::uint8_t { sha256, sha384, sha512, sm3 };
enum class KeyKind : std::uint8_t { ellipticCurve, rsa, sm2 };

/// Nothing for keys that are not used here, such as Ed25519.
[[nodiscard]] std::optional<KeyKind> kindOf(const EVP_PKEY* key);
/// What keys of this kind sign with when nobody asks for another: SM3 for SM2 (GB/T 32918, GB/T 35276), else SHA-256.
[[nodiscard]] Digest usualDigest(KeyKind kind);

/// Of the bytes and those that follow them elsewhere.
[[nodiscard]] std::string hash(Digest digest, std::string_view bytes, std::string_view more = {});

/// AlgorithmIdentifiers. Others may spell them otherwise (a NULL more or less, rsaEncryption), here it is always this.
[[nodiscard]] std::string digestAlgorithm(Digest digest);
[[nodiscard]] std::string signatureAlgorithm(KeyKind kind, Digest digest);
/// By the object identifier, however it is spelled otherwise.
[[nodiscard]] std::optional<Digest> digestOf(std::string_view algorithmIdentifier);

/// SM2 signs with the usual name of its signer, 1234567812345678 (GM/T 0009).
[[nodiscard]] std::string signSm2(EVP_PKEY* key, std::string_view data);
[[nodiscard]] bool verifies(EVP_PKEY* key, Digest digest, std::string_view data, std::string_view signature);

}  // namespace touchstone::reports
