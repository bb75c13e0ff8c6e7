#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256Hex(std::string_view bytes);
[[nodiscard]] std::string base64(std::string_view bytes);

/// Not to be foretold.
[[nodiscard]] std::uint64_t randomNumber();

/// Version 7 of RFC 9562, in lower case: later ones sort behind earlier ones, so that an index of them grows at its end.
[[nodiscard]] std::string freshUuid();

}  // namespace touchstone::instruments
