#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/intake/ReplayService.h"

namespace touchstone::intake {

/// /intake/replays, /intake/set-asides and the corrections of a message.
[[nodiscard]] std::vector<http::Route> replayRoutes(ReplayService& replays);

}  // namespace touchstone::intake
