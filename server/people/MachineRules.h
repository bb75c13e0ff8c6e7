#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/people/AccountStore.h"

/// What tokens and certificates of machines have in common.
namespace touchstone::people {

/// Whose machines the actor has; nothing: everybody's. Error(NoRight) unless it is an administrator of either kind.
[[nodiscard]] std::optional<std::string> organisationOf(const Actor& actor);
/// Scopes as they are stored, by commas, and back.
[[nodiscard]] std::string joined(const std::vector<std::string>& scopes);
[[nodiscard]] std::vector<std::string> parts(const std::string& scopes);
/// Intake needs an account of the role instrument, portal and feed one of the role regulator: Error(Invalid).
void refuseUnfit(const store::Person& person, const std::vector<std::string>& scopes);

}  // namespace touchstone::people
