#pragma once
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"

namespace touchstone::people {

/// A token as people speak of it: by the beginning of its hash.
struct MachineToken {
    std::string id, login, organisation, label;
    std::vector<std::string> scopes;  ///< portal, feed, intake (server/http/Scope.h)
    Instant createdAt, lastSeenAt, expiresAt;
};

struct NewMachineToken {
    std::string login, label;
    std::vector<std::string> scopes;
    std::chrono::hours life{0};
};

/// Tokens by which machines act for an account, for some purposes and some time. An administrator has those of all
/// accounts, an organisation's administrator those of its own organisation; others are Error(NotFound) to it. Safe to use
/// from many threads.
class MachineService {
public:
    MachineService(db::Database& database, const audit::Trail& trail, AccountService& accounts, const Clock& clock, Random& random)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock), random_(random) {}

    [[nodiscard]] std::vector<MachineToken> list(const Actor& actor);
    /// The token, 256 random bits, shown this once and stored only as its hash. An account may have 20. Only the scope of
    /// intake fits an account of the role instrument, and portal and feed one of the role regulator: Error(Invalid).
    [[nodiscard]] std::string issue(const Actor& actor, const NewMachineToken& wanted, const std::string& reason);
    /// Ends one at once (on other servers of the same database within 5 seconds).
    void revoke(const Actor& actor, const std::string& id, const std::string& reason);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    AccountService& accounts_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace touchstone::people
