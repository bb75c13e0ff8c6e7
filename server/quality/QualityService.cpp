#include "server/quality/QualityService.h"

#include <set>

#include "server/core/Error.h"
#include "server/core/Json.h"

namespace touchstone::quality {
namespace {

/// Tells which ids are unknown or stand twice.
void requireAll(const std::vector<std::int64_t>& ids, const std::vector<BrokenPoint>& found) {
    std::set<std::int64_t> known;
    for (const BrokenPoint& point : found) known.insert(point.id);
    std::vector<FieldError> faults;
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string field = "points." + std::to_string(i);
        if (!known.contains(ids[i])) faults.push_back({field, ErrorCode::NotKnown, {std::to_string(ids[i])}, i});
        if (!seen.insert(ids[i]).second) faults.push_back({field, ErrorCode::Duplicate, {}, i});
    }
    if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, faults);
}

}  // namespace

std::vector<ChartView> QualityService::list(const Actor& actor) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return chartViews(tx, today()); });
}

QualityService::Detail QualityService::chart(const Actor& actor, std::int64_t id, std::optional<std::int64_t> before, std::int64_t limit) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        auto charts = chartViews(tx, today(), id);
        if (charts.empty()) throw Error(ErrorCode::NotFound, {"chart", std::to_string(id)});
        return Detail{std::move(charts.front()), ruleViews(tx, today()), pointViews(tx, id, before, limit)};
    });
}

void QualityService::comment(const Actor& actor, const std::vector<std::int64_t>& ids, const std::string& text) {
    actor.require({Role::technician, Role::analyst, Role::checker, Role::quality_manager});
    database_.write([&](db::WriteTransaction& tx) {
        const auto points = violatingPoints(tx, ids);
        requireAll(ids, points);
        insertComments(tx, points, actor.id, clock_.now(), text);
        std::vector<audit::Entry> entries;
        for (const BrokenPoint& point : points) {
            json::Writer after;
            after.beginObject().field("ordinal", point.ordinal).field("comment", text).endObject();
            entries.push_back({"control.comment", "control", point.subject, {}, after.take(), {}});
        }
        trail_.append(tx, actor, entries);
    });
}

}  // namespace touchstone::quality
