#pragma once
#include <string>
#include <vector>

#include "server/http/Router.h"
#include "server/people/MachineService.h"

namespace touchstone::people {

[[nodiscard]] std::vector<http::Route> machineRoutes(MachineService& service);

/// `scopes` of a token or certificate, in and out.
[[nodiscard]] std::vector<std::string> scopesOf(http::Fields& in);
void writeScopes(json::Writer& out, const std::vector<std::string>& scopes);

}  // namespace touchstone::people
