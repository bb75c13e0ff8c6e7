#pragma once
#include <memory>

#include "reports/OpenSsl.h"
#include "reports/Signer.h"

namespace touchstone::reports {

/// A session with a PKCS#11 token (libp11). Its key signs in the device, from any thread: the library keeps a pool of
/// sessions. Must outlive the key.
class Token {
public:
    /// Loads the library, finds the token and logs in. Throws std::runtime_error, without the PIN.
    explicit Token(const TokenKey& which);
    ~Token();
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;

    /// Throws std::runtime_error when no key or more than one has that label.
    [[nodiscard]] KeyPtr privateKey() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::reports
