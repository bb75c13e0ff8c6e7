#include "server/catalogue/InstituteStore.h"

#include <optional>
#include <set>

#include "server/core/Error.h"
#include "server/core/Json.h"

namespace touchstone::catalogue {
namespace tables {

const Table kOrganisation{
    "organisation", {"code", "name", "name_en", "kind", "region_code", "address", "address_en"}, 1,
    {"organisation_all", "SELECT id, code, name, name_en, kind, region_code, address, address_en FROM organisation"},
    {"organisation_upsert", "INSERT INTO organisation (code, name, name_en, kind, region_code, address, address_en) VALUES", 7,
     "ON DUPLICATE KEY UPDATE name = VALUES(name), name_en = VALUES(name_en), kind = VALUES(kind), "
     "region_code = VALUES(region_code), address = VALUES(address), address_en = VALUES(address_en)"}};

const Table kDay{"calendar_day", {"day", "kind", "source"}, 1,
                 {"calendar_day_all", "SELECT 0, day, kind, source FROM calendar_day"},
                 {"calendar_day_upsert", "INSERT INTO calendar_day (day, kind, source) VALUES", 3,
                  "ON DUPLICATE KEY UPDATE kind = VALUES(kind), source = VALUES(source)"}};

const Table kDeadline{
    "deadline_rule",
    {"business_kind", "product_kind", "effective_from", "days", "counting", "effective_to", "verified", "source"}, 3,
    {"deadline_rule_all",
     "SELECT id, business_kind, product_kind, effective_from, days, counting, effective_to, verified, source "
     "FROM deadline_rule"},
    {"deadline_rule_upsert",
     "INSERT INTO deadline_rule (business_kind, product_kind, effective_from, days, counting, effective_to, verified, "
     "source) VALUES",
     8,
     "ON DUPLICATE KEY UPDATE days = VALUES(days), counting = VALUES(counting), effective_to = VALUES(effective_to), "
     "verified = VALUES(verified), source = VALUES(source)"}};

const Table kStandard{"standard", {"code", "title"}, 1,
                      {"standard_all", "SELECT id, code, title FROM standard"},
                      {"standard_upsert", "INSERT INTO standard (code, title) VALUES", 2,
                       "ON DUPLICATE KEY UPDATE title = VALUES(title)"}};

const Table kEdition{
    "edition", {"edition", "standard_id", "effective_from", "effective_to", "verified", "source", "edition_en"}, 1,
    {"standard_edition_all",
     "SELECT id, edition, standard_id, effective_from, effective_to, verified, source, edition_en FROM standard_edition"},
    {"standard_edition_upsert",
     "INSERT INTO standard_edition (edition, standard_id, effective_from, effective_to, verified, source, edition_en) VALUES", 7,
     "ON DUPLICATE KEY UPDATE standard_id = VALUES(standard_id), effective_from = VALUES(effective_from), effective_to = "
     "VALUES(effective_to), verified = VALUES(verified), source = VALUES(source), edition_en = VALUES(edition_en)"}};

const Table kAnalyte{"analyte", {"code", "name"}, 1,
                     {"analyte_all", "SELECT id, code, name FROM analyte"},
                     {"analyte_upsert", "INSERT INTO analyte (code, name) VALUES", 2,
                      "ON DUPLICATE KEY UPDATE name = VALUES(name)"}};

const Table kMethod{
    "method", {"code", "version", "title", "effective_from", "effective_to", "title_en"}, 2,
    {"method_all", "SELECT id, code, version, title, effective_from, effective_to, title_en FROM method"},
    {"method_upsert", "INSERT INTO method (code, version, title, effective_from, effective_to, title_en) VALUES", 6,
     "ON DUPLICATE KEY UPDATE title = VALUES(title), effective_from = VALUES(effective_from), "
     "effective_to = VALUES(effective_to), title_en = VALUES(title_en)"}};

const Table kProduct{"product", {"code", "name", "kind", "standard_id", "name_en"}, 1,
                     {"product_all", "SELECT id, code, name, kind, standard_id, name_en FROM product"},
                     {"product_upsert", "INSERT INTO product (code, name, kind, standard_id, name_en) VALUES", 5,
                      "ON DUPLICATE KEY UPDATE name = VALUES(name), kind = VALUES(kind), standard_id = VALUES(standard_id), "
                      "name_en = VALUES(name_en)"}};

const Table kItem{
    "test_item",
    {"edition_id", "product_id", "seq", "heading", "name", "analyte_id", "method_id", "unit", "requirement", "limit_kind",
     "lower_limit", "lower_inclusive", "upper_limit", "upper_inclusive", "accepted", "rejected", "comparison", "verified",
     "source"},
    3,
    {"test_item_all",
     "SELECT id, edition_id, product_id, seq, heading, name, analyte_id, method_id, unit, requirement, limit_kind, "
     "lower_limit, lower_inclusive, upper_limit, upper_inclusive, accepted, rejected, comparison, verified, source "
     "FROM test_item"},
    {"test_item_insert",
     "INSERT INTO test_item (edition_id, product_id, seq, heading, name, analyte_id, method_id, unit, requirement, "
     "limit_kind, lower_limit, lower_inclusive, upper_limit, upper_inclusive, accepted, rejected, comparison, verified, "
     "source) VALUES",
     19},
    true};

const Table kItemEnglish{
    "test_item_english", {"item_id", "heading", "name", "unit", "requirement", "words"}, 1,
    {"test_item_english_all", "SELECT item_id, item_id, heading, name, unit, requirement, words FROM test_item_english"},
    {"test_item_english_upsert", "INSERT INTO test_item_english (item_id, heading, name, unit, requirement, words) VALUES", 6,
     "ON DUPLICATE KEY UPDATE heading = VALUES(heading), name = VALUES(name), unit = VALUES(unit), "
     "requirement = VALUES(requirement), words = VALUES(words)"}};

const Table kInstrument{
    "instrument", {"code", "name", "model", "protocol"}, 1,
    {"instrument_all", "SELECT id, code, name, model, protocol FROM instrument"},
    {"instrument_upsert", "INSERT INTO instrument (code, name, model, protocol) VALUES", 4,
     "ON DUPLICATE KEY UPDATE name = VALUES(name), model = VALUES(model), protocol = VALUES(protocol)"}};

const Table kControl{
    "control_material", {"code", "lot", "name", "valid_from", "valid_to", "source"}, 2,
    {"control_material_all", "SELECT id, code, lot, name, valid_from, valid_to, source FROM control_material"},
    {"control_material_upsert", "INSERT INTO control_material (code, lot, name, valid_from, valid_to, source) VALUES", 6,
     "ON DUPLICATE KEY UPDATE name = VALUES(name), valid_from = VALUES(valid_from), valid_to = VALUES(valid_to), source = VALUES(source)"}};

const Table kChart{
    "control_chart", {"material_id", "instrument_id", "analyte_id", "unit", "blocking"}, 3,
    {"control_chart_all", "SELECT id, material_id, instrument_id, analyte_id, unit, blocking FROM control_chart"},
    {"control_chart_upsert", "INSERT INTO control_chart (material_id, instrument_id, analyte_id, unit, blocking) VALUES", 5,
     "ON DUPLICATE KEY UPDATE unit = VALUES(unit), blocking = VALUES(blocking)"}};

const Table kTarget{
    "control_target", {"chart_id", "valid_from", "valid_to", "mean", "sd", "verified", "source"}, 2,
    {"control_target_all", "SELECT id, chart_id, valid_from, valid_to, mean, sd, verified, source FROM control_target"},
    {"control_target_upsert", "INSERT INTO control_target (chart_id, valid_from, valid_to, mean, sd, verified, source) VALUES", 7,
     "ON DUPLICATE KEY UPDATE valid_to = VALUES(valid_to), mean = VALUES(mean), sd = VALUES(sd), verified = VALUES(verified), "
     "source = VALUES(source)"}};

const Table kAccreditation{
    "accreditation", {"body", "number", "effective_from", "effective_to", "verified", "source"}, 3,
    {"accreditation_all", "SELECT id, body, number, effective_from, effective_to, verified, source FROM accreditation"},
    {"accreditation_upsert", "INSERT INTO accreditation (body, number, effective_from, effective_to, verified, source) VALUES", 6,
     "ON DUPLICATE KEY UPDATE effective_to = VALUES(effective_to), verified = VALUES(verified), source = VALUES(source)"}};

const Table kScope{
    "accreditation_scope", {"accreditation_id", "product", "analyte", "method", "effective_from", "effective_to"}, 5,
    {"accreditation_scope_all",
     "SELECT id, accreditation_id, product, analyte, method, effective_from, effective_to FROM accreditation_scope"},
    {"accreditation_scope_upsert",
     "INSERT INTO accreditation_scope (accreditation_id, product, analyte, method, effective_from, effective_to) VALUES", 6,
     "ON DUPLICATE KEY UPDATE effective_to = VALUES(effective_to)"}};

const Table kMarkRule{
    "mark_rule", {"body", "effective_from", "partly", "effective_to", "verified", "source"}, 2,
    {"mark_rule_all", "SELECT id, body, effective_from, partly, effective_to, verified, source FROM mark_rule"},
    {"mark_rule_upsert", "INSERT INTO mark_rule (body, effective_from, partly, effective_to, verified, source) VALUES", 6,
     "ON DUPLICATE KEY UPDATE partly = VALUES(partly), effective_to = VALUES(effective_to), verified = VALUES(verified), "
     "source = VALUES(source)"}};

const Table kRetention{
    "retention_rule", {"product_kind", "effective_from", "years", "effective_to", "verified", "source"}, 2,
    {"retention_rule_all", "SELECT id, product_kind, effective_from, years, effective_to, verified, source FROM retention_rule"},
    {"retention_rule_upsert",
     "INSERT INTO retention_rule (product_kind, effective_from, years, effective_to, verified, source) VALUES", 6,
     "ON DUPLICATE KEY UPDATE years = VALUES(years), effective_to = VALUES(effective_to), verified = VALUES(verified), "
     "source = VALUES(source)"}};

const Table kNearLimit{
    "near_limit_rule", {"product_kind", "effective_from", "share", "effective_to", "verified", "source"}, 2,
    {"near_limit_rule_all", "SELECT id, product_kind, effective_from, share, effective_to, verified, source FROM near_limit_rule"},
    {"near_limit_rule_upsert",
     "INSERT INTO near_limit_rule (product_kind, effective_from, share, effective_to, verified, source) VALUES", 6,
     "ON DUPLICATE KEY UPDATE share = VALUES(share), effective_to = VALUES(effective_to), verified = VALUES(verified), "
     "source = VALUES(source)"}};

}  // namespace tables

namespace {

constexpr db::Statement kReports{"instrument_report_all", "SELECT instrument_id, code, analyte_id, unit FROM instrument_analyte"};
constexpr db::InsertStatement kUpsertReports{
    "instrument_report_upsert", "INSERT INTO instrument_analyte (instrument_id, code, analyte_id, unit) VALUES", 4,
    "ON DUPLICATE KEY UPDATE analyte_id = VALUES(analyte_id), unit = VALUES(unit)"};
constexpr db::Statement kMappings{
    "instrument_mapping_all", "SELECT instrument_id, version, mapping, person_id FROM instrument_mapping ORDER BY instrument_id, version"};
constexpr db::InsertStatement kInsertMappings{
    "instrument_mapping_load", "INSERT INTO instrument_mapping (instrument_id, version, mapping, reason) VALUES", 4};
constexpr std::string_view kMappingReason = "机构数据文件";

using Cells = std::vector<std::optional<std::string>>;

Cells textsOf(const db::Parameters& values) {
    Cells out;
    for (const db::Value& value : values) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out.emplace_back(std::to_string(*number));
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            out.emplace_back(*text);
        } else {
            out.emplace_back(std::nullopt);
        }
    }
    return out;
}

Cells textsOf(const db::Row& row, std::size_t from, std::size_t count) {
    Cells out;
    for (std::size_t i = from; i < from + count; ++i) out.push_back(row.optionalText(i));
    return out;
}

std::string keyOf(const Cells& cells, std::size_t keys) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < keys; ++i) out.push_back(cells.at(i).value());
    return catalogue::keyOf(out);
}

std::string jsonOf(const Table& table, const Cells& cells) {
    json::Writer out;
    out.beginObject();
    for (std::size_t i = 0; i < cells.size(); ++i) out.field(table.columns.at(i), cells[i]);
    out.endObject();
    return out.take();
}

std::string jsonOf(const std::set<Cells>& reports) {
    json::Writer out;
    out.beginObject().key("reports").beginArray();
    for (const Cells& cells : reports) {
        out.beginObject().field("code", cells.at(1)).field("analyte_id", cells.at(2)).field("unit", cells.at(3)).endObject();
    }
    out.endArray().endObject();
    return out.take();
}

struct Found {
    std::int64_t id;
    Cells cells;
};

std::map<std::string, Found> readAll(db::ReadTransaction& tx, const Table& table) {
    std::map<std::string, Found> out;
    for (const db::Row& row : tx.query(table.select)) {
        Cells cells = textsOf(row, 1, table.columns.size());
        const std::string key = keyOf(cells, table.keys);
        out.emplace(key, Found{row.integer(0), std::move(cells)});
    }
    return out;
}

}  // namespace

std::string keyOf(const std::vector<std::string>& cells) {
    std::string out;
    for (const std::string& cell : cells) out += std::to_string(cell.size()) + ":" + cell;
    return out;
}

std::map<std::string, std::int64_t> TableSync::sync(const Table& table, const std::vector<Record>& wanted) {
    std::map<std::string, Found> found = readAll(tx_, table);
    std::vector<db::Parameters> rows;
    for (const Record& record : wanted) {
        const Cells cells = textsOf(record.cells);
        const auto before = found.find(keyOf(cells, table.keys));
        if (before != found.end() && before->second.cells == cells) continue;
        const bool isNew = before == found.end();
        if (!isNew && table.frozen) {
            throw Error(ErrorCode::BadDocument,
                        {std::to_string(record.line), record.subject + " is in use and cannot change; it takes a new edition"});
        }
        ++(isNew ? added : changed);
        entries.push_back({"catalogue.load", std::string(table.kind), record.subject,
                           isNew ? std::nullopt : std::optional(jsonOf(table, before->second.cells)), jsonOf(table, cells), {}});
        rows.push_back(record.cells);
    }
    if (!rows.empty()) {
        tx_.insert(table.upsert, rows);
        found = readAll(tx_, table);
    }
    std::map<std::string, std::int64_t> ids;
    for (const auto& [key, row] : found) ids.emplace(key, row.id);
    return ids;
}

void TableSync::syncReports(const std::vector<Record>& wanted) {
    std::map<std::string, std::set<Cells>> before;
    for (const db::Row& row : tx_.query(kReports)) before[row.text(0)].insert(textsOf(row, 0, 4));
    std::map<std::string, std::set<Cells>> differing;
    std::map<std::string, std::string> subjects;
    std::vector<db::Parameters> rows;
    for (const Record& record : wanted) {
        const Cells cells = textsOf(record.cells);
        const std::string& instrument = cells.at(0).value();
        if (before[instrument].contains(cells)) continue;
        differing[instrument].insert(cells);
        subjects[instrument] = record.subject;
        rows.push_back(record.cells);
    }
    for (const auto& [instrument, reports] : differing) {
        const std::set<Cells>& old = before[instrument];
        ++(old.empty() ? added : changed);
        entries.push_back({"catalogue.load", "instrument", subjects[instrument],
                           old.empty() ? std::nullopt : std::optional(jsonOf(old)), jsonOf(reports), {}});
    }
    tx_.insert(kUpsertReports, rows);
}

void TableSync::syncMappings(const std::vector<Record>& wanted) {
    struct Versions {
        std::int64_t newest = 0;
        std::string inForce, ofFile;
    };
    std::map<std::int64_t, Versions> known;
    for (const db::Row& row : tx_.query(kMappings)) {
        Versions& versions = known[row.integer(0)];
        versions.newest = row.integer(1);
        versions.inForce = row.text(2);
        if (row.isNull(3)) versions.ofFile = row.text(2);
    }
    std::vector<db::Parameters> rows;
    for (const Record& record : wanted) {
        const std::int64_t instrument = std::get<std::int64_t>(record.cells.at(0));
        const std::string& mapping = std::get<std::string>(record.cells.at(1));
        const Versions& versions = known[instrument];
        // What people changed since stays for as long as the file says what it said.
        if (versions.ofFile == mapping || versions.inForce == mapping) continue;
        ++(versions.newest == 0 ? added : changed);
        rows.push_back({instrument, versions.newest + 1, mapping, std::string(kMappingReason)});
        entries.push_back({"catalogue.load", "instrument", record.subject,
                           versions.newest == 0 ? std::nullopt : std::optional(versions.inForce), mapping, std::string(kMappingReason)});
    }
    tx_.insert(kInsertMappings, rows);
}

}  // namespace touchstone::catalogue
