#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/FeedService.h"

namespace touchstone::regulators {

/// The change feed by cursor and as server-sent events (WHATWG HTML 9.2).
[[nodiscard]] std::vector<http::Route> feedRoutes(FeedService& service);

}  // namespace touchstone::regulators
