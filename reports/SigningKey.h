#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "reports/Algorithms.h"
#include "reports/Token.h"

namespace touchstone::reports {

/// A private key, from a file or in a device. Signs from many threads. A device that lost its sessions (it was
/// restarted, its line was cut) is opened anew by the next signature; one that is away fails each, until it is back.
class SigningKey {
public:
    /// Throws std::runtime_error when the PEM text holds no key without a passphrase, or one of a kind that is not
    /// used.
    explicit SigningKey(const std::string& pem);
    /// Logs in to the device, until the key goes. Throws std::runtime_error, without the PIN.
    explicit SigningKey(TokenKey where);
    ~SigningKey();

    [[nodiscard]] KeyKind kind() const { return kind_; }
    /// Whether the certificate names the public half.
    [[nodiscard]] bool isOf(const X509* certificate) const;
    /// No signature has more bytes.
    [[nodiscard]] std::size_t largestSignature() const { return largest_; }

    /// Over the usual digest of the kind. Throws std::runtime_error.
    [[nodiscard]] std::string sign(std::string_view data);
    /// Over a digest that was made before; SM2, which has none of its own, signs it as a message. Throws
    /// std::runtime_error.
    [[nodiscard]] std::string signDigest(std::string_view digest);

private:
    [[nodiscard]] std::string attempt(std::string_view digest) const;
    void take(KeyPtr key);
    void open();
    void reopen(std::uint64_t seen);

    const std::optional<TokenKey> where_;
    std::shared_mutex
        opening_;  ///< alone while a device is opened: closing ends every session of this process with its library
    std::uint64_t openings_ = 0;  ///< trials, so that of many that failed together one opens
    std::unique_ptr<Token> token_;
    KeyPtr key_;           ///< nothing while its device is away, as the two behind it
    KeyContextPtr ready_;  ///< made once, copied for each signature; none for SM2
    std::string publicHalf_;
    KeyKind kind_{};
    std::size_t largest_ = 0;
};

}  // namespace touchstone::reports
