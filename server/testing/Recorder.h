#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/catalogue/Catalogue.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/testing/TestStore.h"

namespace touchstone::testing {

/// A value that was judged and is to become the standing version of its test.
struct NewResult {
    LockedTest test;
    std::string value;
    catalogue::Judgement judgement;
    std::optional<std::int64_t> observation;   ///< nothing: typed
    std::string messageUid;                    ///< of the observation
    std::optional<std::string> reason;         ///< why it replaces another
};

/// How a value becomes a result, the same for people and instruments: judged against the limit of its item, written as
/// the next version, the test moved on, a line for the trail. Remembers items, which never change. Thread-safe.
class Recorder {
public:
    explicit Recorder(const Clock& clock) : clock_(clock) {}

    /// The items of those ids, each read from the database once.
    [[nodiscard]] std::map<TestItemId, catalogue::TestItem> items(db::ReadTransaction& tx, const std::vector<TestItemId>& ids);
    /// Writes the results and gives what to append to the trail, one entry a result.
    [[nodiscard]] std::vector<audit::Entry> record(db::WriteTransaction& tx, const Actor& actor, const std::vector<NewResult>& results);

private:
    const Clock& clock_;
    std::mutex mutex_;
    std::map<TestItemId, catalogue::TestItem> known_;
};

}  // namespace touchstone::testing
