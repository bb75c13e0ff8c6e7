#pragma once
#include <vector>

#include "server/certificates/DisposalService.h"
#include "server/http/Router.h"

namespace touchstone::certificates {

[[nodiscard]] std::vector<http::Route> disposalRoutes(DisposalService& service);

}  // namespace touchstone::certificates
