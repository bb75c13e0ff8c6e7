#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL by which people change how an instrument is understood: versions of its mapping, its codes, its format.
namespace touchstone::intake {

struct LockedInstrument {
    InstrumentId id;
    std::string protocol;
};
[[nodiscard]] std::optional<LockedInstrument> lockInstrument(db::WriteTransaction& tx, const std::string& code);
void setProtocol(db::WriteTransaction& tx, InstrumentId instrument, const std::string& protocol);

struct MappingVersion {
    std::int64_t version;
    std::string mapping;                  ///< JSON
    std::optional<std::string> person;    ///< nothing: the file of the institute
    Instant at;
    std::string reason;
};
/// Newest first.
[[nodiscard]] std::vector<MappingVersion> mappingVersions(db::ReadTransaction& tx, InstrumentId instrument);
void insertMapping(db::WriteTransaction& tx, InstrumentId instrument, std::int64_t version, const std::string& mapping, PersonId person,
                   Instant at, const std::string& reason);

struct InstrumentCode {
    std::string code;           ///< as the instrument says it
    std::string analyte;        ///< code of the catalogue
    std::string analyteName;
    std::string unit;
};
[[nodiscard]] std::vector<InstrumentCode> instrumentCodes(db::ReadTransaction& tx, InstrumentId instrument);
/// Adds codes and replaces those that are there. The analytes are known.
void upsertCodes(db::WriteTransaction& tx, InstrumentId instrument, const std::vector<InstrumentCode>& codes);
void deleteCodes(db::WriteTransaction& tx, InstrumentId instrument, const std::vector<std::string>& codes);

struct AnalyteView {
    std::string code;
    std::string name;
};
[[nodiscard]] std::vector<AnalyteView> analytes(db::ReadTransaction& tx);

}  // namespace touchstone::intake
