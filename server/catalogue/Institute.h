#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "instruments/formats/Xml.h"
#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/db/Database.h"

namespace touchstone::catalogue {

struct Imported {
    std::size_t added = 0;
    std::size_t changed = 0;
};

/// Brings the catalogue to what the file says, in one transaction, with every row that it adds or changes in the trail;
/// the same file again changes nothing, and what the file does not name stays. The file keeps to schemaFile
/// (schema/institute.xsd). A test item that is there already cannot change: that takes a new edition.
/// Role administrator. Error(BadDocument) with the line, or Error(Invalid) with all the lines whose content is wrong.
[[nodiscard]] Imported importInstitute(db::Database& database, const audit::Trail& trail, const Actor& actor,
                                       std::string_view xmlText, const std::string& schemaFile);

/// What a schema cannot say: terms that end before they begin, limits without or with crossed bounds, a word that both
/// conforms and fails, a mapping that is no JSON, a scope of nothing or of an unknown method, items under an edition of another standard. One error a line.
[[nodiscard]] std::vector<FieldError> checkInstitute(const xml::Element& institute);

}  // namespace touchstone::catalogue
