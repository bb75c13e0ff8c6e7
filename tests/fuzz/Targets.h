#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace touchstone::fuzz {

/// Takes any bytes; what must not be ends the program (a sanitizer, or abort where a promise is broken).
using Target = std::function<void(std::span<const std::uint8_t>)>;

/// By name: "format-jcamp", "link-mllp", "mapping", "xml". Every format of the library is there by itself.
[[nodiscard]] const std::map<std::string, Target>& targets();

}  // namespace touchstone::fuzz
