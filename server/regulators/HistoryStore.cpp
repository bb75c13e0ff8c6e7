#include "server/regulators/HistoryStore.h"

#include "server/db/Patterns.h"

namespace touchstone::regulators::store {
namespace {

constexpr db::Statement kMakers{
    "history_makers",
    "SELECT maker, maker, COUNT(*), SUM(verdict = 'fails') FROM outcome WHERE standing AND maker LIKE ? ESCAPE '!' "
    "AND region_code LIKE ? ESCAPE '!' GROUP BY maker ORDER BY 3 DESC, 1 LIMIT 20"};
constexpr db::Statement kProducts{
    "history_products",
    "SELECT product_code, MAX(product_name), COUNT(*), SUM(verdict = 'fails') FROM outcome WHERE standing "
    "AND (product_name LIKE ? ESCAPE '!' OR product_code LIKE ? ESCAPE '!') AND region_code LIKE ? ESCAPE '!' "
    "GROUP BY product_code ORDER BY 3 DESC, 1 LIMIT 20"};

#define TOUCHSTONE_YEARS(column)                                                          \
    "SELECT YEAR(issued_on), COUNT(*), SUM(verdict = 'fails') FROM outcome WHERE " column \
    " = ? AND standing AND region_code LIKE ? ESCAPE '!' GROUP BY YEAR(issued_on) ORDER BY 1"
constexpr db::Statement kYearsOfMaker{"history_years_of_maker", TOUCHSTONE_YEARS("maker")};
constexpr db::Statement kYearsOfProduct{"history_years_of_product", TOUCHSTONE_YEARS("product_code")};
#undef TOUCHSTONE_YEARS

#define TOUCHSTONE_HISTORY(column)                                                                              \
    "SELECT o.certificate_id, o.number, c.status, o.laboratory, o.product_name, o.batch_no, o.maker, "          \
    "o.business_kind, "                                                                                         \
    "o.region_code, o.issued_on, o.verdict FROM outcome o JOIN certificate c ON c.id = o.certificate_id WHERE " \
    "o." column                                                                                                 \
    " = ? AND o.region_code LIKE ? ESCAPE '!' AND o.certificate_id < ? ORDER BY o.certificate_id DESC LIMIT ?"
constexpr db::Statement kOfMaker{"history_of_maker", TOUCHSTONE_HISTORY("maker")};
constexpr db::Statement kOfProduct{"history_of_product", TOUCHSTONE_HISTORY("product_code")};
#undef TOUCHSTONE_HISTORY

constexpr db::Statement kByMaker{"cluster_by_maker",
                                 "SELECT maker, '', '', analyte_id, SUM(tested), SUM(failing) FROM outcome_tally WHERE "
                                 "region = ? AND month BETWEEN ? AND ? "
                                 "GROUP BY maker, analyte_id"};
constexpr db::Statement kByAnalyte{"cluster_by_analyte",
                                   "SELECT '', '', '', analyte_id, SUM(tested), SUM(failing) FROM outcome_tally WHERE "
                                   "region = ? AND month BETWEEN ? AND ? "
                                   "GROUP BY analyte_id"};
// From the failing certificates to all tests of their batches. A batch goes by the first of its failing certificates while it
// is grouped: by names, the groups are so wide that the database puts them on disk, which took four times as long.
constexpr db::Statement kByBatch{
    "cluster_by_batch",
    "SELECT n.maker, n.batch_no, n.product_name, g.analyte_id, g.tested, g.failing FROM "
    "(SELECT b.first, i.analyte_id, COUNT(*) AS tested, SUM(i.verdict = 'fails') AS failing FROM "
    "(SELECT MIN(certificate_id) AS first, maker, batch_no, product_code FROM outcome WHERE verdict = 'fails' AND standing "
    "AND issued_on BETWEEN ? AND ? AND region_code LIKE ? ESCAPE '!' GROUP BY maker, batch_no, product_code) b "
    "JOIN outcome o ON o.batch_no = b.batch_no AND o.maker = b.maker AND o.product_code = b.product_code "
    "JOIN outcome_item i ON i.certificate_id = o.certificate_id "
    "WHERE o.standing AND o.issued_on BETWEEN ? AND ? AND o.region_code LIKE ? ESCAPE '!' AND i.analyte_id IS NOT NULL "
    "GROUP BY b.first, i.analyte_id HAVING failing > 0) g JOIN outcome n ON n.certificate_id = g.first"};
constexpr db::Statement kNames{"cluster_analytes", "SELECT id, name FROM analyte WHERE id IN (??)"};

Date lastDayOf(Date month) {
    const std::chrono::year_month_day parts(month);
    return Date(parts.year() / parts.month() / std::chrono::last);
}

std::vector<Count> toCounts(const db::Rows& rows) {
    std::vector<Count> out;
    for (const db::Row& row : rows) {
        out.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4), row.integer(5)});
    }
    return out;
}

}  // namespace

std::vector<FoundSubject> subjects(db::ReadTransaction& tx, Subject::Kind kind, const std::string& part,
                                   const std::string& region) {
    const std::string pattern = db::containing(part);
    const std::string below = db::startingWith(region);
    std::vector<FoundSubject> out;
    for (const db::Row& row : kind == Subject::Kind::Maker ? tx.query(kMakers, {pattern, below})
                                                           : tx.query(kProducts, {pattern, pattern, below})) {
        out.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
    }
    return out;
}

std::vector<HistoryYear> years(db::ReadTransaction& tx, const Subject& subject, const std::string& region) {
    std::vector<HistoryYear> out;
    for (const db::Row& row : tx.query(subject.kind == Subject::Kind::Maker ? kYearsOfMaker : kYearsOfProduct,
                                       {subject.key, db::startingWith(region)})) {
        out.push_back({row.integer(0), row.integer(1), row.integer(2)});
    }
    return out;
}

std::vector<HistoryEntry> history(db::ReadTransaction& tx, const Subject& subject, const std::string& region,
                                  std::optional<std::int64_t> after, std::int64_t limit) {
    std::vector<HistoryEntry> out;
    std::vector<std::int64_t> ids;
    for (const db::Row& row : tx.query(subject.kind == Subject::Kind::Maker ? kOfMaker : kOfProduct,
                                       {subject.key, db::startingWith(region), after.value_or(INT64_MAX), limit})) {
        out.push_back({row.integer(0),
                       row.text(1),
                       row.text(2),
                       row.text(3),
                       row.text(4),
                       row.text(5),
                       row.text(6),
                       row.text(7),
                       row.text(8),
                       row.text(9),
                       row.text(10),
                       {}});
        ids.push_back(out.back().id);
    }
    const auto items = failingItems(tx, ids);
    for (HistoryEntry& entry : out) {
        const auto found = items.find(entry.id);
        if (found != items.end()) entry.failing = found->second;
    }
    return out;
}

std::vector<Count> counts(db::ReadTransaction& tx, ClusterBy by, const Window& window, const std::string& region) {
    const std::string first = toText(window.first);
    if (by == ClusterBy::batch) {
        const std::string last = toText(lastDayOf(window.last));
        const std::string below = db::startingWith(region);
        return toCounts(tx.query(kByBatch, {first, last, below, first, last, below}));
    }
    return toCounts(tx.query(by == ClusterBy::maker ? kByMaker : kByAnalyte, {region, first, toText(window.last)}));
}

std::map<std::int64_t, std::string> analyteNames(db::ReadTransaction& tx, const std::vector<std::int64_t>& ids) {
    std::map<std::int64_t, std::string> out;
    for (const db::Row& row : tx.query(kNames, {}, {ids.begin(), ids.end()})) out[row.integer(0)] = row.text(1);
    return out;
}

}  // namespace touchstone::regulators::store
