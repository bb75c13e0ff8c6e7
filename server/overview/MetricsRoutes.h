#pragma once
#include <vector>

#include "server/certificates/Issuing.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/http/Router.h"

namespace touchstone::overview {

/// GET /metrics in Prometheus' text format. For administrators and for programs: a scraper gets an account of its own with
/// the role instrument, which signs in by token only and may read nothing else.
[[nodiscard]] std::vector<http::Route> metricsRoutes(db::Database& database, const Clock& clock,
                                                     const certificates::Issuing& issuing);

}  // namespace touchstone::overview
