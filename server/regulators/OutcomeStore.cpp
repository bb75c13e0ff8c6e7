#include "server/regulators/OutcomeStore.h"

#include <algorithm>

namespace touchstone::regulators::store {
namespace {

constexpr db::Statement kAny{
    "outcome_any", "SELECT 1 FROM publication WHERE position > (SELECT upto FROM outcome_cursor WHERE id = 1) LIMIT 1"};
constexpr db::Statement kLock{"outcome_lock", "SELECT upto FROM outcome_cursor WHERE id = 1 FOR UPDATE"};
constexpr db::Statement kPending{
    "outcome_pending",
    "SELECT p.position, p.kind, p.at, p.certificate_id, c.released_at, c.frozen FROM publication p "
    "JOIN certificate c ON c.id = p.certificate_id WHERE p.position > ? ORDER BY p.position LIMIT ?"};
constexpr db::Statement kMove{"outcome_move", "UPDATE outcome_cursor SET upto = ? WHERE id = 1"};
constexpr db::InsertStatement kUnread{"outcome_unread", "INSERT INTO outcome_unread (position, problem) VALUES", 2};

constexpr db::Statement kAnalytes{
    "outcome_analytes",
    "SELECT e.edition, p.code, i.seq, i.analyte_id FROM product p JOIN test_item i ON i.product_id = p.id "
    "JOIN standard_edition e ON e.id = i.edition_id WHERE p.code IN (??)"};

constexpr db::InsertStatement kInsert{
    "outcome_insert",
    "INSERT INTO outcome (certificate_id, number, sample, laboratory, product_code, product_name, product_kind, "
    "specification, "
    "batch_no, maker, approval_no, client, business_kind, region_code, edition, sampled_on, issued_on, verdict) VALUES",
    18};
constexpr db::InsertStatement kInsertItem{
    "outcome_item_insert",
    "INSERT INTO outcome_item (certificate_id, seq, analyte_id, item, requirement, value, unit, verdict) VALUES", 8};
constexpr db::Statement kStanding{
    "outcome_standing", "SELECT certificate_id FROM outcome WHERE standing AND certificate_id IN (??) FOR UPDATE"};
constexpr db::Statement kEnd{"outcome_end", "UPDATE outcome SET standing = FALSE WHERE certificate_id IN (??)"};
constexpr db::Statement kOutcomes{
    "outcome_by_ids", "SELECT certificate_id, maker, region_code, issued_on FROM outcome WHERE certificate_id IN (??)"};
constexpr db::Statement kItems{
    "outcome_items",
    "SELECT certificate_id, seq, analyte_id, item, requirement, value, unit, verdict FROM outcome_item "
    "WHERE certificate_id IN (??) ORDER BY certificate_id, seq"};
constexpr db::InsertStatement kTally{
    "outcome_tally", "INSERT INTO outcome_tally (region, month, analyte_id, maker, tested, failing) VALUES", 6,
    "ON DUPLICATE KEY UPDATE tested = tested + VALUES(tested), failing = failing + VALUES(failing)"};
constexpr db::InsertStatement kRisk{"risk_insert", "INSERT INTO risk (certificate_id, opened_at, due_on, rule) VALUES",
                                    4};

std::vector<db::Value> values(const std::vector<CertificateId>& ids) {
    std::vector<db::Value> out;
    out.reserve(ids.size());
    for (const CertificateId id : ids) out.emplace_back(id.value);
    return out;
}

}  // namespace

bool anyPending(db::ReadTransaction& tx) {
    return !tx.query(kAny).empty();
}

std::vector<Pending> lockPending(db::WriteTransaction& tx, std::int64_t limit) {
    const std::int64_t upto = tx.query(kLock).front().integer(0);
    std::vector<Pending> out;
    for (const db::Row& row : tx.query(kPending, {upto, limit})) {
        out.push_back({row.integer(0),
                       row.text(1),
                       instantFromSql(row.text(2)),
                       {row.integer(3)},
                       instantFromSql(row.text(4)),
                       row.text(5)});
    }
    return out;
}

void markTaken(db::WriteTransaction& tx, const std::vector<Pending>& taken) {
    std::vector<db::Parameters> unread;
    for (const Pending& one : taken) {
        if (one.problem) unread.push_back({one.position, *one.problem});
    }
    tx.insert(kUnread, unread);
    tx.execute(kMove, {taken.back().position});
}

std::map<ItemKey, std::int64_t> analytes(db::ReadTransaction& tx, const std::vector<std::string>& products) {
    std::map<ItemKey, std::int64_t> out;
    for (const db::Row& row : tx.query(kAnalytes, {}, {products.begin(), products.end()})) {
        out[{row.text(0), row.text(1), row.integer(2)}] = row.integer(3);
    }
    return out;
}

void insertOutcomes(db::WriteTransaction& tx, const std::vector<Outcome>& outcomes) {
    std::vector<db::Parameters> rows;
    std::vector<db::Parameters> items;
    for (const Outcome& one : outcomes) {
        rows.push_back({one.certificate.value, one.number, one.sample, one.laboratory, one.productCode, one.productName,
                        one.productKind, one.specification, one.batchNo, one.maker, one.approvalNo, one.client,
                        one.businessKind, one.regionCode, one.edition, one.sampledOn, toText(one.issuedOn),
                        one.verdict});
        for (const OutcomeItem& item : one.items) {
            items.push_back({one.certificate.value, item.seq, db::orNull(item.analyte), item.item, item.requirement,
                             item.value, item.unit, item.verdict});
        }
    }
    tx.insert(kInsert, rows);
    tx.insert(kInsertItem, items);
}

std::vector<CertificateId> endStanding(db::WriteTransaction& tx, const std::vector<CertificateId>& ids) {
    std::vector<CertificateId> out;
    for (const db::Row& row : tx.query(kStanding, {}, values(ids))) out.push_back({row.integer(0)});
    if (!out.empty()) tx.execute(kEnd, {}, values(out));
    return out;
}

std::vector<Outcome> outcomes(db::ReadTransaction& tx, const std::vector<CertificateId>& ids) {
    std::map<std::int64_t, Outcome> found;
    for (const db::Row& row : tx.query(kOutcomes, {}, values(ids))) {
        Outcome& one = found[row.integer(0)];
        one.certificate = {row.integer(0)};
        one.maker = row.text(1);
        one.regionCode = row.text(2);
        one.issuedOn = parseDate(row.text(3)).value();
    }
    for (const db::Row& row : tx.query(kItems, {}, values(ids))) {
        found.at(row.integer(0))
            .items.push_back({row.integer(1),
                              {},
                              row.text(3),
                              row.text(4),
                              row.text(5),
                              row.text(6),
                              row.text(7),
                              row.optionalInteger(2)});
    }
    std::vector<Outcome> out;
    for (auto& [id, one] : found) out.push_back(std::move(one));
    return out;
}

void addTallies(db::WriteTransaction& tx, const std::map<TallyKey, Tally>& tallies) {
    std::vector<db::Parameters> rows;
    for (const auto& [key, tally] : tallies) {
        const auto& [region, month, analyte, maker] = key;
        rows.push_back({region, month, analyte, maker, tally.tested, tally.failing});
    }
    tx.insert(kTally, rows);
}

void insertRisks(db::WriteTransaction& tx, const std::vector<NewRisk>& risks, Instant at) {
    std::vector<db::Parameters> rows;
    for (const NewRisk& one : risks) {
        rows.push_back({one.certificate.value, toSql(at),
                        one.term ? db::Value(toText(one.term->due)) : db::Value(nullptr),
                        one.term ? db::Value(one.term->rule) : db::Value(nullptr)});
    }
    tx.insert(kRisk, rows);
}

}  // namespace touchstone::regulators::store
