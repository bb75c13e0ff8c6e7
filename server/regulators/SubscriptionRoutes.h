#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/SubscriptionService.h"

namespace touchstone::regulators {

/// sending: whether this server sends mail at all.
[[nodiscard]] std::vector<http::Route> subscriptionRoutes(SubscriptionService& service, bool sending);

}  // namespace touchstone::regulators
