#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/quality/QualityService.h"

namespace touchstone::quality {

/// /quality/charts and /quality/comments.
[[nodiscard]] std::vector<http::Route> qualityRoutes(QualityService& quality);

}  // namespace touchstone::quality
