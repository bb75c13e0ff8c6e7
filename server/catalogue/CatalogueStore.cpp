#include "server/catalogue/CatalogueStore.h"

#include <utility>

#include "server/core/Error.h"
#include "server/core/Json.h"

namespace touchstone::catalogue {
namespace {

constexpr db::Statement kProducts{
    "product_list",
    "SELECT p.id, p.code, p.name, p.kind, s.code, p.name_en FROM product p JOIN standard s ON s.id = p.standard_id ORDER BY p.code"};
constexpr db::Statement kProductsWithPart{
    "product_list_with_part",
    "SELECT p.id, p.code, p.name, p.kind, s.code, p.name_en FROM product p JOIN standard s ON s.id = p.standard_id "
    "WHERE INSTR(LOWER(p.code), LOWER(?)) > 0 OR INSTR(LOWER(p.name), LOWER(?)) > 0 ORDER BY p.code"};
constexpr db::Statement kProductsByCode{
    "product_by_code",
    "SELECT p.id, p.code, p.name, p.kind, s.code, p.name_en, e.id, e.edition, e.effective_from, e.effective_to, e.verified, e.source "
    "FROM product p JOIN standard s ON s.id = p.standard_id LEFT JOIN standard_edition e ON e.standard_id = s.id "
    "WHERE p.code IN (??) ORDER BY p.code, e.effective_from"};

#define TOUCHSTONE_ITEMS                                                                                              \
    "SELECT i.id, i.edition_id, i.product_id, e.edition, i.seq, i.heading, i.name, i.analyte_id, a.code, "            \
    "TRIM(CONCAT(m.code, ' ', m.version)), i.unit, i.requirement, i.limit_kind, i.lower_limit, i.lower_inclusive, "   \
    "i.upper_limit, i.upper_inclusive, i.accepted, i.rejected, i.comparison, i.verified, i.source FROM test_item i "  \
    "JOIN standard_edition e ON e.id = i.edition_id JOIN analyte a ON a.id = i.analyte_id "                           \
    "JOIN method m ON m.id = i.method_id WHERE "
constexpr db::Statement kItemsOfEditions{"item_of_editions", TOUCHSTONE_ITEMS "i.edition_id IN (??) ORDER BY i.seq"};
constexpr db::Statement kItemsById{"item_by_id", TOUCHSTONE_ITEMS "i.id IN (??)"};
#undef TOUCHSTONE_ITEMS

constexpr db::Statement kCalendar{"calendar_days", "SELECT day, kind FROM calendar_day"};
constexpr db::Statement kDeadlines{
    "deadline_rules",
    "SELECT business_kind, product_kind, days, counting, source FROM deadline_rule "
    "WHERE effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?) ORDER BY effective_from DESC"};

Date dateOf(const std::string& text) {
    const std::optional<Date> date = parseDate(text);
    if (!date) throw Error(ErrorCode::NotADate);
    return *date;
}

Product toProduct(const db::Row& row) {
    return {ProductId{row.integer(0)}, row.text(1), row.text(2), row.text(3), row.text(4), {}, row.text(5)};
}

Edition toEdition(const db::Row& row) {
    const auto to = row.optionalText(9);
    return {EditionId{row.integer(6)}, row.text(7), dateOf(row.text(8)), to ? std::optional(dateOf(*to)) : std::nullopt,
            row.flag(10), row.text(11)};
}

std::optional<Bound> toBound(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return Bound{row.text(column), row.flag(column + 1)};
}

TestItem toItem(const db::Row& row) {
    TestItem item;
    item.id = TestItemId{row.integer(0)};
    item.edition = EditionId{row.integer(1)};
    item.product = ProductId{row.integer(2)};
    item.editionName = row.text(3);
    item.seq = row.integer(4);
    item.heading = row.text(5);
    item.name = row.text(6);
    item.analyteId = row.integer(7);
    item.analyte = row.text(8);
    item.method = row.text(9);
    item.unit = row.text(10);
    item.limit = {limitKindOf(row.text(12)).value(), row.text(11),
                  toBound(row, 13),                  toBound(row, 15),
                  textsOfJson(row.optionalText(17)), textsOfJson(row.optionalText(18)),
                  comparisonRuleOf(row.text(19)).value()};
    item.verified = row.flag(20);
    item.source = row.text(21);
    return item;
}

}  // namespace

std::vector<Product> listProducts(db::ReadTransaction& tx, const std::optional<std::string>& part) {
    std::vector<Product> out;
    for (const db::Row& row : part ? tx.query(kProductsWithPart, {*part, *part}) : tx.query(kProducts)) {
        out.push_back(toProduct(row));
    }
    return out;
}

std::map<std::string, Product> productsByCode(db::ReadTransaction& tx, const std::set<std::string>& codes) {
    std::map<std::string, Product> out;
    for (const db::Row& row : tx.query(kProductsByCode, {}, {codes.begin(), codes.end()})) {
        Product& product = out.try_emplace(row.text(1), toProduct(row)).first->second;
        if (!row.isNull(6)) product.editions.push_back(toEdition(row));
    }
    return out;
}

std::map<Basis, std::vector<TestItem>> itemsOf(db::ReadTransaction& tx, const std::set<Basis>& bases) {
    std::vector<db::Value> editions;
    for (const Basis& basis : bases) editions.emplace_back(basis.edition.value);
    std::map<Basis, std::vector<TestItem>> out;
    for (const db::Row& row : tx.query(kItemsOfEditions, {}, editions)) {
        TestItem item = toItem(row);
        const Basis basis{item.product, item.edition};
        if (bases.contains(basis)) out[basis].push_back(std::move(item));
    }
    return out;
}

std::map<TestItemId, TestItem> itemsById(db::ReadTransaction& tx, const std::vector<TestItemId>& ids) {
    std::vector<db::Value> list;
    for (const TestItemId id : ids) list.emplace_back(id.value);
    std::map<TestItemId, TestItem> out;
    for (const db::Row& row : tx.query(kItemsById, {}, list)) {
        TestItem item = toItem(row);
        out.emplace(item.id, std::move(item));
    }
    return out;
}

Calendar readCalendar(db::ReadTransaction& tx) {
    std::set<Date> holidays;
    std::set<Date> workdays;
    for (const db::Row& row : tx.query(kCalendar)) {
        (row.text(1) == "holiday" ? holidays : workdays).insert(dateOf(row.text(0)));
    }
    return {std::move(holidays), std::move(workdays)};
}

std::vector<DeadlineRule> deadlineRules(db::ReadTransaction& tx, Date day) {
    std::vector<DeadlineRule> out;
    for (const db::Row& row : tx.query(kDeadlines, {toText(day), toText(day)})) {
        out.push_back({row.text(0), row.text(1), static_cast<int>(row.integer(2)),
                       row.text(3) == "natural" ? DayCount::NaturalDays : DayCount::WorkingDays, row.text(4)});
    }
    return out;
}

std::vector<std::string> textsOfJson(const std::optional<std::string>& json) {
    std::vector<std::string> out;
    if (!json) return out;
    const json::Value list = json::parse(*json);
    for (const json::Value& item : list.items()) out.push_back(item.text());
    return out;
}

}  // namespace touchstone::catalogue
