#pragma once
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256Hex(std::string_view bytes);
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace touchstone::instruments
