#pragma once
#include "server/certificates/Scope.h"
#include "server/db/Database.h"

namespace touchstone::certificates::store {

/// The tests of the samples that are in a scope on that day, ordered.
[[nodiscard]] std::vector<ScopeHit> scopeHits(db::ReadTransaction& tx, const std::vector<SampleId>& samples, Date day);
/// The rules of that day.
[[nodiscard]] PartlyMarked markRules(db::ReadTransaction& tx, Date day);

}  // namespace touchstone::certificates::store
