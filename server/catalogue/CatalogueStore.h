#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/catalogue/Catalogue.h"
#include "server/db/Database.h"

/// All that is read of the catalogue. It is written by the import of an institute only.
namespace touchstone::catalogue {

/// By code; with `part`, those whose code or name contains it. Without editions.
[[nodiscard]] std::vector<Product> listProducts(db::ReadTransaction& tx, const std::optional<std::string>& part);
/// With the editions of their standards, by code. Unknown codes are left out.
[[nodiscard]] std::map<std::string, Product> productsByCode(db::ReadTransaction& tx, const std::set<std::string>& codes);

/// The items of each basis in order; a basis without items is left out.
[[nodiscard]] std::map<Basis, std::vector<TestItem>> itemsOf(db::ReadTransaction& tx, const std::set<Basis>& bases);
/// Unknown ids are left out.
[[nodiscard]] std::map<TestItemId, TestItem> itemsById(db::ReadTransaction& tx, const std::vector<TestItemId>& ids);

[[nodiscard]] Calendar readCalendar(db::ReadTransaction& tx);
/// The rules in force on a day, the newest first.
[[nodiscard]] std::vector<DeadlineRule> deadlineRules(db::ReadTransaction& tx, Date day);

/// ["…", "…"] as the columns accepted and rejected hold it; NULL is an empty list.
[[nodiscard]] std::vector<std::string> textsOfJson(const std::optional<std::string>& json);

}  // namespace touchstone::catalogue
