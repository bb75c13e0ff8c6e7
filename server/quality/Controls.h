#pragma once
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/quality/QualityStore.h"

namespace touchstone::quality {

/// How a control value that an instrument sent becomes a point of its chart, for intake. Remembers for 5 seconds which
/// barcodes are control materials, so that a batch without any costs no query. Thread-safe.
class Controls {
public:
    explicit Controls(const Clock& clock) : clock_(clock) {}

    /// The board for a batch that names those specimens; locks the charts of the materials among them.
    [[nodiscard]] ControlBoard board(db::WriteTransaction& tx, const std::set<std::string>& specimens);
    /// Writes the points and gives what to append to the trail.
    [[nodiscard]] std::vector<audit::Entry> record(db::WriteTransaction& tx, const std::vector<NewControlResult>& results);

private:
    [[nodiscard]] std::shared_ptr<const ControlPlan> plan(db::ReadTransaction& tx, Date day);

    const Clock& clock_;
    std::mutex mutex_;
    std::shared_ptr<const ControlPlan> plan_;
    Instant until_{};
};

}  // namespace touchstone::quality
