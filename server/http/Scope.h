#pragma once
#include <string>
#include <string_view>

/// What a token or a client certificate of a machine is good for, narrower than its account.
namespace touchstone::http {

/// Words by commas, each of: portal (all below /portal but the feed), feed (the change feed), intake (what gateways bring
/// and take). Anything of them may ask who it is: GET /sessions/current.
[[nodiscard]] bool allows(std::string_view scopes, std::string_view verb, std::string_view pattern);

}  // namespace touchstone::http
