#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/SeriesService.h"

namespace touchstone::intake {

/// /intake/messages/{uid}/series and what lies below it.
[[nodiscard]] std::vector<http::Route> seriesRoutes(SeriesService& series);

}  // namespace touchstone::intake
