#pragma once
#include <vector>

#include "server/audit/Trail.h"
#include "server/http/Router.h"

namespace touchstone::audit {

/// /trail, for quality managers and administrators.
[[nodiscard]] std::vector<http::Route> trailRoutes(db::Database& database);
/// `{items, next}` of entries as openapi.yaml says it.
[[nodiscard]] std::string trailJson(const std::vector<StoredEntry>& entries, std::optional<std::int64_t> next);

}  // namespace touchstone::audit
