#pragma once
#include <vector>

#include "server/certificates/Issuing.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/http/Router.h"

namespace touchstone::overview {

/// /overview, for any of the staff.
[[nodiscard]] std::vector<http::Route> overviewRoutes(db::Database& database, const Clock& clock,
                                                      const certificates::Issuing& issuing);

}  // namespace touchstone::overview
