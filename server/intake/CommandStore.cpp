#include "server/intake/CommandStore.h"

namespace touchstone::intake {
namespace {

constexpr db::Statement kInstrument{"command_instrument", "SELECT id FROM instrument WHERE code = ? AND enabled"};
constexpr db::Statement kInstruments{"command_instruments", "SELECT id, code FROM instrument WHERE code IN (??) AND enabled"};
constexpr db::Statement kCandidates{
    "command_candidates",
    "SELECT t.id, t.sample_id, s.number, t.status, "
    "COALESCE((SELECT MIN(a.code) FROM instrument_analyte a WHERE a.instrument_id = ? AND a.analyte_id = t.analyte_id), ''), "
    "EXISTS(SELECT 1 FROM instrument_command_test o WHERE o.instrument_id = ? AND o.test_id = t.id AND o.is_open) "
    "FROM test t JOIN sample s ON s.id = t.sample_id WHERE t.id IN (??) ORDER BY t.id"};
constexpr db::InsertStatement kInsert{
    "command_insert", "INSERT INTO instrument_command (instrument_id, sample_id, kind, person_id, made_at) VALUES", 5};
constexpr db::InsertStatement kInsertTests{
    "command_test_insert", "INSERT INTO instrument_command_test (command_id, test_id, instrument_id, code) VALUES", 4};

#define TOUCHSTONE_COMMAND                                                                                                 \
    "SELECT c.id, c.instrument_id, c.sample_id, c.kind, c.state, c.attempts, c.note, c.person_id, c.made_at, c.taken_at, " \
    "c.leased_until, c.sent_at, c.closed_at"
constexpr db::Statement kLock{"command_lock", TOUCHSTONE_COMMAND " FROM instrument_command c WHERE c.id IN (??) ORDER BY c.id FOR UPDATE"};
constexpr db::Statement kLockTakeable{
    "command_lock_takeable",
    TOUCHSTONE_COMMAND
    " FROM instrument_command c WHERE c.instrument_id IN (??) AND c.state IN ('waiting', 'taken', 'sent') "
    "AND (c.state = 'waiting' OR c.leased_until < ?) ORDER BY c.id LIMIT ? FOR UPDATE SKIP LOCKED"};
constexpr db::Statement kAnyTakeable{
    "command_any_takeable",
    "SELECT c.id FROM instrument_command c WHERE c.instrument_id IN (??) AND c.state IN ('waiting', 'taken', 'sent') "
    "AND (c.state = 'waiting' OR c.leased_until < ?) LIMIT 1"};
constexpr db::InsertStatement kUpdate{
    "command_update",
    "INSERT INTO instrument_command (id, instrument_id, sample_id, kind, state, attempts, note, person_id, made_at, taken_at, "
    "leased_until, sent_at, closed_at) VALUES",
    13,
    "ON DUPLICATE KEY UPDATE state = VALUES(state), attempts = VALUES(attempts), note = VALUES(note), taken_at = VALUES(taken_at), "
    "leased_until = VALUES(leased_until), sent_at = VALUES(sent_at), closed_at = VALUES(closed_at)"};
constexpr db::Statement kFreeTests{"command_test_free", "UPDATE instrument_command_test SET is_open = NULL WHERE command_id IN (??)"};

#define TOUCHSTONE_COMMAND_VIEW                                                                              \
    TOUCHSTONE_COMMAND ", i.code, s.number, p.name FROM instrument_command c JOIN instrument i ON i.id = c.instrument_id " \
    "JOIN sample s ON s.id = c.sample_id JOIN person p ON p.id = c.person_id WHERE "
constexpr db::Statement kViews{
    "command_views",
    TOUCHSTONE_COMMAND_VIEW "i.code = ? AND c.id < ? AND (? IS NULL OR c.state = ?) AND (? IS NULL OR s.number = ?) "
                            "ORDER BY c.id DESC LIMIT ?"};
constexpr db::Statement kViewsById{"command_views_by_id", TOUCHSTONE_COMMAND_VIEW "c.id IN (??) ORDER BY c.id"};
constexpr db::Statement kTestsOfCommands{
    "command_tests",
    "SELECT k.command_id, k.test_id, k.code, i.name, t.status FROM instrument_command_test k JOIN test t ON t.id = k.test_id "
    "JOIN test_item i ON i.id = t.item_id WHERE k.command_id IN (??) ORDER BY k.command_id, k.test_id"};
constexpr db::Statement kOpenTests{
    "command_open_tests",
    "SELECT s.number, MIN(a.code), i.name FROM sample s JOIN test t ON t.sample_id = s.id AND t.status = 'waiting' "
    "JOIN instrument_analyte a ON a.instrument_id = ? AND a.analyte_id = t.analyte_id JOIN test_item i ON i.id = t.item_id "
    "WHERE s.number IN (??) GROUP BY t.id, s.number, i.name ORDER BY s.number, t.id"};
constexpr db::Statement kOpenSamples{
    "command_open_samples",
    "SELECT DISTINCT s.number, s.id FROM sample s JOIN test t ON t.sample_id = s.id AND t.status = 'waiting' "
    "JOIN instrument_analyte a ON a.instrument_id = ? AND a.analyte_id = t.analyte_id "
    "WHERE s.status = 'testing' ORDER BY s.id LIMIT ?"};
constexpr db::Statement kTargets{
    "command_reading_targets",
    "SELECT c.id, i.code, s.number, k.code FROM instrument_command c JOIN instrument i ON i.id = c.instrument_id "
    "JOIN sample s ON s.id = c.sample_id JOIN instrument_command_test k ON k.command_id = c.id "
    "WHERE c.kind = 'read' AND c.state <> 'cancelled' AND c.id IN (??)"};
constexpr db::Statement kContexts{"message_contexts", "SELECT message_id, command_id FROM message_context WHERE message_id IN (??)"};
constexpr db::InsertStatement kInsertContexts{"message_context_insert", "INSERT INTO message_context (message_id, command_id) VALUES", 2};

template <class Tag>
std::vector<db::Value> list(const std::vector<Id<Tag>>& ids) {
    std::vector<db::Value> out;
    out.reserve(ids.size());
    for (const Id<Tag> id : ids) out.emplace_back(id.value);
    return out;
}

std::optional<Instant> instantAt(const db::Row& row, std::size_t column) {
    return row.isNull(column) ? std::nullopt : std::optional(instantFromSql(row.text(column)));
}

db::Value orNull(const std::optional<Instant>& at) { return at ? db::Value(toSql(*at)) : db::Value(nullptr); }

LockedCommand toCommand(const db::Row& row) {
    return {{row.integer(0)},
            {row.integer(1)},
            {row.integer(2)},
            commandKindOf(row.text(3)),
            commandStateOf(row.text(4)),
            row.integer(5),
            row.text(6),
            {row.integer(7)},
            instantFromSql(row.text(8)),
            instantAt(row, 9),
            instantAt(row, 10),
            instantAt(row, 11),
            instantAt(row, 12)};
}

std::vector<LockedCommand> toCommands(const db::Rows& rows) {
    std::vector<LockedCommand> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back(toCommand(row));
    return out;
}

std::vector<CommandView> toViews(db::ReadTransaction& tx, const db::Rows& rows) {
    std::vector<CommandView> out;
    std::map<std::int64_t, std::size_t> places;
    std::vector<db::Value> ids;
    for (const db::Row& row : rows) {
        places[row.integer(0)] = out.size();
        ids.emplace_back(row.integer(0));
        out.push_back({toCommand(row), row.text(13), row.text(14), row.text(15), {}});
    }
    for (const db::Row& row : tx.query(kTestsOfCommands, {}, ids)) {
        out[places.at(row.integer(0))].tests.push_back({{row.integer(1)}, row.text(2), row.text(3), row.text(4)});
    }
    return out;
}

}  // namespace

std::optional<InstrumentId> enabledInstrument(db::ReadTransaction& tx, const std::string& code) {
    const auto rows = tx.query(kInstrument, {code});
    return rows.empty() ? std::nullopt : std::optional(InstrumentId{rows.front().integer(0)});
}

std::map<InstrumentId, std::string> enabledInstruments(db::ReadTransaction& tx, const std::vector<std::string>& codes) {
    std::map<InstrumentId, std::string> out;
    for (const db::Row& row : tx.query(kInstruments, {}, {codes.begin(), codes.end()})) out[{row.integer(0)}] = row.text(1);
    return out;
}

std::vector<Candidate> candidates(db::ReadTransaction& tx, InstrumentId instrument, const std::vector<TestId>& tests) {
    std::vector<Candidate> out;
    for (const db::Row& row : tx.query(kCandidates, {instrument.value, instrument.value}, list(tests))) {
        out.push_back({{row.integer(0)}, {row.integer(1)}, row.text(2), row.text(3), row.text(4), row.flag(5)});
    }
    return out;
}

std::vector<CommandId> insertCommands(db::WriteTransaction& tx, const std::vector<NewCommand>& commands, PersonId person, Instant at) {
    std::vector<db::Parameters> rows;
    for (const NewCommand& c : commands) {
        rows.push_back({c.instrument.value, c.sample.value, std::string(name(c.kind)), person.value, toSql(at)});
    }
    const auto ids = tx.insertReturningIds(kInsert, rows);
    rows.clear();
    std::vector<CommandId> out;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        out.push_back({ids[i]});
        for (const auto& [test, code] : commands[i].tests) rows.push_back({ids[i], test.value, commands[i].instrument.value, code});
    }
    tx.insert(kInsertTests, rows);
    return out;
}

std::vector<LockedCommand> lockCommands(db::WriteTransaction& tx, const std::vector<CommandId>& ids) {
    return toCommands(tx.query(kLock, {}, list(ids)));
}

std::vector<LockedCommand> lockTakeable(db::WriteTransaction& tx, const std::vector<InstrumentId>& instruments, Instant now,
                                        std::int64_t most) {
    return toCommands(tx.query(kLockTakeable, {toSql(now), most}, list(instruments)));
}

bool anyTakeable(db::ReadTransaction& tx, const std::vector<InstrumentId>& instruments, Instant now) {
    return !tx.query(kAnyTakeable, {toSql(now)}, list(instruments)).empty();
}

void updateCommands(db::WriteTransaction& tx, const std::vector<LockedCommand>& commands) {
    std::vector<db::Parameters> rows;
    std::vector<db::Value> closed;
    for (const LockedCommand& c : commands) {
        rows.push_back({c.id.value, c.instrument.value, c.sample.value, std::string(name(c.kind)), std::string(name(c.state)), c.attempts,
                        c.note, c.person.value, toSql(c.madeAt), orNull(c.takenAt), orNull(c.leasedUntil), orNull(c.sentAt),
                        orNull(c.closedAt)});
        if (!isOpen(c.state)) closed.emplace_back(c.id.value);
    }
    tx.insert(kUpdate, rows);
    if (!closed.empty()) tx.execute(kFreeTests, {}, closed);
}

std::vector<CommandView> commandViews(db::ReadTransaction& tx, const CommandFilter& filter) {
    const db::Value state = db::orNull(filter.state);
    const db::Value sample = db::orNull(filter.sample);
    return toViews(tx, tx.query(kViews, {filter.instrument, filter.after.value_or(INT64_MAX), state, state, sample, sample, filter.limit}));
}

std::vector<CommandView> commandViews(db::ReadTransaction& tx, const std::vector<CommandId>& ids) {
    return toViews(tx, tx.query(kViewsById, {}, list(ids)));
}

std::vector<OpenTest> openTests(db::ReadTransaction& tx, InstrumentId instrument, const std::vector<std::string>& samples) {
    std::vector<OpenTest> out;
    for (const db::Row& row : tx.query(kOpenTests, {instrument.value}, {samples.begin(), samples.end()})) {
        out.push_back({row.text(0), row.text(1), row.text(2)});
    }
    return out;
}

std::vector<OpenTest> openTests(db::ReadTransaction& tx, InstrumentId instrument, std::int64_t mostSamples) {
    std::vector<std::string> samples;
    for (const db::Row& row : tx.query(kOpenSamples, {instrument.value, mostSamples})) samples.push_back(row.text(0));
    return openTests(tx, instrument, samples);
}

std::map<CommandId, ReadingTarget> readingTargets(db::ReadTransaction& tx, const std::vector<CommandId>& ids) {
    std::map<CommandId, ReadingTarget> out;
    for (const db::Row& row : tx.query(kTargets, {}, list(ids))) out[{row.integer(0)}] = {row.text(1), row.text(2), row.text(3)};
    return out;
}

std::map<std::int64_t, CommandId> contextsOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages) {
    std::map<std::int64_t, CommandId> out;
    for (const db::Row& row : tx.query(kContexts, {}, {messages.begin(), messages.end()})) out.emplace(row.integer(0), CommandId{row.integer(1)});
    return out;
}

void insertContexts(db::WriteTransaction& tx, const std::vector<std::pair<std::int64_t, CommandId>>& contexts) {
    std::vector<db::Parameters> rows;
    for (const auto& [message, command] : contexts) rows.push_back({message, command.value});
    tx.insert(kInsertContexts, rows);
}

}  // namespace touchstone::intake
