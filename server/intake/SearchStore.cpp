#include "server/intake/SearchStore.h"

namespace touchstone::intake {
namespace {

constexpr std::int64_t kMostLookedInto = 2'000;

// Each form stands on the index that its condition names; the rest of the conditions narrow it down.
#define TOUCHSTONE_MESSAGE_CONDITIONS                                                                                       \
    "m.id < ? AND (? IS NULL OR m.state = ?) AND (? IS NULL OR m.reason = ?) AND (? IS NULL OR m.control_id = ?) "          \
    "AND (? IS NULL OR m.received_at >= ?) AND (? IS NULL OR m.received_at < ?) ORDER BY m.id DESC LIMIT ?"

constexpr db::Statement kAll{"message_find", "SELECT m.id FROM inbound_message m WHERE " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfState{"message_find_by_state",
                                 "SELECT m.id FROM inbound_message m WHERE m.state = ? AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfReason{"message_find_by_reason",
                                  "SELECT m.id FROM inbound_message m WHERE m.reason = ? AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfControl{"message_find_by_control",
                                   "SELECT m.id FROM inbound_message m WHERE m.control_id = ? AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfTime{"message_find_by_time",
                                "SELECT m.id FROM inbound_message m WHERE m.received_at >= ? AND m.received_at < ? "
                                "AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfInstrument{
    "message_find_by_instrument",
    "SELECT m.id FROM inbound_message m WHERE m.instrument = ? AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfSpecimen{
    "message_find_by_specimen",
    "SELECT m.id FROM inbound_message m WHERE m.id IN (SELECT o.message_id FROM observation o JOIN inbound_message n ON n.id = o.message_id "
    "WHERE o.specimen = ? AND o.reading = n.reading) AND (? IS NULL OR m.instrument = ?) AND " TOUCHSTONE_MESSAGE_CONDITIONS};
constexpr db::Statement kOfHeldCode{
    "message_find_by_held_code",
    "SELECT m.id FROM inbound_message m WHERE m.reason IS NOT NULL AND (? IS NULL OR m.instrument = ?) AND EXISTS (SELECT 1 FROM observation o "
    "WHERE o.message_id = m.id AND o.reading = m.reading AND o.code = ? AND o.state = 'held') AND " TOUCHSTONE_MESSAGE_CONDITIONS};
#undef TOUCHSTONE_MESSAGE_CONDITIONS

constexpr db::Statement kHoldText{
    "message_hold_text",
    "SELECT id FROM inbound_message WHERE (LOCATE(CAST(? AS BINARY), raw) > 0 OR LOCATE(CAST(CONVERT(? USING gbk) AS BINARY), raw) > 0 "
    "OR LOCATE(CAST(CONVERT(? USING utf16le) AS BINARY), raw) > 0) AND id IN (??) ORDER BY id DESC"};
constexpr db::Statement kViews{
    "message_views",
    "SELECT id, uid, instrument, protocol, state, reason, detail, received_at, stored_at, OCTET_LENGTH(raw), HEX(sha256), observations, "
    "imported, control_id, reading FROM inbound_message WHERE id IN (??) ORDER BY id DESC"};
constexpr db::Statement kHeld{"message_held_reasons",
                              "SELECT reason, COUNT(*) FROM inbound_message WHERE reason IS NOT NULL AND (? IS NULL OR instrument = ?) "
                              "GROUP BY reason ORDER BY COUNT(*) DESC, reason"};

db::Value time(const std::optional<Instant>& at) { return at ? db::Value(toSql(*at)) : db::Value(nullptr); }

std::vector<db::Value> ids(const db::Rows& rows) {
    std::vector<db::Value> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.emplace_back(row.integer(0));
    return out;
}

db::Rows candidates(db::ReadTransaction& tx, const MessageFilter& f, std::int64_t limit) {
    const auto state = db::orNull(f.state);
    const auto reason = db::orNull(f.reason);
    const auto control = db::orNull(f.controlId);
    const auto instrument = db::orNull(f.instrument);
    const db::Parameters rest{f.after.value_or(INT64_MAX), state, state, reason, reason, control, control,
                              time(f.from), time(f.from), time(f.until), time(f.until), limit};
    const auto find = [&](const db::Statement& statement, db::Parameters first) {
        first.insert(first.end(), rest.begin(), rest.end());
        return tx.query(statement, first);
    };
    if (f.specimen) return find(kOfSpecimen, {*f.specimen, instrument, instrument});
    if (f.code) return find(kOfHeldCode, {instrument, instrument, *f.code});
    if (f.instrument) return find(kOfInstrument, {*f.instrument});
    if (f.controlId) return find(kOfControl, {*f.controlId});
    if (f.from || f.until) {
        return find(kOfTime, {f.from ? toSql(*f.from) : "1000-01-01", f.until ? toSql(*f.until) : "9999-12-31"});
    }
    if (f.reason) return find(kOfReason, {*f.reason});
    if (f.state) return find(kOfState, {*f.state});
    return find(kAll, {});
}

}  // namespace

MessagePage findMessages(db::ReadTransaction& tx, const MessageFilter& filter) {
    const std::int64_t limit = filter.text ? kMostLookedInto : filter.limit;
    const db::Rows found = candidates(tx, filter, limit);
    std::vector<db::Value> wanted = ids(found);
    MessagePage page;
    if (static_cast<std::int64_t>(found.size()) == limit) page.next = found.back().integer(0);
    if (filter.text) {
        wanted = ids(tx.query(kHoldText, {*filter.text, *filter.text, *filter.text}, wanted));
        if (static_cast<std::int64_t>(wanted.size()) > filter.limit) {
            wanted.resize(static_cast<std::size_t>(filter.limit));
            page.next = std::get<std::int64_t>(wanted.back());
        }
    }
    for (const db::Row& row : tx.query(kViews, {}, wanted)) page.messages.push_back(toMessage(row));
    return page;
}

std::vector<HeldReason> heldReasons(db::ReadTransaction& tx, const std::optional<std::string>& instrument) {
    std::vector<HeldReason> out;
    for (const db::Row& row : tx.query(kHeld, {db::orNull(instrument), db::orNull(instrument)})) out.push_back({row.text(0), row.integer(1)});
    return out;
}

}  // namespace touchstone::intake
