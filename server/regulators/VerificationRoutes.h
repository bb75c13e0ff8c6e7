#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/regulators/VerificationService.h"

namespace touchstone::regulators {

/// Open to anybody, within limits that make trying numbers slow.
[[nodiscard]] std::vector<http::Route> verificationRoutes(VerificationService& service);

}  // namespace touchstone::regulators
