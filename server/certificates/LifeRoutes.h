#pragma once
#include <vector>

#include "server/certificates/LifeService.h"
#include "server/http/Router.h"

namespace touchstone::certificates {

[[nodiscard]] std::vector<http::Route> lifeRoutes(LifeService& service);

}  // namespace touchstone::certificates
