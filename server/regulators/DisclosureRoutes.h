#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/DisclosureService.h"

namespace touchstone::regulators {

/// Drafting and approval for regulators; what is published for anybody, within limits and to be kept by caches for a
/// minute.
[[nodiscard]] std::vector<http::Route> disclosureRoutes(DisclosureService& service);

}  // namespace touchstone::regulators
