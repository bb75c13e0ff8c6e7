#include "server/regulators/FeedStore.h"

#include <map>

#include "server/certificates/Said.h"
#include "server/samples/Numbering.h"

namespace touchstone::regulators::store {
namespace {

constexpr const char* kCounter = "PUBLICATION";

constexpr db::Statement kUnnumbered{"feed_unnumbered",
                                    "SELECT sequence FROM publication WHERE position IS NULL LIMIT 1"};
constexpr db::Statement kTake{"feed_take",
                              "SELECT sequence FROM publication WHERE position IS NULL ORDER BY sequence LIMIT ?"};
constexpr db::Statement kNumber{
    "feed_number", "UPDATE publication SET position = ? + FIND_IN_SET(sequence, ?) - 1 WHERE sequence IN (??)"};

// The feed's key leads, so that a stretch of it is read and nothing is sorted.
constexpr db::Statement kPublished{
    "feed_published",
    "SELECT STRAIGHT_JOIN p.position, IF(p.kind = 'issued', p.position, (SELECT MIN(f.position) FROM publication f "
    "WHERE f.certificate_id = p.certificate_id)), p.kind, p.certificate_id, c.number, s.number, "
    TOUCHSTONE_SAID("s.batch_no", "batch_no") ", " TOUCHSTONE_SAID("COALESCE(s.product_name, d.name)", "product_name") ", "
    TOUCHSTONE_SAID("s.maker", "maker") ", s.region_code, s.business_kind, c.verdict, p.at FROM publication p JOIN certificate c ON c.id = p.certificate_id "
    "JOIN sample s ON s.id = c.sample_id JOIN product d ON d.id = s.product_id WHERE p.position > ? "
    "ORDER BY p.position LIMIT ?"};

constexpr db::Statement kChanges{
    "feed_changes",
    "SELECT position, kind, at, certificate_id FROM publication WHERE position IN (??) ORDER BY position"};

/// Those that are published and of the region or below it.
std::map<CertificateId, certificates::Certificate> seen(db::ReadTransaction& tx, const std::string& region,
                                                        const std::vector<CertificateId>& ids) {
    std::map<CertificateId, certificates::Certificate> out;
    for (certificates::Certificate& one : certificates::store::byIds(tx, ids)) {
        if (one.status != "drawing" && one.regionCode.starts_with(region)) out.emplace(one.id, std::move(one));
    }
    return out;
}

}  // namespace

bool unnumbered(db::ReadTransaction& tx) {
    return !tx.query(kUnnumbered).empty();
}

std::size_t giveNumbers(db::WriteTransaction& tx, std::size_t limit) {
    // Locks the counter before the rows are read, so that what another one numbered meanwhile is seen as numbered.
    static_cast<void>(samples::takeNumbers(tx, kCounter, 0));
    const db::Rows rows = tx.query(kTake, {static_cast<std::int64_t>(limit)});
    if (rows.empty()) return 0;
    std::vector<db::Value> sequences;
    std::string list;
    for (const db::Row& row : rows) {
        sequences.emplace_back(row.integer(0));
        list += (list.empty() ? "" : ",") + row.text(0);
    }
    const std::int64_t first = samples::takeNumbers(tx, kCounter, static_cast<std::int64_t>(rows.size()));
    tx.execute(kNumber, {first, list}, sequences);
    return rows.size();
}

std::vector<Published> published(db::ReadTransaction& tx, std::int64_t after, std::size_t limit) {
    std::vector<Published> out;
    for (const db::Row& row : tx.query(kPublished, {after, static_cast<std::int64_t>(limit)})) {
        out.push_back({row.integer(0),
                       row.integer(1),
                       changeKindOf(row.text(2)),
                       {row.integer(3)},
                       row.text(4),
                       row.text(5),
                       row.text(6),
                       row.text(7),
                       row.text(8),
                       row.text(9),
                       row.text(10),
                       row.text(11),
                       Zone{}.dateOf(instantFromSql(row.text(12)))});
    }
    return out;
}

std::vector<Change> changes(db::ReadTransaction& tx, const std::string& region,
                            const std::vector<std::int64_t>& positions) {
    const db::Rows rows = tx.query(kChanges, {}, {positions.begin(), positions.end()});
    std::vector<CertificateId> ids;
    for (const db::Row& row : rows) ids.push_back({row.integer(3)});
    const auto found = seen(tx, region, ids);
    std::vector<Change> out;
    for (const db::Row& row : rows) {
        const auto one = found.find({row.integer(3)});
        if (one != found.end()) out.push_back({row.integer(0), row.text(1), instantFromSql(row.text(2)), one->second});
    }
    return out;
}

std::vector<certificates::Certificate> certificatesOf(db::ReadTransaction& tx, const std::string& region,
                                                      const std::vector<CertificateId>& ids) {
    auto found = seen(tx, region, ids);
    std::vector<certificates::Certificate> out;
    for (const CertificateId id : ids) {
        if (const auto one = found.find(id); one != found.end()) out.push_back(std::move(one->second));
    }
    return out;
}

}  // namespace touchstone::regulators::store
