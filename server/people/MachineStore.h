#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on the tokens of machines: those with scopes. Only their SHA-256 is stored.
namespace touchstone::people::store {

struct MachineToken {
    std::string hash;
    std::string login, organisation, label, scopes;
    Instant created, lastSeen, expires;
};

void insertMachineToken(db::WriteTransaction& tx, const MachineToken& token, PersonId person);
/// Those that are still good; of one organisation, or of all. The oldest first.
[[nodiscard]] std::vector<MachineToken> machineTokens(db::ReadTransaction& tx, const std::optional<std::string>& organisation,
                                                      Instant now);

}  // namespace touchstone::people::store
