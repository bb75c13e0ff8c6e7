#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/testing/ResultService.h"
#include "server/testing/ReviewService.h"
#include "server/testing/TestQueries.h"

namespace touchstone::testing {

/// /tests, /results and the steps of /reviews before release.
[[nodiscard]] std::vector<http::Route> testingRoutes(TestQueries& queries, ResultService& results, ReviewService& reviews);

}  // namespace touchstone::testing
