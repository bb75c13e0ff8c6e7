#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/db/Database.h"
#include "server/regulators/Disclosure.h"

/// SQL of disclosures.
namespace touchstone::regulators::store {

/// Issued certificates of supervision sampling that the organisation has in no draft or published issue; newest first.
[[nodiscard]] std::vector<DisclosureRow> candidates(db::ReadTransaction& tx, const CandidateFilter& filter);
/// Those of the numbers that are candidates of the region, ordered by product, maker, batch.
[[nodiscard]] std::vector<DisclosureRow> candidatesByNumber(db::ReadTransaction& tx, const CandidateFilter& filter,
                                                            const std::vector<std::string>& numbers);

[[nodiscard]] std::int64_t insertDraft(db::WriteTransaction& tx, const std::string& organisation,
                                       const std::string& title, PersonId by, Instant at,
                                       const std::vector<DisclosureRow>& rows);
/// Locks it until the transaction ends; nothing when the organisation has none of that id.
[[nodiscard]] std::optional<Disclosure> lockDisclosure(db::WriteTransaction& tx, std::int64_t id,
                                                       const std::string& organisation);
void publish(db::WriteTransaction& tx, std::int64_t id, PersonId by, Instant at, std::int64_t year,
             std::int64_t issueNo, std::int64_t signature);
void discard(db::WriteTransaction& tx, std::int64_t id, PersonId by, Instant at, const std::string& reason);

/// Newest first. organisation: only its own; without one, only those that are published, of all.
[[nodiscard]] std::vector<Disclosure> disclosures(db::ReadTransaction& tx,
                                                  const std::optional<std::string>& organisation,
                                                  std::optional<std::int64_t> after, std::int64_t limit);
[[nodiscard]] std::optional<Disclosure> disclosure(db::ReadTransaction& tx, std::int64_t id,
                                                   const std::optional<std::string>& organisation);
/// In order, with what has become of their certificates since.
[[nodiscard]] std::vector<DisclosureRow> disclosureRows(db::ReadTransaction& tx, std::int64_t id,
                                                        const RowFilter& filter);

}  // namespace touchstone::regulators::store
