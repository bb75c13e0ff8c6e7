#include "server/samples/HeadRoutes.h"

#include <algorithm>
#include <set>

#include "server/core/Bytes.h"

namespace touchstone::samples {
namespace {

std::vector<std::string> fieldNames() {
    std::vector<std::string> names;
    for (const HeadField& field : headFields()) names.emplace_back(field.name);
    return names;
}

HeadChange headChange(http::Fields& row) {
    HeadChange change{row.oneOf("field", fieldNames()), std::nullopt, {}};
    const HeadField* field = headField(change.field);
    if (field == nullptr) {
        static_cast<void>(row.optionalText("new"));  // known, though nothing is made of it
        return change;
    }
    change.newValue = row.text("new", {.most = field->most});
    if (field->name == "language" && std::ranges::find(kLanguages, change.newValue) == kLanguages.end()) {
        row.fail("new", ErrorCode::NotOneOf, {"zh, en"});
    }
    if (field->english && hasHan(change.newValue)) row.fail("new", ErrorCode::WrongCharacters);
    if (field->date && !change.newValue.empty() && !parseDate(change.newValue)) row.fail("new", ErrorCode::NotADate);
    return change;
}

}  // namespace

std::vector<HeadChange> headChanges(http::Fields& in, const std::vector<json::Value>& rows) {
    std::vector<HeadChange> out;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        http::Fields row(rows[i], "changes", i, in.errors());
        HeadChange change = headChange(row);
        if (!change.field.empty() && !seen.insert(change.field).second) row.fail("field", ErrorCode::Duplicate);
        row.finish();
        out.push_back(std::move(change));
    }
    return out;
}

}  // namespace touchstone::samples
