#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/samples/SampleService.h"

namespace touchstone::samples {

/// /samples… and /labels.
[[nodiscard]] std::vector<http::Route> sampleRoutes(SampleService& service);

}  // namespace touchstone::samples
