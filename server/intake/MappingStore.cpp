#include "server/intake/MappingStore.h"

#include <map>

namespace touchstone::intake {
namespace {

constexpr db::Statement kLock{"instrument_lock", "SELECT id, protocol FROM instrument WHERE code = ? FOR UPDATE"};
constexpr db::Statement kSetProtocol{"instrument_set_protocol", "UPDATE instrument SET protocol = ? WHERE id = ?"};
constexpr db::Statement kVersions{
    "mapping_versions",
    "SELECT v.version, v.mapping, p.name, v.at, v.reason FROM instrument_mapping v LEFT JOIN person p ON p.id = v.person_id "
    "WHERE v.instrument_id = ? ORDER BY v.version DESC"};
constexpr db::InsertStatement kInsertMapping{
    "mapping_insert", "INSERT INTO instrument_mapping (instrument_id, version, mapping, person_id, at, reason) VALUES", 6};
constexpr db::Statement kCodes{
    "instrument_codes",
    "SELECT c.code, a.code, a.name, c.unit FROM instrument_analyte c JOIN analyte a ON a.id = c.analyte_id WHERE c.instrument_id = ? "
    "ORDER BY c.code"};
constexpr db::Statement kAnalyteIds{"analyte_ids", "SELECT code, id FROM analyte WHERE code IN (??)"};
constexpr db::InsertStatement kUpsertCodes{"instrument_code_upsert",
                                           "INSERT INTO instrument_analyte (instrument_id, code, analyte_id, unit) VALUES", 4,
                                           "ON DUPLICATE KEY UPDATE analyte_id = VALUES(analyte_id), unit = VALUES(unit)"};
constexpr db::Statement kDeleteCodes{"instrument_code_delete", "DELETE FROM instrument_analyte WHERE instrument_id = ? AND code IN (??)"};
constexpr db::Statement kAnalytes{"analyte_list", "SELECT code, name FROM analyte ORDER BY code"};

}  // namespace

std::optional<LockedInstrument> lockInstrument(db::WriteTransaction& tx, const std::string& code) {
    const auto rows = tx.query(kLock, {code});
    if (rows.empty()) return std::nullopt;
    return LockedInstrument{{rows.front().integer(0)}, rows.front().text(1)};
}

void setProtocol(db::WriteTransaction& tx, InstrumentId instrument, const std::string& protocol) {
    tx.execute(kSetProtocol, {protocol, instrument.value});
}

std::vector<MappingVersion> mappingVersions(db::ReadTransaction& tx, InstrumentId instrument) {
    std::vector<MappingVersion> out;
    for (const db::Row& row : tx.query(kVersions, {instrument.value})) {
        out.push_back({row.integer(0), row.text(1), row.optionalText(2), instantFromSql(row.text(3)), row.text(4)});
    }
    return out;
}

void insertMapping(db::WriteTransaction& tx, InstrumentId instrument, std::int64_t version, const std::string& mapping, PersonId person,
                   Instant at, const std::string& reason) {
    tx.insert(kInsertMapping, {{instrument.value, version, mapping, person.value, toSql(at), reason}});
}

std::vector<InstrumentCode> instrumentCodes(db::ReadTransaction& tx, InstrumentId instrument) {
    std::vector<InstrumentCode> out;
    for (const db::Row& row : tx.query(kCodes, {instrument.value})) out.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
    return out;
}

void upsertCodes(db::WriteTransaction& tx, InstrumentId instrument, const std::vector<InstrumentCode>& codes) {
    std::vector<db::Value> wanted;
    for (const InstrumentCode& code : codes) wanted.emplace_back(code.analyte);
    std::map<std::string, std::int64_t> ids;
    for (const db::Row& row : tx.query(kAnalyteIds, {}, wanted)) ids.emplace(row.text(0), row.integer(1));
    std::vector<db::Parameters> rows;
    for (const InstrumentCode& code : codes) rows.push_back({instrument.value, code.code, ids.at(code.analyte), code.unit});
    tx.insert(kUpsertCodes, rows);
}

void deleteCodes(db::WriteTransaction& tx, InstrumentId instrument, const std::vector<std::string>& codes) {
    tx.execute(kDeleteCodes, {instrument.value}, {codes.begin(), codes.end()});
}

std::vector<AnalyteView> analytes(db::ReadTransaction& tx) {
    std::vector<AnalyteView> out;
    for (const db::Row& row : tx.query(kAnalytes)) out.push_back({row.text(0), row.text(1)});
    return out;
}

}  // namespace touchstone::intake
