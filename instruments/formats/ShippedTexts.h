#pragma once
#include <span>
#include <string_view>

namespace touchstone::instruments {

/// The files of instruments/mappings by name; the build writes the source of this.
struct ShippedText {
    std::string_view name, json;
};
[[nodiscard]] std::span<const ShippedText> shippedTexts();

}  // namespace touchstone::instruments
