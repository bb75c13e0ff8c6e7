#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/PortalService.h"

namespace touchstone::regulators {

[[nodiscard]] std::vector<http::Route> portalRoutes(PortalService& service);

}  // namespace touchstone::regulators
