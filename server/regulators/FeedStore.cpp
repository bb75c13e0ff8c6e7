#include "server/regulators/FeedStore.h"

#include <map>

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
    "WHERE f.certificate_id = p.certificate_id)), p.kind, p.certificate_id, c.number, s.number, s.batch_no, d.name, "
    "s.maker, "
    "s.region_code, s.business_kind, c.verdict, p.at FROM publication p JOIN certificate c ON c.id = p.certificate_id "
    "JOIN sample s ON s.id = c.sample_id JOIN product d ON d.id = s.product_id WHERE p.position > ? "
    "ORDER BY p.position LIMIT ?"};

#define TOUCHSTONE_PORTAL_COLUMNS                                                                           \
    "c.id, c.number, s.number, d.name, s.batch_no, s.maker, s.client, s.region_code, c.verdict, c.status, " \
    "c.released_at, c.issued_at, LOWER(HEX(f.sha256))"
#define TOUCHSTONE_PORTAL_TABLES                                                               \
    "certificate c JOIN sample s ON s.id = c.sample_id JOIN product d ON d.id = s.product_id " \
    "JOIN certificate_file f ON f.certificate_id = c.id "

constexpr db::Statement kChanges{"feed_changes",
                                 "SELECT " TOUCHSTONE_PORTAL_COLUMNS
                                 ", p.position, p.kind, p.at FROM publication p JOIN " TOUCHSTONE_PORTAL_TABLES
                                 "ON c.id = p.certificate_id WHERE s.region_code LIKE ? AND p.position IN "
                                 "(??) ORDER BY p.position"};
constexpr db::Statement kCertificates{"portal_certificates",
                                      "SELECT " TOUCHSTONE_PORTAL_COLUMNS " FROM " TOUCHSTONE_PORTAL_TABLES
                                      "WHERE c.status <> 'drawing' AND s.region_code LIKE ? AND c.id IN (??)"};

certificates::Certificate toCertificate(const db::Row& row) {
    certificates::Certificate out;
    out.id = {row.integer(0)};
    out.number = row.text(1);
    out.sample = row.text(2);
    out.productName = row.text(3);
    out.batchNo = row.text(4);
    out.maker = row.text(5);
    out.client = row.text(6);
    out.regionCode = row.text(7);
    out.verdict = row.text(8);
    out.status = row.text(9);
    out.releasedAt = instantFromSql(row.text(10));
    if (!row.isNull(11)) out.issuedAt = instantFromSql(row.text(11));
    out.sha256 = row.text(12);
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
    std::vector<Change> out;
    const std::vector<db::Value> list(positions.begin(), positions.end());
    for (const db::Row& row : tx.query(kChanges, {region + "%"}, list)) {
        out.push_back({row.integer(13), row.text(14), instantFromSql(row.text(15)), toCertificate(row)});
    }
    return out;
}

std::vector<certificates::Certificate> certificatesOf(db::ReadTransaction& tx, const std::string& region,
                                                      const std::vector<CertificateId>& ids) {
    std::vector<db::Value> list;
    for (const CertificateId id : ids) list.emplace_back(id.value);
    std::map<CertificateId, certificates::Certificate> found;
    for (const db::Row& row : tx.query(kCertificates, {region + "%"}, list)) {
        certificates::Certificate one = toCertificate(row);
        found.emplace(one.id, std::move(one));
    }
    std::vector<certificates::Certificate> out;
    for (const CertificateId id : ids) {
        if (const auto one = found.find(id); one != found.end()) out.push_back(std::move(one->second));
    }
    return out;
}

}  // namespace touchstone::regulators::store
