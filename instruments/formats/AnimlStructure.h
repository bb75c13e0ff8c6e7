#pragma once
#include <string_view>

namespace touchstone::instruments::animl {

/// Whether AnIML 0.90 knows the element in that place.
[[nodiscard]] bool knows(std::string_view parent, std::string_view element);

}  // namespace touchstone::instruments::animl
