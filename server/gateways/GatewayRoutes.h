#pragma once
#include <vector>

#include "server/gateways/GatewayService.h"
#include "server/http/Router.h"

namespace touchstone::gateways {

/// /gateways.
[[nodiscard]] std::vector<http::Route> gatewayRoutes(GatewayService& gateways);

}  // namespace touchstone::gateways
