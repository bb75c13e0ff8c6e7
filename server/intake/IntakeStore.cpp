#include "server/intake/IntakeStore.h"

namespace touchstone::intake {
namespace {

constexpr db::Statement kInstruments{"instrument_all",
                                      "SELECT i.id, i.code, i.protocol, COALESCE(m.mapping, ''), i.enabled, COALESCE(m.version, 0) FROM instrument i "
                                      "LEFT JOIN instrument_mapping m ON m.instrument_id = i.id AND m.version = "
                                      "(SELECT MAX(n.version) FROM instrument_mapping n WHERE n.instrument_id = i.id)"};
constexpr db::Statement kAnalytes{"instrument_analytes", "SELECT instrument_id, code, analyte_id, unit FROM instrument_analyte"};
constexpr db::Statement kScopes{"intake_scopes",
                                "SELECT g.person_id, i.code FROM gateway_instrument g JOIN instrument i ON i.id = g.instrument_id"};
constexpr db::Statement kKnownUids{"message_known", "SELECT uid FROM inbound_message WHERE uid IN (??)"};
constexpr db::Statement kKnownSamples{"sample_known", "SELECT number FROM sample WHERE number IN (??)"};
constexpr db::InsertStatement kInsertMessages{
    "message_insert",
    "INSERT INTO inbound_message (uid, instrument_id, instrument, protocol, person_id, received_at, stored_at, sha256, raw, "
    "control_id, state, reason, detail, observations, imported, link_state) VALUES",
    16};
constexpr db::InsertStatement kInsertObservations{
    "observation_insert",
    "INSERT INTO observation (message_id, ordinal, specimen, code, value, unit, flags, observed_at, span_offset, span_length, state, "
    "reason, test_id, reading, correction_id) VALUES",
    15};
constexpr db::Statement kInstrumentViews{
    "instrument_views",
    "SELECT i.id, i.code, i.name, i.model, i.protocol, i.enabled, "
    "(SELECT m.received_at FROM inbound_message m WHERE m.instrument_id = i.id ORDER BY m.id DESC LIMIT 1), "
    "COALESCE(d.messages, 0), COALESCE(h.messages, 0) FROM instrument i "
    "LEFT JOIN (SELECT instrument_id, COUNT(*) AS messages FROM inbound_message WHERE received_at >= ? GROUP BY instrument_id) d "
    "ON d.instrument_id = i.id "
    "LEFT JOIN (SELECT instrument_id, COUNT(*) AS messages FROM inbound_message WHERE reason IS NOT NULL GROUP BY instrument_id) h "
    "ON h.instrument_id = i.id ORDER BY i.code"};
constexpr db::Statement kMessageView{
    "message_view",
    "SELECT id, uid, instrument, protocol, state, reason, detail, received_at, stored_at, OCTET_LENGTH(raw), HEX(sha256), observations, "
    "imported, control_id, reading FROM inbound_message WHERE uid = ?"};
constexpr db::Statement kRaw{"message_raw", "SELECT raw FROM inbound_message WHERE uid = ?"};
constexpr db::Statement kObservationViews{
    "observation_views",
    "SELECT o.message_id, o.ordinal, o.specimen, o.code, o.value, o.unit, o.flags, o.observed_at, o.span_offset, o.span_length, o.state, "
    "o.reason, o.test_id, o.reading, o.correction_id, s.number FROM observation o LEFT JOIN test t ON t.id = o.test_id LEFT JOIN sample s ON s.id = t.sample_id "
    "WHERE o.message_id = ? AND o.reading = ? ORDER BY o.ordinal"};

std::set<std::string> firstColumn(const db::Rows& rows) {
    std::set<std::string> out;
    for (const db::Row& row : rows) out.insert(row.text(0));
    return out;
}

std::string lowerHex(std::string hex) {
    for (char& c : hex) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    return hex;
}

}  // namespace

MessageView toMessage(const db::Row& row) {
    return {row.integer(0),
            row.text(1),
            row.text(2),
            row.text(3),
            row.text(4),
            row.optionalText(5),
            row.optionalText(6),
            instantFromSql(row.text(7)),
            instantFromSql(row.text(8)),
            row.integer(9),
            lowerHex(row.text(10)),
            row.integer(11),
            row.integer(12),
            row.text(13),
            row.integer(14)};
}

std::map<std::string, Instrument> instruments(db::ReadTransaction& tx) {
    std::map<std::int64_t, Instrument> byId;
    for (const db::Row& row : tx.query(kInstruments)) {
        byId[row.integer(0)] = {{row.integer(0)}, row.text(1), row.text(2), row.text(3), row.flag(4), {}, row.integer(5)};
    }
    for (const db::Row& row : tx.query(kAnalytes)) {
        const auto instrument = byId.find(row.integer(0));  // one that came between the two queries is for the next time
        if (instrument != byId.end()) instrument->second.analytes[row.text(1)] = {row.integer(2), row.text(3)};
    }
    std::map<std::string, Instrument> out;
    for (auto& [id, instrument] : byId) out.emplace(instrument.code, std::move(instrument));
    return out;
}

GatewayScopes gatewayScopes(db::ReadTransaction& tx) {
    GatewayScopes out;
    for (const db::Row& row : tx.query(kScopes)) out[{row.integer(0)}].insert(row.text(1));
    return out;
}

std::set<std::string> knownUids(db::ReadTransaction& tx, const std::vector<std::string>& uids) {
    return firstColumn(tx.query(kKnownUids, {}, {uids.begin(), uids.end()}));
}

std::set<std::string> knownSamples(db::ReadTransaction& tx, const std::vector<std::string>& numbers) {
    return firstColumn(tx.query(kKnownSamples, {}, {numbers.begin(), numbers.end()}));
}

std::vector<std::int64_t> insertMessages(db::WriteTransaction& tx, const std::vector<NewMessage>& messages, PersonId person, Instant storedAt) {
    std::vector<db::Parameters> rows;
    rows.reserve(messages.size());
    for (const NewMessage& m : messages) {
        rows.push_back({m.uid, db::orNull(m.instrumentId), m.instrument, m.protocol, person.value, toSql(m.receivedAt), toSql(storedAt),
                        db::Blob{asString(m.sha256)}, db::Blob{m.raw}, m.controlId, m.state, db::orNull(m.reason), db::orNull(m.detail),
                        m.observations, m.imported, m.linkState});
    }
    return tx.insertReturningIds(kInsertMessages, rows);
}

std::vector<std::int64_t> insertObservations(db::WriteTransaction& tx, const std::vector<NewObservation>& observations) {
    std::vector<db::Parameters> rows;
    rows.reserve(observations.size());
    for (const NewObservation& o : observations) {
        rows.push_back({o.message, o.ordinal, o.specimen, o.code, o.value, o.unit, o.flags, o.observedAt, o.spanOffset, o.spanLength,
                        o.state, db::orNull(o.reason), db::orNull(o.test), o.reading, db::orNull(o.correction)});
    }
    return tx.insertReturningIds(kInsertObservations, rows);
}

std::vector<InstrumentView> instrumentViews(db::ReadTransaction& tx, Instant today) {
    std::vector<InstrumentView> out;
    for (const db::Row& row : tx.query(kInstrumentViews, {toSql(today)})) {
        const auto last = row.isNull(6) ? std::nullopt : std::optional(instantFromSql(row.text(6)));
        out.push_back({{row.integer(0)}, row.text(1), row.text(2), row.text(3), row.text(4), row.flag(5), last, row.integer(7), row.integer(8)});
    }
    return out;
}

std::optional<MessageView> messageView(db::ReadTransaction& tx, const std::string& uid) {
    const auto rows = tx.query(kMessageView, {uid});
    if (rows.empty()) return std::nullopt;
    return toMessage(rows.front());
}

std::optional<std::string> messageRaw(db::ReadTransaction& tx, const std::string& uid) {
    const auto rows = tx.query(kRaw, {uid});
    if (rows.empty()) return std::nullopt;
    return rows.front().text(0);
}

std::vector<ObservationView> observationViews(db::ReadTransaction& tx, std::int64_t message, std::int64_t reading) {
    std::vector<ObservationView> out;
    for (const db::Row& row : tx.query(kObservationViews, {message, reading})) {
        out.push_back({{row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7),
                        row.integer(8), row.integer(9), row.text(10), row.optionalText(11), row.optionalInteger(12), row.integer(13),
                        row.optionalInteger(14)},
                       row.optionalText(15)});
    }
    return out;
}

}  // namespace touchstone::intake
