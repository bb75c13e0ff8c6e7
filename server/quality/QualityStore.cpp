#include "server/quality/QualityStore.h"

#include <algorithm>

namespace touchstone::quality {
namespace {

#define TOUCHSTONE_IN_FORCE "m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to >= ?) "

constexpr db::Statement kPlan{
    "control_plan",
    "SELECT m.code, COALESCE(MAX(c.blocking), 0) FROM control_material m LEFT JOIN control_chart c ON c.material_id = m.id "
    "WHERE " TOUCHSTONE_IN_FORCE "GROUP BY m.code"};
// Only the charts are locked: the rows of instruments are met by every message.
constexpr db::Statement kLock{
    "control_chart_lock",
    "SELECT c.id FROM control_chart c WHERE c.material_id IN (SELECT m.id FROM control_material m WHERE m.code IN (??)) "
    "ORDER BY c.id FOR UPDATE"};
constexpr db::Statement kLocked{
    "control_chart_locked",
    "SELECT c.id, m.code, m.lot, c.instrument_id, c.analyte_id, i.code, a.code, c.unit, c.blocking, c.points, c.failing, t.mean, t.sd "
    "FROM control_material m JOIN control_chart c ON c.material_id = m.id JOIN instrument i ON i.id = c.instrument_id "
    "JOIN analyte a ON a.id = c.analyte_id LEFT JOIN control_target t ON t.chart_id = c.id AND t.valid_from <= ? "
    "AND (t.valid_to IS NULL OR t.valid_to >= ?) WHERE " TOUCHSTONE_IN_FORCE
    "AND m.code IN (??) ORDER BY c.id, t.valid_from DESC"};
constexpr db::Statement kRules{
    "control_rules",
    "SELECT code, pattern, points, beyond, severity, verified, source FROM control_rule WHERE effective_from <= ? "
    "AND (effective_to IS NULL OR effective_to >= ?) ORDER BY id"};
constexpr db::Statement kHistory{
    "control_history",
    "SELECT r.chart_id, r.value, r.mean, r.sd FROM control_chart c JOIN control_result r ON r.chart_id = c.id "
    "AND r.ordinal > c.points - ? WHERE c.id IN (??) ORDER BY r.chart_id, r.ordinal"};
constexpr db::Statement kBlocking{
    "control_blocking",
    "SELECT c.instrument_id, c.analyte_id, c.id FROM control_chart c JOIN control_material m ON m.id = c.material_id "
    "WHERE c.blocking AND c.failing AND " TOUCHSTONE_IN_FORCE};
constexpr db::InsertStatement kInsertResults{
    "control_result_insert", "INSERT INTO control_result (chart_id, ordinal, observation_id, value, mean, sd, at) VALUES", 7};
constexpr db::InsertStatement kInsertViolations{
    "control_violation_insert", "INSERT INTO control_violation (result_id, rule, severity) VALUES", 3};
constexpr db::Statement kMoveOn{
    "control_chart_move",
    "UPDATE control_chart c JOIN (SELECT chart_id, MAX(ordinal) AS last FROM control_result WHERE chart_id IN (??) GROUP BY chart_id) n "
    "ON n.chart_id = c.id SET c.points = n.last, c.failing = EXISTS (SELECT 1 FROM control_result r JOIN control_violation v "
    "ON v.result_id = r.id WHERE r.chart_id = c.id AND r.ordinal = n.last AND v.severity = 'reject')"};
constexpr db::Statement kCharts{
    "control_charts",
    "SELECT c.id, m.code, m.lot, m.name, i.code, i.name, a.code, a.name, c.unit, c.blocking, c.failing, c.points, "
    "(SELECT COUNT(DISTINCT r.id) FROM control_result r JOIN control_violation v ON v.result_id = r.id "
    "LEFT JOIN control_comment k ON k.result_id = r.id WHERE r.chart_id = c.id AND k.id IS NULL) AS open, l.value, l.at, t.mean, t.sd, "
    "t.verified, t.source FROM control_chart c JOIN control_material m ON m.id = c.material_id "
    "JOIN instrument i ON i.id = c.instrument_id JOIN analyte a ON a.id = c.analyte_id "
    "LEFT JOIN control_result l ON l.chart_id = c.id AND l.ordinal = c.points "
    "LEFT JOIN control_target t ON t.id = (SELECT n.id FROM control_target n WHERE n.chart_id = c.id AND n.valid_from <= ? "
    "AND (n.valid_to IS NULL OR n.valid_to >= ?) ORDER BY n.valid_from DESC LIMIT 1) "
    "WHERE IF(? IS NULL, " TOUCHSTONE_IN_FORCE ", c.id = ?) ORDER BY c.failing DESC, open > 0 DESC, i.code, a.code, m.code, m.lot"};
constexpr db::Statement kPoints{
    "control_points",
    "SELECT r.id, r.ordinal, r.value, r.mean, r.sd, r.at, g.uid, o.observed_at, o.span_offset, o.span_length FROM control_result r "
    "JOIN observation o ON o.id = r.observation_id JOIN inbound_message g ON g.id = o.message_id "
    "WHERE r.chart_id = ? AND r.ordinal < ? ORDER BY r.ordinal DESC LIMIT ?"};
constexpr db::Statement kViolations{
    "control_violations", "SELECT result_id, rule, severity FROM control_violation WHERE result_id IN (??) ORDER BY rule"};
constexpr db::Statement kComments{
    "control_comments",
    "SELECT k.result_id, p.name, k.at, k.text FROM control_comment k JOIN person p ON p.id = k.person_id "
    "WHERE k.result_id IN (??) ORDER BY k.id"};
constexpr db::Statement kViolating{
    "control_violating",
    "SELECT DISTINCT r.id, CONCAT(m.code, '/', i.code, '/', a.code), r.ordinal FROM control_result r "
    "JOIN control_violation v ON v.result_id = r.id JOIN control_chart c ON c.id = r.chart_id "
    "JOIN control_material m ON m.id = c.material_id JOIN instrument i ON i.id = c.instrument_id "
    "JOIN analyte a ON a.id = c.analyte_id WHERE r.id IN (??) ORDER BY r.id"};
constexpr db::InsertStatement kInsertComments{
    "control_comment_insert", "INSERT INTO control_comment (result_id, person_id, at, text) VALUES", 4};
#undef TOUCHSTONE_IN_FORCE

RuleView toRule(const db::Row& row) {
    return {{row.text(0), row.text(1) == "same_side" ? Pattern::SameSide : Pattern::OppositeSides,
             static_cast<std::size_t>(row.integer(2)), Decimal::of(row.text(3)),
             row.text(4) == "warning" ? Severity::Warning : Severity::Reject},
            row.flag(5),
            row.text(6)};
}

LockedChart toChart(const db::Row& row) {
    LockedChart chart;
    chart.id = row.integer(0);
    chart.material = row.text(1);
    chart.lot = row.text(2);
    chart.instrument = row.integer(3);
    chart.analyte = row.integer(4);
    chart.instrumentCode = row.text(5);
    chart.analyteCode = row.text(6);
    chart.unit = row.text(7);
    chart.blocking = row.flag(8);
    chart.points = row.integer(9);
    chart.failing = row.flag(10);
    if (!row.isNull(11)) chart.target = {Decimal::of(row.text(11)), Decimal::of(row.text(12))};
    return chart;
}

}  // namespace

ControlPlan controlPlan(db::ReadTransaction& tx, Date day) {
    const std::string today = toText(day);
    ControlPlan out;
    for (const db::Row& row : tx.query(kPlan, {today, today})) {
        out.codes.insert(row.text(0));
        out.blocking = out.blocking || row.flag(1);
    }
    return out;
}

std::vector<LockedChart> lockCharts(db::WriteTransaction& tx, const std::set<std::string>& codes, Date day) {
    const std::string today = toText(day);
    const std::vector<db::Value> names(codes.begin(), codes.end());
    static_cast<void>(tx.query(kLock, {}, names));
    std::vector<LockedChart> out;
    for (const db::Row& row : tx.query(kLocked, {today, today, today, today}, names)) {
        // Of two targets in force the newer stands first.
        if (out.empty() || out.back().id != row.integer(0)) out.push_back(toChart(row));
    }
    return out;
}

std::vector<ControlRule> controlRules(db::ReadTransaction& tx, Date day) {
    std::vector<ControlRule> out;
    for (RuleView& view : ruleViews(tx, day)) out.push_back(std::move(view.rule));
    return out;
}

std::vector<RuleView> ruleViews(db::ReadTransaction& tx, Date day) {
    const std::string today = toText(day);
    std::vector<RuleView> out;
    for (const db::Row& row : tx.query(kRules, {today, today})) out.push_back(toRule(row));
    return out;
}

void addHistory(db::ReadTransaction& tx, std::vector<LockedChart>& charts, std::size_t points) {
    std::vector<db::Value> ids;
    std::map<std::int64_t, LockedChart*> byId;
    for (LockedChart& chart : charts) {
        ids.emplace_back(chart.id);
        byId.emplace(chart.id, &chart);
    }
    for (const db::Row& row : tx.query(kHistory, {static_cast<std::int64_t>(points)}, ids)) {
        byId.at(row.integer(0))->history.push_back({Decimal::of(row.text(1)), Decimal::of(row.text(2)), Decimal::of(row.text(3))});
    }
}

ControlBoard::Blocking blockingCharts(db::ReadTransaction& tx, Date day) {
    const std::string today = toText(day);
    ControlBoard::Blocking out;
    for (const db::Row& row : tx.query(kBlocking, {today, today})) out.insert({row.integer(0), row.integer(1), row.integer(2)});
    return out;
}

void insertControls(db::WriteTransaction& tx, const std::vector<NewControlResult>& results, Instant at) {
    std::vector<db::Parameters> rows;
    for (const NewControlResult& r : results) {
        rows.push_back({r.chart, r.ordinal, r.observation, r.point.value.text(), r.point.mean.text(), r.point.sd.text(), toSql(at)});
    }
    const auto ids = tx.insertReturningIds(kInsertResults, rows);
    std::vector<db::Parameters> broken;
    for (std::size_t i = 0; i < results.size(); ++i) {
        for (const Violation& one : results[i].violations) broken.push_back({ids[i], one.rule, std::string(name(one.severity))});
    }
    tx.insert(kInsertViolations, broken);
    std::set<std::int64_t> charts;
    for (const NewControlResult& result : results) charts.insert(result.chart);
    tx.execute(kMoveOn, {}, {charts.begin(), charts.end()});
}

std::vector<ChartView> chartViews(db::ReadTransaction& tx, Date day, std::optional<std::int64_t> id) {
    const std::string today = toText(day);
    const db::Value one = db::orNull(id);
    std::vector<ChartView> out;
    for (const db::Row& row : tx.query(kCharts, {today, today, one, today, today, one})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7),
                       row.text(8), row.flag(9), row.flag(10), row.integer(11), row.integer(12), row.optionalText(13),
                       row.isNull(14) ? std::nullopt : std::optional(instantFromSql(row.text(14))), row.optionalText(15),
                       row.optionalText(16), row.isNull(17) ? std::nullopt : std::optional(row.flag(17)), row.optionalText(18)});
    }
    return out;
}

std::vector<PointView> pointViews(db::ReadTransaction& tx, std::int64_t chart, std::optional<std::int64_t> before, std::int64_t limit) {
    std::vector<PointView> out;
    std::vector<db::Value> ids;
    std::map<std::int64_t, std::size_t> places;
    for (const db::Row& row : tx.query(kPoints, {chart, before.value_or(INT32_MAX), limit})) {
        places.emplace(row.integer(0), out.size());
        ids.emplace_back(row.integer(0));
        out.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), instantFromSql(row.text(5)), row.text(6),
                       row.text(7), row.integer(8), row.integer(9), {}, {}});
    }
    for (const db::Row& row : tx.query(kViolations, {}, ids)) {
        const Severity severity = row.text(2) == "warning" ? Severity::Warning : Severity::Reject;
        out[places.at(row.integer(0))].violations.push_back({row.text(1), severity});
    }
    for (const db::Row& row : tx.query(kComments, {}, ids)) {
        out[places.at(row.integer(0))].comments.push_back({row.text(1), instantFromSql(row.text(2)), row.text(3)});
    }
    return out;
}

std::vector<BrokenPoint> violatingPoints(db::ReadTransaction& tx, const std::vector<std::int64_t>& ids) {
    std::vector<BrokenPoint> out;
    for (const db::Row& row : tx.query(kViolating, {}, {ids.begin(), ids.end()})) {
        out.push_back({row.integer(0), row.text(1), row.integer(2)});
    }
    return out;
}

void insertComments(db::WriteTransaction& tx, const std::vector<BrokenPoint>& points, PersonId person, Instant at, const std::string& text) {
    std::vector<db::Parameters> rows;
    for (const BrokenPoint& point : points) rows.push_back({point.id, person.value, toSql(at), text});
    tx.insert(kInsertComments, rows);
}

}  // namespace touchstone::quality
