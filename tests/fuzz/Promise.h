#pragma once
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

namespace touchstone::fuzz {

[[nodiscard]] inline std::string_view text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What the library's headers promise; a broken one ends the program, as the fuzzer wants it.
inline void promise(bool kept, const char* what) {
    if (kept) return;
    std::cerr << "broken: " << what << std::endl;
    std::abort();
}

}  // namespace touchstone::fuzz
