#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace touchstone::reports {

/// A key with its certificate chain that makes PAdES B-B signatures (ETSI EN 319 142-1) with P-256 and SHA-256.
/// Immutable after it was made; safe to use from many threads.
class Signer {
public:
    /// Reads PEM files. chainPem: signer's certificate first, then those above it. Throws std::runtime_error with what
    /// is wrong.
    Signer(const std::string& keyPem, const std::string& chainPem);
    ~Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;

    /// CMS SignedData, detached, DER, over the SHA-256 of the byte ranges: content-type, message-digest,
    /// signing-certificate-v2; no signing-time, as PAdES demands.
    [[nodiscard]] std::string sign(const std::string& digest) const;
    /// No signature of sign() is longer than this.
    [[nodiscard]] std::size_t largestSignature() const;
    /// Common name of the signer's certificate.
    [[nodiscard]] std::string subject() const;
    [[nodiscard]] std::chrono::system_clock::time_point notAfter() const;
    /// Bare signature over a digest, for `bench` and for QR claims.
    [[nodiscard]] std::string bareSignature(const std::string& digest) const;
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
