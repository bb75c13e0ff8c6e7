#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/BundleService.h"
#include "server/regulators/PortalService.h"

namespace touchstone::regulators {

/// Search, single download and the download ledger.
[[nodiscard]] std::vector<http::Route> portalRoutes(PortalService& service);
/// The terms of a search from the members of a body; what is wrong with them is noted there.
[[nodiscard]] PortalSearch readSearch(http::Fields& in);
/// Archives of many certificates, any part of which can be fetched again (Range, If-Range: RFC 9110 14).
[[nodiscard]] std::vector<http::Route> bundleRoutes(BundleService& service);

}  // namespace touchstone::regulators
