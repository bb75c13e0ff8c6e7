#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/CommandService.h"

namespace touchstone::intake {

/// /instruments/{code}/commands for people, /intake/commands and /intake/queries for gateways.
[[nodiscard]] std::vector<http::Route> commandRoutes(CommandService& commands);

}  // namespace touchstone::intake
