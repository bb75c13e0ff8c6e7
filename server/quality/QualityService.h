#pragma once
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/quality/QualityStore.h"

namespace touchstone::quality {

/// Control charts as people see them. Thread-safe.
class QualityService {
public:
    QualityService(db::Database& database, const audit::Trail& trail, const Clock& clock) : database_(database), trail_(trail), clock_(clock) {}

    /// Any of the staff.
    [[nodiscard]] std::vector<ChartView> list(const Actor& actor);
    struct Detail {
        ChartView chart;
        std::vector<RuleView> rules;
        std::vector<PointView> points;   ///< newest first
    };
    /// Error(NotFound).
    [[nodiscard]] Detail chart(const Actor& actor, std::int64_t id, std::optional<std::int64_t> before, std::int64_t limit);
    /// What a person found out about points that break a rule. Roles technician, analyst, checker, quality_manager.
    /// All or nothing; Error(Invalid) names the ids that are no such points.
    void comment(const Actor& actor, const std::vector<std::int64_t>& points, const std::string& text);

private:
    [[nodiscard]] Date today() const { return Zone().dateOf(clock_.now()); }

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::quality
