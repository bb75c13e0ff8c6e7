#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/audit/Trail.h"
#include "server/db/Database.h"

namespace touchstone::catalogue {

/// A table of the catalogue as the import sees it: rows found by their natural key, added, and changed unless frozen.
struct Table {
    std::string_view kind;                  ///< subject in the trail
    std::vector<std::string_view> columns;  ///< the natural key first
    std::size_t keys;
    db::Statement select;                   ///< id, then the columns
    db::InsertStatement upsert;             ///< a plain insert for a frozen table
    bool frozen = false;
};

namespace tables {
extern const Table kOrganisation, kDay, kDeadline, kStandard, kEdition, kAnalyte, kMethod, kProduct, kItem, kItemEnglish, kInstrument, kControl, kChart, kTarget,
    kAccreditation, kScope, kMarkRule, kRetention, kNearLimit;
}

struct Record {
    db::Parameters cells;   ///< in the order of the columns
    std::string subject;    ///< what the trail calls it
    std::size_t line;       ///< of the file
};

/// Joins the cells of a natural key.
[[nodiscard]] std::string keyOf(const std::vector<std::string>& cells);

/// Brings tables to the wanted records, within one transaction, and remembers what it did.
class TableSync {
public:
    explicit TableSync(db::WriteTransaction& tx) : tx_(tx) {}

    /// One read, one multi-row write. Gives the ids of all rows of the table by keyOf their natural keys.
    /// Error(BadDocument) when a record of a frozen table would change.
    std::map<std::string, std::int64_t> sync(const Table& table, const std::vector<Record>& wanted);
    /// What each instrument reports, code by code; codes that people added stay.
    /// Cells of a record: instrument id, code, analyte id, unit; subject: the instrument.
    void syncReports(const std::vector<Record>& wanted);
    /// The mapping of each instrument as a new version, where the file says another than when it was last loaded.
    /// Cells of a record: instrument id, mapping; subject: the instrument.
    void syncMappings(const std::vector<Record>& wanted);

    std::size_t added = 0;
    std::size_t changed = 0;
    std::vector<audit::Entry> entries;

private:
    db::WriteTransaction& tx_;
};

}  // namespace touchstone::catalogue
