#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/db/Database.h"
#include "server/regulators/Outcome.h"

namespace touchstone::regulators {

/// A publication that was not taken yet.
struct Pending {
    std::int64_t position;  ///< in the change feed
    std::string kind;  ///< issued, superseded, withdrawn
    Instant at;
    CertificateId certificate;
    Instant releasedAt;
    std::string frozen;
    std::optional<std::string> problem = {};  ///< why it could not be read
};

/// A failing certificate as it enters the risk list.
struct NewRisk {
    CertificateId certificate;
    std::optional<RiskTerm> term;
};

/// SQL of what follows the publications.
namespace store {

/// Whether any publication waits; looks at what lies behind the cursor only.
[[nodiscard]] bool anyPending(db::ReadTransaction& tx);
/// Locks the cursor until the transaction ends, so that one follower works at a time, and gives the oldest that wait.
[[nodiscard]] std::vector<Pending> lockPending(db::WriteTransaction& tx, std::int64_t limit);
/// Moves the cursor over them, of which there is at least one; those with a problem are set aside.
void markTaken(db::WriteTransaction& tx, const std::vector<Pending>& taken);

/// Analyte ids of the items of products: by edition, product code and seq.
using ItemKey = std::tuple<std::string, std::string, std::int64_t>;
[[nodiscard]] std::map<ItemKey, std::int64_t> analytes(db::ReadTransaction& tx,
                                                       const std::vector<std::string>& products);

void insertOutcomes(db::WriteTransaction& tx, const std::vector<Outcome>& outcomes);
/// Those of the certificates that stand no longer, from now on; gives those that stood until now.
[[nodiscard]] std::vector<CertificateId> endStanding(db::WriteTransaction& tx, const std::vector<CertificateId>& ids);
/// With their items, as they were stored.
[[nodiscard]] std::vector<Outcome> outcomes(db::ReadTransaction& tx, const std::vector<CertificateId>& ids);
void addTallies(db::WriteTransaction& tx, const std::map<TallyKey, Tally>& tallies);
void insertRisks(db::WriteTransaction& tx, const std::vector<NewRisk>& risks, Instant at);

}  // namespace store
}  // namespace touchstone::regulators
