#pragma once
#include <string_view>

namespace touchstone::reports {

/// schema/layout.xsd
[[nodiscard]] std::string_view layoutSchema();

}  // namespace touchstone::reports
