#include "server/intake/LateStore.h"

namespace touchstone::intake {
namespace {

constexpr db::InsertStatement kInsert{"late_insert", "INSERT INTO late_result (observation_id, test_id, value) VALUES", 3};
constexpr db::Statement kViews{
    "late_views",
    "SELECT o.id, o.reason, l.value, o.unit, o.flags, o.observed_at, m.received_at, m.uid, m.instrument, o.span_offset, o.span_length, "
    "t.id, t.version, t.status, s.number, p.name, i.name, i.requirement, r.version_no, r.value, r.verdict, q.name, r.source, r.at, "
    "n.uid, n.instrument, b.span_offset, b.span_length, d.decision, w.name, d.at, d.reason "
    "FROM late_result l JOIN observation o ON o.id = l.observation_id JOIN inbound_message m ON m.id = o.message_id "
    "JOIN test t ON t.id = l.test_id JOIN sample s ON s.id = t.sample_id JOIN product p ON p.id = s.product_id "
    "JOIN test_item i ON i.id = t.item_id LEFT JOIN result_version r ON r.id = t.result_id LEFT JOIN person q ON q.id = r.person_id "
    "LEFT JOIN observation b ON b.id = r.observation_id LEFT JOIN inbound_message n ON n.id = b.message_id "
    "LEFT JOIN late_decision d ON d.observation_id = l.observation_id LEFT JOIN person w ON w.id = d.person_id "
    "WHERE l.observation_id < ? AND (d.observation_id IS NOT NULL) = ? AND (? IS NULL OR s.number = ?) "
    "AND (o.reading = m.reading OR d.decision = 'take') ORDER BY l.observation_id DESC LIMIT ?"};
constexpr db::Statement kResults{
    "late_results",
    "SELECT l.observation_id, l.test_id, l.value, m.uid FROM late_result l JOIN observation o ON o.id = l.observation_id "
    "JOIN inbound_message m ON m.id = o.message_id AND m.reading = o.reading WHERE l.observation_id IN (??)"};
constexpr db::Statement kCarry{
    "late_carry",
    "INSERT IGNORE INTO late_decision (observation_id, decision, person_id, at, reason) "
    "SELECT n.observation_id, d.decision, d.person_id, d.at, d.reason FROM inbound_message m "
    "JOIN observation o ON o.message_id = m.id AND o.reading = m.reading JOIN late_result n ON n.observation_id = o.id "
    "JOIN observation p ON p.message_id = m.id AND p.reading < m.reading AND p.span_offset = o.span_offset AND p.span_length = o.span_length "
    "JOIN late_result l ON l.observation_id = p.id AND l.test_id = n.test_id AND l.value = n.value "
    "JOIN late_decision d ON d.observation_id = l.observation_id AND d.decision = 'dismiss' "
    "WHERE m.id IN (??) ORDER BY p.reading DESC"};
constexpr db::Statement kDecided{"late_decided", "SELECT observation_id FROM late_decision WHERE observation_id IN (??)"};
constexpr db::InsertStatement kDecide{
    "late_decide", "INSERT INTO late_decision (observation_id, decision, person_id, at, reason) VALUES", 5};

std::vector<db::Value> list(const std::vector<std::int64_t>& ids) { return {ids.begin(), ids.end()}; }

LateView toView(const db::Row& row) {
    LateView out{row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), instantFromSql(row.text(6)),
                 {row.text(7), row.text(8), row.integer(9), row.integer(10)}, {row.integer(11)}, row.integer(12), row.text(13),
                 row.text(14), row.text(15), row.text(16), row.text(17), {}, {}};
    if (!row.isNull(18)) {
        out.standing = LateView::Standing{row.integer(18), row.text(19), row.text(20), row.text(21), row.text(22), instantFromSql(row.text(23)), {}};
        if (!row.isNull(24)) out.standing->origin = Origin{row.text(24), row.text(25), row.integer(26), row.integer(27)};
    }
    if (!row.isNull(28)) out.decision = LateView::Decision{row.text(28), row.text(29), instantFromSql(row.text(30)), row.text(31)};
    return out;
}

}  // namespace

void insertLate(db::WriteTransaction& tx, const std::vector<NewLate>& late) {
    std::vector<db::Parameters> rows;
    for (const NewLate& one : late) rows.push_back({one.observation, one.test.value, one.value});
    tx.insert(kInsert, rows);
}

void carryDecisions(db::WriteTransaction& tx, const std::vector<std::int64_t>& messages) { tx.execute(kCarry, {}, list(messages)); }

std::vector<LateView> lateViews(db::ReadTransaction& tx, const LateFilter& filter) {
    const db::Value sample = db::orNull(filter.sample);
    std::vector<LateView> out;
    for (const db::Row& row : tx.query(kViews, {filter.after.value_or(INT64_MAX), std::int64_t{filter.decided}, sample, sample, filter.limit})) {
        out.push_back(toView(row));
    }
    return out;
}

std::vector<StoredLate> lateResults(db::ReadTransaction& tx, const std::vector<std::int64_t>& observations) {
    std::vector<StoredLate> out;
    for (const db::Row& row : tx.query(kResults, {}, list(observations))) {
        out.push_back({row.integer(0), {row.integer(1)}, row.text(2), row.text(3)});
    }
    return out;
}

std::vector<std::int64_t> decidedOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& observations) {
    std::vector<std::int64_t> out;
    for (const db::Row& row : tx.query(kDecided, {}, list(observations))) out.push_back(row.integer(0));
    return out;
}

void insertDecisions(db::WriteTransaction& tx, const std::vector<std::int64_t>& observations, const std::string& decision, PersonId person,
                     Instant at, const std::string& reason) {
    std::vector<db::Parameters> rows;
    for (const std::int64_t id : observations) rows.push_back({id, decision, person.value, toSql(at), reason});
    tx.insert(kDecide, rows);
}

}  // namespace touchstone::intake
