#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace touchstone::instruments {

/// The number of that many bytes, the lowest first; they must be there.
[[nodiscard]] inline std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

}  // namespace touchstone::instruments
