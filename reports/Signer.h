#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace touchstone::reports {

/// A private key that stays in a device, by its PKCS#11 library.
struct TokenKey {
    std::string module;  ///< file of the library
    std::string token;   ///< label of the token
    std::string label;   ///< of the key; empty when the token holds only one
    std::string pin;     ///< never appears in an error
};

/// The rules that a signature follows, chosen by the kind of its key.
enum class Profile : std::uint8_t {
    international,  ///< ECDSA or RSA (PKCS #1 v1.5) with SHA-256, which every reader knows
    sm2             ///< SM2 with SM3 (GB/T 32918, GB/T 32905), for domestic verifiers
};

/// A key with its certificate chain that makes PAdES B-B signatures (ETSI EN 319 142-1).
/// Safe to use from many threads once it was made and reserve() called.
class Signer {
public:
    /// Reads PEM files. chainPem: signer's certificate first, then those above it. Throws std::runtime_error with what
    /// is wrong.
    Signer(const std::string& keyPem, const std::string& chainPem);
    /// The same with a key in a device, which is logged in to until the signer goes, and again after it was away.
    Signer(const TokenKey& key, const std::string& chainPem);
    ~Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;

    /// What sign() takes, of the bytes and those that follow them elsewhere.
    [[nodiscard]] std::string digest(std::string_view bytes, std::string_view more = {}) const;
    /// CMS SignedData, detached, DER, over the digest of the byte ranges: content-type, message-digest,
    /// signing-certificate-v2; no signing-time, as PAdES demands.
    [[nodiscard]] std::string sign(const std::string& digest) const;
    /// Room for what is put into the signature later, such as a time stamp.
    void reserve(std::size_t bytes);
    /// No signature of sign() is longer than this, with what is put into it later.
    [[nodiscard]] std::size_t largestSignature() const;

    [[nodiscard]] Profile profile() const;
    /// Common name of the signer's certificate.
    [[nodiscard]] std::string subject() const;
    [[nodiscard]] std::chrono::system_clock::time_point notAfter() const;
    /// Bare signature over a digest, for `bench` and for QR claims. SM2 signs the digest as a message.
    [[nodiscard]] std::string bareSignature(const std::string& digest) const;
    [[nodiscard]] bool bareVerifies(const std::string& digest, const std::string& signature) const;
    /// The signer's own certificate, DER.
    [[nodiscard]] std::string certificate() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A certificate authority for demonstrations and tests. Every name in it says 测试.
struct DemonstrationAuthority {
    std::string caPem;     ///< self-signed root
    std::string keyPem;    ///< the signer's key
    std::string chainPem;  ///< signer, root
    [[nodiscard]] static DemonstrationAuthority make(const std::string& organisation, int days);
};

}  // namespace touchstone::reports
