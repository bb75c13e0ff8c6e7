#pragma once
#include <string>

namespace touchstone::people {

/// argon2id through libsodium (RFC 9106), parameters and salt inside the text. Each hash takes 64 MiB and some tens of
/// milliseconds; at most two run at once in a process, so that a burst of sign-ins cannot exhaust the memory.
[[nodiscard]] std::string hashPassword(const std::string& password);
/// False for a wrong password and for a text that is no hash.
[[nodiscard]] bool matchesPassword(const std::string& hash, const std::string& password);
/// A hash that no password matches, to spend the same time on an unknown account.
[[nodiscard]] const std::string& decoyHash();

}  // namespace touchstone::people
