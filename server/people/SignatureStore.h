#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "server/core/Id.h"
#include "server/db/Database.h"
#include "server/people/Signature.h"

namespace touchstone::people::store {

/// Their ids in the order of the requests.
[[nodiscard]] std::vector<std::int64_t> insertSignatures(db::WriteTransaction& tx, PersonId person, Instant at,
                                                         const std::vector<SignatureRequest>& requests);
/// By id; not judged yet.
[[nodiscard]] std::map<std::int64_t, Signature> signatures(db::ReadTransaction& tx,
                                                           const std::vector<std::int64_t>& ids);

}  // namespace touchstone::people::store
