#include "server/gateways/GatewayStore.h"

namespace touchstone::gateways {
namespace {

constexpr db::Statement kGateways{
    "gateway_all",
    "SELECT p.id, p.login, p.name, p.enabled FROM person p JOIN person_role r ON r.person_id = p.id AND r.role = 'instrument' ORDER BY p.login"};
constexpr db::Statement kGateway{
    "gateway_by_login",
    "SELECT p.id, p.login, p.name, p.enabled FROM person p JOIN person_role r ON r.person_id = p.id AND r.role = 'instrument' "
    "WHERE p.login = ?"};
constexpr db::Statement kLock{"gateway_lock", "SELECT id FROM person WHERE id = ? FOR UPDATE"};
constexpr db::InsertStatement kReport{
    "gateway_report",
    "INSERT INTO gateway_status (person_id, reported_at, said_at, started_at, version, configuration, configuration_fault, pending, "
    "oldest_pending, refused, forwarded, disk_free, last_error) VALUES",
    13,
    " ON DUPLICATE KEY UPDATE reported_at = VALUES(reported_at), said_at = VALUES(said_at), started_at = VALUES(started_at), "
    "version = VALUES(version), configuration = VALUES(configuration), configuration_fault = VALUES(configuration_fault), "
    "pending = VALUES(pending), oldest_pending = VALUES(oldest_pending), refused = VALUES(refused), forwarded = VALUES(forwarded), "
    "disk_free = VALUES(disk_free), last_error = VALUES(last_error)"};
constexpr db::Statement kForgetInstruments{"gateway_instruments_forget", "DELETE FROM gateway_instrument_status WHERE person_id = ?"};
constexpr db::InsertStatement kInstruments{
    "gateway_instruments_report",
    "INSERT INTO gateway_instrument_status (person_id, instrument, protocol, address, connections, last_contact, messages, acknowledged, "
    "repeated, refused, faults, last_fault, last_fault_at) VALUES",
    13};
constexpr db::Statement kReports{
    "gateway_reports",
    "SELECT person_id, reported_at, said_at, started_at, version, configuration, configuration_fault, pending, oldest_pending, refused, "
    "forwarded, disk_free, last_error FROM gateway_status"};
constexpr db::Statement kInstrumentReports{
    "gateway_instrument_reports",
    "SELECT person_id, instrument, protocol, address, connections, last_contact, messages, acknowledged, repeated, refused, faults, "
    "last_fault, last_fault_at FROM gateway_instrument_status ORDER BY person_id, instrument"};
constexpr db::Statement kScopes{
    "gateway_scopes",
    "SELECT g.person_id, i.code FROM gateway_instrument g JOIN instrument i ON i.id = g.instrument_id ORDER BY g.person_id, i.code"};
constexpr db::Statement kInstrumentIds{"gateway_instrument_ids", "SELECT code, id FROM instrument WHERE code IN (??)"};
constexpr db::Statement kForgetScope{"gateway_scope_forget", "DELETE FROM gateway_instrument WHERE person_id = ?"};
constexpr db::InsertStatement kScope{"gateway_scope", "INSERT INTO gateway_instrument (person_id, instrument_id) VALUES", 2};
constexpr db::Statement kConfigurations{
    "gateway_configurations",
    "SELECT c.version, c.text, p.name, c.saved_at, c.reason FROM gateway_configuration c JOIN person p ON p.id = c.author_id "
    "WHERE c.person_id = ? ORDER BY c.version DESC LIMIT ?"};
constexpr db::Statement kNewest{"gateway_newest", "SELECT person_id, MAX(version) FROM gateway_configuration GROUP BY person_id"};
constexpr db::Statement kNewestOf{"gateway_newest_of", "SELECT MAX(version) FROM gateway_configuration WHERE person_id = ?"};
constexpr db::InsertStatement kSave{
    "gateway_configuration_save", "INSERT INTO gateway_configuration (person_id, version, text, author_id, saved_at, reason) VALUES", 6};

db::Value orNull(const std::optional<Instant>& at) { return at ? db::Value(toSql(*at)) : db::Value(nullptr); }

std::optional<Instant> instantOrNothing(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return instantFromSql(row.text(column));
}

Gateway toGateway(const db::Row& row) { return {{row.integer(0)}, row.text(1), row.text(2), row.flag(3)}; }

}  // namespace

std::vector<Gateway> gateways(db::ReadTransaction& tx) {
    std::vector<Gateway> out;
    for (const db::Row& row : tx.query(kGateways)) out.push_back(toGateway(row));
    return out;
}

std::optional<Gateway> gateway(db::ReadTransaction& tx, const std::string& login) {
    const auto rows = tx.query(kGateway, {login});
    if (rows.empty() || rows.front().text(1) != login) return std::nullopt;  // the database takes "a " for "a"
    return toGateway(rows.front());
}

void lockGateway(db::WriteTransaction& tx, PersonId gateway) { static_cast<void>(tx.query(kLock, {gateway.value})); }

void storeReport(db::WriteTransaction& tx, PersonId gateway, const Report& r, Instant now) {
    tx.insert(kReport, {{gateway.value, toSql(now), toSql(r.at), toSql(r.startedAt), r.version, db::orNull(r.configuration),
                         r.configurationFault, r.pending, orNull(r.oldestPending), r.refused, r.forwarded, r.diskFree, r.lastError}});
    tx.execute(kForgetInstruments, {gateway.value});
    std::vector<db::Parameters> rows;
    for (const InstrumentReport& i : r.instruments) {
        rows.push_back({gateway.value, i.code, i.protocol, i.address, i.connections, orNull(i.lastContact), i.messages, i.acknowledged,
                        i.repeated, i.refused, i.faults, i.lastFault, orNull(i.lastFaultAt)});
    }
    tx.insert(kInstruments, rows);
}

std::map<PersonId, LastReport> lastReports(db::ReadTransaction& tx) {
    std::map<PersonId, LastReport> out;
    for (const db::Row& row : tx.query(kReports)) {
        LastReport& last = out[{row.integer(0)}];
        last.reportedAt = instantFromSql(row.text(1));
        last.report = {row.text(4),     instantFromSql(row.text(2)), instantFromSql(row.text(3)), row.optionalInteger(5), row.text(6),
                       row.integer(7),  instantOrNothing(row, 8),    row.integer(9),              row.integer(10),        row.integer(11),
                       row.text(12),    {}};
    }
    for (const db::Row& row : tx.query(kInstrumentReports)) {
        const auto last = out.find({row.integer(0)});
        if (last == out.end()) continue;
        last->second.report.instruments.push_back({row.text(1), row.text(2), row.text(3), row.integer(4), instantOrNothing(row, 5),
                                                   row.integer(6), row.integer(7), row.integer(8), row.integer(9), row.integer(10),
                                                   row.text(11), instantOrNothing(row, 12)});
    }
    return out;
}

std::map<PersonId, std::vector<std::string>> scopes(db::ReadTransaction& tx) {
    std::map<PersonId, std::vector<std::string>> out;
    for (const db::Row& row : tx.query(kScopes)) out[{row.integer(0)}].push_back(row.text(1));
    return out;
}

std::map<std::string, std::int64_t> instrumentIds(db::ReadTransaction& tx, const std::vector<std::string>& codes) {
    std::map<std::string, std::int64_t> out;
    for (const db::Row& row : tx.query(kInstrumentIds, {}, {codes.begin(), codes.end()})) out[row.text(0)] = row.integer(1);
    return out;
}

void replaceScope(db::WriteTransaction& tx, PersonId gateway, const std::vector<std::int64_t>& instruments) {
    tx.execute(kForgetScope, {gateway.value});
    std::vector<db::Parameters> rows;
    for (const std::int64_t instrument : instruments) rows.push_back({gateway.value, instrument});
    tx.insert(kScope, rows);
}

std::vector<Configuration> configurations(db::ReadTransaction& tx, PersonId gateway, std::int64_t most) {
    std::vector<Configuration> out;
    for (const db::Row& row : tx.query(kConfigurations, {gateway.value, most})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), instantFromSql(row.text(3)), row.text(4)});
    }
    return out;
}

std::map<PersonId, std::int64_t> newestVersions(db::ReadTransaction& tx) {
    std::map<PersonId, std::int64_t> out;
    for (const db::Row& row : tx.query(kNewest)) out[{row.integer(0)}] = row.integer(1);
    return out;
}

std::optional<std::int64_t> newestVersion(db::ReadTransaction& tx, PersonId gateway) {
    return tx.query(kNewestOf, {gateway.value}).front().optionalInteger(0);
}

void insertConfiguration(db::WriteTransaction& tx, PersonId gateway, const Configuration& c, PersonId author) {
    tx.insert(kSave, {{gateway.value, c.version, c.text, author.value, toSql(c.savedAt), c.reason}});
}

}  // namespace touchstone::gateways
