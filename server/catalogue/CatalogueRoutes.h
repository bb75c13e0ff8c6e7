#pragma once
#include <vector>

#include "server/catalogue/CatalogueService.h"
#include "server/http/Router.h"

namespace touchstone::catalogue {

[[nodiscard]] std::vector<http::Route> catalogueRoutes(CatalogueService& service);

}  // namespace touchstone::catalogue
