#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/regulators/HistoryStore.h"

namespace touchstone::regulators {

struct History {
    std::string name;  ///< of the maker, or of the product as its newest certificate says it
    std::vector<HistoryYear> years;
    std::vector<HistoryEntry> entries;
};

struct Clusters {
    Window window;
    std::size_t compared;  ///< groups with a failing test, of which the list shows the first
    std::vector<Cluster> clusters;
    std::map<std::int64_t, std::string> analytes;  ///< names
};

/// What certificates say of makers and products over all laboratories, and where failing tests stand closer together
/// than elsewhere. Staff see all, a regulator its region. Safe to use from many threads.
class HistoryService {
public:
    HistoryService(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    [[nodiscard]] std::vector<FoundSubject> subjects(const Actor& actor, Subject::Kind kind, const std::string& part);
    /// Error(NotFound) when no certificate that the actor may see speaks of it.
    [[nodiscard]] History history(const Actor& actor, const Subject& subject, std::optional<std::int64_t> after,
                                  std::int64_t limit);
    /// Over the last `months` months, the current one among them; the most unusual first. A maker or a batch is
    /// compared with all other tests of the same analyte, an analyte with all tests of the others.
    [[nodiscard]] Clusters clusters(const Actor& actor, ClusterBy by, int months, std::size_t most);

private:
    db::Database& database_;
    const Clock& clock_;
};

}  // namespace touchstone::regulators
