#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/HistoryService.h"

namespace touchstone::regulators {

[[nodiscard]] std::vector<http::Route> historyRoutes(HistoryService& service);

}  // namespace touchstone::regulators
