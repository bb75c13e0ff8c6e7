#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/people/MachineService.h"

namespace touchstone::people {

[[nodiscard]] std::vector<http::Route> machineRoutes(MachineService& service);

}  // namespace touchstone::people
