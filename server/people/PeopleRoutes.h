#pragma once
#include <vector>

#include "server/http/Router.h"
#include "server/people/Accounts.h"

namespace touchstone::people {

/// /sessions and /users.
[[nodiscard]] std::vector<http::Route> peopleRoutes(AccountService& accounts, bool secureCookies);

}  // namespace touchstone::people
