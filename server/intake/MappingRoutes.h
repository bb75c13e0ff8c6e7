#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/MappingService.h"

namespace touchstone::intake {

/// /instruments/{code} with its mapping, codes and format; /analytes.
[[nodiscard]] std::vector<http::Route> mappingRoutes(MappingService& mappings);

}  // namespace touchstone::intake
