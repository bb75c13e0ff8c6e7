#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/RiskService.h"

namespace touchstone::regulators {

[[nodiscard]] std::vector<http::Route> riskRoutes(RiskService& service);

/// Members "failing": [{item, requirement, value, unit}] of an object that is being written.
void writeFailing(json::Writer& out, const std::vector<FailingItem>& items);

}  // namespace touchstone::regulators
