#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace touchstone::reports {

/// Pixels of a PNG, compressed as a PDF wants them. Immutable; shared between documents.
struct Picture {
    std::size_t width = 0, height = 0;
    std::string colours;  ///< zlib stream of RGB
    std::string opacity;  ///< zlib stream of one byte a pixel; empty: all is opaque
};

/// The picture, or what is wrong with the file. Never more than mostPixels.
[[nodiscard]] std::variant<Picture, std::string> readPng(std::string_view file);
inline constexpr std::size_t mostPixels = 4'000'000;

}  // namespace touchstone::reports
