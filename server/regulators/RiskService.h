#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/regulators/RiskStore.h"

namespace touchstone::regulators {

struct RiskList {
    std::vector<Risk> risks;
    std::map<std::string, std::int64_t> counts;  ///< by state, and "overdue"
    Date today;
};

/// The risk list: the laboratory tells a regulator of a failing certificate within the term, that regulator
/// acknowledges it and closes it with the measure taken. Rows arise by themselves (OutcomeService). Each act takes many
/// risks, all or none. Safe to use from many threads.
class RiskService {
public:
    RiskService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts, const Clock& clock)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock) {}

    /// Staff see all, a regulator its region; the filter's region is not asked.
    [[nodiscard]] RiskList list(const Actor& actor, RiskFilter filter);
    /// Those who may be told. Staff.
    [[nodiscard]] std::vector<Recipient> recipients(const Actor& actor);

    /// open → notified. Roles signatory, quality_manager. Error(Invalid) for unknown ones and for a recipient whose
    /// region is not one of the samples' regions or above them; Error(WrongState).
    void notify(const Actor& actor, const std::vector<std::int64_t>& ids, const std::string& organisation,
                const std::optional<std::string>& note);
    /// notified → acknowledged, by a person of the organisation that was told. Error(Invalid), Error(WrongState).
    void acknowledge(const Actor& actor, const std::vector<std::int64_t>& ids);
    /// acknowledged → closed, by the same organisation, by one electronic signature under each of them.
    /// Error(SignatureRefused), Error(AccountLocked).
    void close(const Actor& actor, const std::vector<std::int64_t>& ids, const std::string& measure,
               const std::string& password);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const Clock& clock_;
};

}  // namespace touchstone::regulators
