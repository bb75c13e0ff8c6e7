#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// RFC 4648 section 4, blanks and line ends between the characters allowed. Nothing where another byte stands among
/// them or the end is not as it must be. Thread-safe.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> decodeBase64(std::string_view text);

}  // namespace touchstone::instruments
