#pragma once
#include <vector>

#include "server/certificates/ReleaseService.h"
#include "server/http/Router.h"

namespace touchstone::certificates {

/// What the authorised signatory does.
[[nodiscard]] std::vector<http::Route> releaseRoutes(ReleaseService& service);

}  // namespace touchstone::certificates
