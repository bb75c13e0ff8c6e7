#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Disposal.h"
#include "server/db/Database.h"

namespace touchstone::certificates::store {

/// A sample that is to be disposed of.
struct DisposalSample {
    SampleId id;
    std::string status;  ///< of its tests: released when nothing is open
    bool listed;         ///< in another list, or disposed of
};
/// By number. Locks the samples and their certificates until the transaction ends, against a hold that is being set.
[[nodiscard]] std::map<std::string, DisposalSample> lockSamples(db::WriteTransaction& tx,
                                                                const std::vector<std::string>& numbers);

struct NewDisposalRow {
    SampleId sample;
    std::string retainUntil;
};
/// db::DuplicateKey (disposal_open) when one of the samples is in a list meanwhile.
[[nodiscard]] std::int64_t insertDisposal(db::WriteTransaction& tx, PersonId person, Instant at,
                                          const std::string& reason, const std::vector<NewDisposalRow>& rows);

/// With its rows, locked.
[[nodiscard]] std::optional<Disposal> lockDisposal(db::WriteTransaction& tx, std::int64_t id);
/// With its rows and its signature.
[[nodiscard]] std::optional<Disposal> disposal(db::ReadTransaction& tx, std::int64_t id);
/// Newest first, without rows.
[[nodiscard]] std::vector<Disposal> disposals(db::ReadTransaction& tx, const DisposalFilter& filter);

/// The rows fail, and their samples may stand in another list.
void fail(db::WriteTransaction& tx, const Disposal& disposal, const std::map<std::int64_t, Error>& refusals);
void approve(db::WriteTransaction& tx, const Disposal& disposal, const std::vector<std::int64_t>& places,
             PersonId person, Instant at, const std::string& reason, std::int64_t signature);
/// Its samples may stand in another list.
void refuse(db::WriteTransaction& tx, const Disposal& disposal, PersonId person, Instant at, const std::string& reason);
void dispose(db::WriteTransaction& tx, const Disposal& disposal, const std::vector<std::int64_t>& places,
             const DisposalAct& act, PersonId person, PersonId witness, Instant at);

}  // namespace touchstone::certificates::store
