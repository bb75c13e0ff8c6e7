#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"
#include "server/quality/ControlBoard.h"

/// All SQL on control samples and their charts. Materials, charts and targets are written by the import of an institute.
namespace touchstone::quality {

/// Barcodes of the materials in force, and whether any chart of theirs is set to block.
struct ControlPlan {
    std::set<std::string> codes;
    bool blocking = false;
};
[[nodiscard]] ControlPlan controlPlan(db::ReadTransaction& tx, Date day);

/// Locks the charts of those materials in order of id.
[[nodiscard]] std::vector<LockedChart> lockCharts(db::WriteTransaction& tx, const std::set<std::string>& codes, Date day);
/// The rules in force, in the order of their rows.
[[nodiscard]] std::vector<ControlRule> controlRules(db::ReadTransaction& tx, Date day);
/// The last points of each chart, as many as asked for, oldest first.
void addHistory(db::ReadTransaction& tx, std::vector<LockedChart>& charts, std::size_t points);
[[nodiscard]] ControlBoard::Blocking blockingCharts(db::ReadTransaction& tx, Date day);

/// Writes the points and moves their charts on.
void insertControls(db::WriteTransaction& tx, const std::vector<NewControlResult>& results, Instant at);

struct ChartView {
    std::int64_t id;
    std::string material;
    std::string lot;
    std::string name;
    std::string instrument;
    std::string instrumentName;
    std::string analyte;
    std::string analyteName;
    std::string unit;
    bool blocking;
    bool failing;
    std::int64_t points;
    std::int64_t open;                       ///< points that break a rule and that nobody commented on
    std::optional<std::string> value;        ///< of the last point
    std::optional<Instant> at;
    std::optional<std::string> mean;         ///< of the target in force
    std::optional<std::string> sd;
    std::optional<bool> verified;
    std::optional<std::string> source;
};
/// Charts of materials in force, those that need a person first; with `id` that one, in force or not.
[[nodiscard]] std::vector<ChartView> chartViews(db::ReadTransaction& tx, Date day, std::optional<std::int64_t> id = std::nullopt);

struct ControlComment {
    std::string person;
    Instant at;
    std::string text;
};
struct PointView {
    std::int64_t id;
    std::int64_t ordinal;
    std::string value;
    std::string mean;
    std::string sd;
    Instant at;
    std::string message;                     ///< its uid
    std::string observedAt;                  ///< as sent
    std::int64_t spanOffset;
    std::int64_t spanLength;
    std::vector<Violation> violations;
    std::vector<ControlComment> comments;
};
/// Newest first; with `before`, those of smaller ordinal.
[[nodiscard]] std::vector<PointView> pointViews(db::ReadTransaction& tx, std::int64_t chart, std::optional<std::int64_t> before, std::int64_t limit);

struct RuleView {
    ControlRule rule;
    bool verified;
    std::string source;
};
[[nodiscard]] std::vector<RuleView> ruleViews(db::ReadTransaction& tx, Date day);

/// A point that breaks a rule, with what the trail calls it.
struct BrokenPoint {
    std::int64_t id;
    std::string subject;
    std::int64_t ordinal;
};
/// Of the given ids those that are points which break a rule.
[[nodiscard]] std::vector<BrokenPoint> violatingPoints(db::ReadTransaction& tx, const std::vector<std::int64_t>& ids);
void insertComments(db::WriteTransaction& tx, const std::vector<BrokenPoint>& points, PersonId person, Instant at, const std::string& text);

}  // namespace touchstone::quality
