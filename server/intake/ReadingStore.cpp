#include "server/intake/ReadingStore.h"

namespace touchstone::intake {
namespace {

constexpr db::InsertStatement kInsertReadings{
    "reading_insert",
    "INSERT INTO message_reading (message_id, version, instrument_id, mapping_version, at, person_id, reason, state, cause, detail, "
    "control_id, observations, imported) VALUES",
    13};
constexpr db::Statement kTakeNewest{
    "message_take_reading",
    "UPDATE inbound_message m JOIN message_reading r ON r.message_id = m.id "
    "AND r.version = (SELECT MAX(n.version) FROM message_reading n WHERE n.message_id = m.id) "
    "SET m.instrument_id = COALESCE(r.instrument_id, m.instrument_id), m.control_id = r.control_id, m.state = r.state, m.reason = r.cause, "
    "m.detail = r.detail, m.observations = r.observations, m.imported = r.imported, "
    "m.reading = IF(r.state = 'set_aside', m.reading, r.version) WHERE m.id IN (??)"};
constexpr db::Statement kLock{
    "message_lock",
    "SELECT m.id, m.uid, m.instrument, m.protocol, m.link_state, m.raw, m.state, m.reason, m.detail, m.control_id, m.observations, "
    "m.imported, m.reading, (SELECT MAX(r.version) FROM message_reading r WHERE r.message_id = m.id) "
    "FROM inbound_message m WHERE m.uid IN (??) ORDER BY m.id FOR UPDATE"};
constexpr db::Statement kImported{
    "message_imported_spans",
    "SELECT o.message_id, o.span_offset, o.span_length, o.test_id, r.value FROM observation o "
    "JOIN result_version r ON r.observation_id = o.id WHERE o.message_id IN (??)"};
constexpr db::Statement kCharted{
    "message_charted_spans",
    "SELECT o.message_id, o.span_offset, o.span_length, c.value FROM observation o "
    "JOIN control_result c ON c.observation_id = o.id WHERE o.message_id IN (??)"};
constexpr db::Statement kCorrections{
    "correction_all",
    "SELECT id, message_id, span_offset, span_length, was_specimen, was_code, specimen, code FROM message_correction "
    "WHERE message_id IN (??) ORDER BY id"};
constexpr db::InsertStatement kInsertCorrections{
    "correction_insert",
    "INSERT INTO message_correction (message_id, span_offset, span_length, was_specimen, was_code, specimen, code, person_id, at, reason) "
    "VALUES",
    10};
constexpr db::Statement kViews{
    "reading_views",
    "SELECT r.version, r.at, p.name, r.reason, r.mapping_version, r.state, r.cause, r.detail, r.observations, r.imported "
    "FROM message_reading r JOIN person p ON p.id = r.person_id WHERE r.message_id = ? ORDER BY r.version DESC"};

constexpr db::Statement kUnderstanding{
    "reading_understanding",
    "SELECT COALESCE(i.protocol, m.protocol), COALESCE(v.mapping, '') FROM message_reading r JOIN inbound_message m ON m.id = r.message_id "
    "LEFT JOIN instrument i ON i.id = r.instrument_id LEFT JOIN instrument_mapping v ON v.instrument_id = r.instrument_id "
    "AND v.version = r.mapping_version WHERE r.message_id = ? AND r.version = ?"};

std::vector<db::Value> list(const std::vector<std::int64_t>& ids) { return {ids.begin(), ids.end()}; }

}  // namespace

void insertReadings(db::WriteTransaction& tx, const std::vector<NewReading>& readings, PersonId person, Instant at) {
    std::vector<db::Parameters> rows;
    rows.reserve(readings.size());
    for (const NewReading& r : readings) {
        rows.push_back({r.message, r.version, db::orNull(r.instrument), db::orNull(r.mappingVersion), toSql(at), person.value, db::orNull(r.why),
                        r.state, db::orNull(r.cause), db::orNull(r.detail), r.controlId, r.observations, r.imported});
    }
    tx.insert(kInsertReadings, rows);
}

void takeNewestReadings(db::WriteTransaction& tx, const std::vector<std::int64_t>& messages) { tx.execute(kTakeNewest, {}, list(messages)); }

std::vector<StoredMessage> lockMessages(db::WriteTransaction& tx, const std::vector<std::string>& uids) {
    std::vector<StoredMessage> out;
    for (const db::Row& row : tx.query(kLock, {}, {uids.begin(), uids.end()})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.optionalText(7),
                       row.optionalText(8), row.text(9), row.integer(10), row.integer(11), row.integer(12), row.integer(13)});
    }
    return out;
}

std::vector<ImportedSpan> importedSpans(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages) {
    std::vector<ImportedSpan> out;
    for (const db::Row& row : tx.query(kImported, {}, list(messages))) {
        out.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.text(4)});
    }
    return out;
}

std::vector<ChartedSpan> chartedSpans(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages) {
    std::vector<ChartedSpan> out;
    for (const db::Row& row : tx.query(kCharted, {}, list(messages))) {
        out.push_back({row.integer(0), row.integer(1), row.integer(2), row.text(3)});
    }
    return out;
}

std::vector<Correction> corrections(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages) {
    std::vector<Correction> out;
    for (const db::Row& row : tx.query(kCorrections, {}, list(messages))) {
        out.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.text(4), row.text(5), row.text(6), row.text(7)});
    }
    return out;
}

void insertCorrections(db::WriteTransaction& tx, const std::vector<Correction>& corrections, PersonId person, Instant at,
                       const std::string& reason) {
    std::vector<db::Parameters> rows;
    for (const Correction& c : corrections) {
        rows.push_back({c.message, c.offset, c.length, c.wasSpecimen, c.wasCode, c.specimen, c.code, person.value, toSql(at), reason});
    }
    tx.insert(kInsertCorrections, rows);
}

std::vector<ReadingView> readingViews(db::ReadTransaction& tx, std::int64_t message) {
    std::vector<ReadingView> out;
    for (const db::Row& row : tx.query(kViews, {message})) {
        out.push_back({row.integer(0), instantFromSql(row.text(1)), row.text(2), row.optionalText(3), row.optionalInteger(4), row.text(5),
                       row.optionalText(6), row.optionalText(7), row.integer(8), row.integer(9)});
    }
    return out;
}

Understanding understandingOf(db::ReadTransaction& tx, std::int64_t message, std::int64_t reading) {
    const auto rows = tx.query(kUnderstanding, {message, reading});
    return rows.empty() ? Understanding{} : Understanding{rows.front().text(0), rows.front().text(1)};
}

}  // namespace touchstone::intake
