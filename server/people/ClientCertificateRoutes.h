#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/people/ClientCertificateService.h"

namespace touchstone::people {

[[nodiscard]] std::vector<http::Route> clientCertificateRoutes(ClientCertificateService& service);

}  // namespace touchstone::people
