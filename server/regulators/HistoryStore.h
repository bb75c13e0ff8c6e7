#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/db/Database.h"
#include "server/regulators/Cluster.h"
#include "server/regulators/RiskStore.h"

namespace touchstone::regulators {

/// Of whom a history is: a maker by name, or a product by code.
struct Subject {
    enum class Kind : std::uint8_t { Maker, Product };
    Kind kind;
    std::string key;
};

/// Something that a history may be asked of, as a search finds it.
struct FoundSubject {
    std::string key, name;
    std::int64_t certificates = 0, failing = 0;
};

/// Standing certificates of a year.
struct HistoryYear {
    std::int64_t year = 0, certificates = 0, failing = 0;
};

struct HistoryEntry {
    std::int64_t id;  ///< of the certificate
    std::string certificate, status, laboratory, productName, batchNo, maker, businessKind, regionCode, issuedOn,
        verdict;
    std::vector<FailingItem> failing;
};

/// What groups are formed of.
enum class ClusterBy : std::uint8_t { maker, batch, analyte };

/// Whole months, both included, by their first days.
struct Window {
    Date first, last;
};

/// SQL of histories and clusters. region: this one and those below it, empty for all.
namespace store {

/// At most 20, those with the most certificates first.
[[nodiscard]] std::vector<FoundSubject> subjects(db::ReadTransaction& tx, Subject::Kind kind, const std::string& part,
                                                 const std::string& region);
[[nodiscard]] std::vector<HistoryYear> years(db::ReadTransaction& tx, const Subject& subject,
                                             const std::string& region);
/// Newest first, superseded and withdrawn ones among them.
[[nodiscard]] std::vector<HistoryEntry> history(db::ReadTransaction& tx, const Subject& subject,
                                                const std::string& region, std::optional<std::int64_t> after,
                                                std::int64_t limit);

/// All groups, from outcome_tally; of batches those with a failing test, from the failing certificates.
[[nodiscard]] std::vector<Count> counts(db::ReadTransaction& tx, ClusterBy by, const Window& window,
                                        const std::string& region);
[[nodiscard]] std::map<std::int64_t, std::string> analyteNames(db::ReadTransaction& tx,
                                                               const std::vector<std::int64_t>& ids);

}  // namespace store
}  // namespace touchstone::regulators
