#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/IntakeService.h"

namespace touchstone::intake {

/// /intake/messages and /instruments.
[[nodiscard]] std::vector<http::Route> intakeRoutes(IntakeService& intake);

}  // namespace touchstone::intake
