#pragma once
#include <cstddef>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/regulators/OutcomeStore.h"

namespace touchstone::regulators {

/// Follows the change feed: what an issued certificate says is laid out for questions over all of them, a failing one
/// enters the risk list, one that is superseded or withdrawn counts no longer. Each publication is taken exactly once,
/// however often and from however many servers this is called. Safe to use from many threads.
class OutcomeService {
public:
    OutcomeService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    /// Takes all that waits; gives their number. A certificate whose frozen content cannot be read is logged and set
    /// aside with the reason (outcome_unread); it holds up none of the others.
    std::size_t follow();

private:
    std::size_t take();
    [[nodiscard]] std::vector<audit::Entry> openRisks(db::WriteTransaction& tx, const std::vector<Outcome>& outcomes,
                                                      const std::vector<Date>& days) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::regulators
