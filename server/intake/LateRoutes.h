#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/LateService.h"

namespace touchstone::intake {

/// /intake/late and what a person decides there.
[[nodiscard]] std::vector<http::Route> lateRoutes(LateService& late);

}  // namespace touchstone::intake
