#include "server/certificates/CertificateStore.h"

#include <stdexcept>

#include "server/certificates/Said.h"
#include "server/db/Patterns.h"

namespace touchstone::certificates::store {
namespace {

#define TOUCHSTONE_CERTIFICATE_COLUMNS \
    "c.id, c.number, s.number, " TOUCHSTONE_SAID("COALESCE(s.product_name, p.name)", "product_name") ", "             \
    TOUCHSTONE_SAID("s.batch_no", "batch_no") ", " TOUCHSTONE_SAID("s.maker", "maker") ", "                          \
    TOUCHSTONE_SAID("s.client", "client") ", s.region_code, c.verdict, c.status, " \
    "c.released_at, c.issued_at, LOWER(HEX(f.sha256)), c.revision, n.number, w.at, w.category, c.language"
#define TOUCHSTONE_CERTIFICATE_TABLES                                                                \
    " FROM certificate c JOIN sample s ON s.id = c.sample_id JOIN product p ON p.id = s.product_id " \
    "LEFT JOIN certificate_file f ON f.certificate_id = c.id "                                       \
    "LEFT JOIN certificate n ON n.replaces_id = c.id AND n.status <> 'drawing' "                     \
    "LEFT JOIN withdrawal w ON w.certificate_id = c.id "

constexpr db::InsertStatement kInsert{
    "certificate_insert",
    "INSERT INTO certificate (number, sample_id, status, token, verdict, signature_id, released_at, frozen, "
    "revision, replaces_id, language) VALUES",
    11};
constexpr db::InsertStatement kInsertFile{"certificate_file_insert",
                                          "INSERT INTO certificate_file (certificate_id, sha256, pdf) VALUES", 3};
constexpr db::InsertStatement kPublish{"publication_insert",
                                       "INSERT INTO publication (certificate_id, kind, at) VALUES", 3};

constexpr db::Statement kDrawings{
    "certificate_drawings",
    "SELECT c.id, c.number, s.number, c.frozen FROM certificate c JOIN sample s ON s.id = c.sample_id "
    "WHERE c.status = 'drawing' AND c.id IN (??) ORDER BY c.id"};
constexpr db::Statement kWaiting{"certificate_waiting",
                                 "SELECT id FROM certificate WHERE status = 'drawing' AND id > ? ORDER BY id LIMIT ?"};
constexpr db::Statement kClaim{
    "certificate_claim", "SELECT id FROM certificate WHERE status = 'drawing' AND id IN (??) ORDER BY id FOR UPDATE"};
constexpr db::Statement kIssue{
    "certificate_issue",
    "UPDATE certificate SET status = 'issued', issued_at = ?, problem = NULL WHERE status = 'drawing' AND id IN (??)"};

constexpr db::Statement kNoteProblem{
    "certificate_problem", "UPDATE certificate SET problem = LEFT(?, 500) WHERE status = 'drawing' AND id = ?"};

// The certificate's key leads, so that a page of the newest is read without sorting all of them.
constexpr db::Statement kList{
    "certificate_list", "SELECT STRAIGHT_JOIN " TOUCHSTONE_CERTIFICATE_COLUMNS TOUCHSTONE_CERTIFICATE_TABLES
                        "WHERE c.id < ? AND c.verdict IN (?, ?) AND c.status LIKE ? "
                        "AND (c.number LIKE ? ESCAPE '!' OR s.number LIKE ? ESCAPE '!' OR s.batch_no LIKE ? ESCAPE '!' "
                        "OR s.maker LIKE ? ESCAPE '!' OR p.name LIKE ? ESCAPE '!') ORDER BY c.id DESC LIMIT ?"};
constexpr db::Statement kByIds{"certificate_by_ids",
                               "SELECT " TOUCHSTONE_CERTIFICATE_COLUMNS TOUCHSTONE_CERTIFICATE_TABLES
                               "WHERE c.id IN (??) ORDER BY c.id"};
constexpr db::Statement kByNumber{"certificate_by_number",
                                  "SELECT " TOUCHSTONE_CERTIFICATE_COLUMNS ", c.frozen" TOUCHSTONE_CERTIFICATE_TABLES
                                  "WHERE c.number = ?"};
constexpr db::Statement kByToken{"certificate_by_token",
                                 "SELECT " TOUCHSTONE_CERTIFICATE_COLUMNS ", c.frozen" TOUCHSTONE_CERTIFICATE_TABLES
                                 "WHERE c.token = ?"};
constexpr db::Statement kByFile{"certificate_by_file", "SELECT " TOUCHSTONE_CERTIFICATE_COLUMNS
                                                       ", c.frozen" TOUCHSTONE_CERTIFICATE_TABLES "WHERE f.sha256 = ?"};
constexpr db::Statement kFile{
    "certificate_file",
    "SELECT c.id, c.number, s.number, f.pdf FROM certificate c JOIN sample s ON s.id = c.sample_id "
    "JOIN certificate_file f ON f.certificate_id = c.id WHERE c.number = ? AND s.region_code LIKE ? ESCAPE '!'"};

std::vector<db::Value> values(const std::vector<CertificateId>& ids) {
    std::vector<db::Value> out;
    out.reserve(ids.size());
    for (const CertificateId id : ids) out.emplace_back(id.value);
    return out;
}

Certificate toCertificate(const db::Row& row) {
    Certificate out;
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
    out.sha256 = row.optionalText(12);
    out.revision = row.integer(13);
    out.successor = row.optionalText(14);
    if (!row.isNull(15)) out.withdrawnAt = instantFromSql(row.text(15));
    out.withdrawnFor = row.optionalText(16);
    out.language = row.text(17);
    return out;
}

std::vector<Certificate> toCertificates(const db::Rows& rows) {
    std::vector<Certificate> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back(toCertificate(row));
    return out;
}

std::vector<CertificateId> toIds(const db::Rows& rows) {
    std::vector<CertificateId> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back({row.integer(0)});
    return out;
}

std::optional<CertificateDetail> toDetail(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return CertificateDetail{toCertificate(rows.front()), rows.front().text(18)};
}

}  // namespace

std::vector<CertificateId> insert(db::WriteTransaction& tx, const std::vector<NewCertificate>& certificates) {
    std::vector<db::Parameters> rows;
    rows.reserve(certificates.size());
    for (const NewCertificate& one : certificates) {
        rows.push_back({one.number, one.sample.value, std::string("drawing"), one.token, one.verdict, one.signature,
                        toSql(one.releasedAt), one.frozen, one.revision,
                        one.replaces ? db::Value(one.replaces->value) : db::Value(nullptr), one.language});
    }
    std::vector<CertificateId> out;
    for (const std::int64_t id : tx.insertReturningIds(kInsert, rows)) out.push_back({id});
    return out;
}

std::vector<Drawing> drawings(db::ReadTransaction& tx, const std::vector<CertificateId>& ids) {
    std::vector<Drawing> out;
    for (const db::Row& row : tx.query(kDrawings, {}, values(ids))) {
        out.push_back({{row.integer(0)}, row.text(1), row.text(2), row.text(3)});
    }
    return out;
}

std::vector<CertificateId> waiting(db::ReadTransaction& tx, CertificateId after, std::size_t limit) {
    return toIds(tx.query(kWaiting, {after.value, static_cast<std::int64_t>(limit)}));
}

std::vector<CertificateId> claim(db::WriteTransaction& tx, const std::vector<CertificateId>& ids) {
    return toIds(tx.query(kClaim, {}, values(ids)));
}

void issue(db::WriteTransaction& tx, const std::vector<const DrawnFile*>& files, Instant at) {
    std::vector<CertificateId> ids;
    std::vector<db::Parameters> rows;
    std::vector<db::Parameters> publications;
    for (const DrawnFile* file : files) {
        ids.push_back(file->id);
        rows.push_back({file->id.value, db::Blob{asString(file->sha256)}, db::Blob{file->pdf}});
        publications.push_back({file->id.value, std::string("issued"), toSql(at)});
    }
    if (tx.execute(kIssue, {toSql(at)}, values(ids)) != files.size()) {
        throw std::logic_error("a certificate to be issued was not claimed");
    }
    tx.insert(kInsertFile, rows);
    tx.insert(kPublish, publications);
}

void noteProblems(db::WriteTransaction& tx, const std::vector<Undrawn>& undrawn) {
    // One by one: each has words of its own, and there is seldom any.
    for (const Undrawn& one : undrawn) tx.execute(kNoteProblem, {one.problem, one.id.value});
}

std::vector<Certificate> list(db::ReadTransaction& tx, const CertificateFilter& filter) {
    const std::string pattern = db::containing(filter.q);
    return toCertificates(tx.query(
        kList, {filter.after.value_or(INT64_MAX), filter.verdict.value_or("conforms"), filter.verdict.value_or("fails"),
                filter.status.value_or("%"), pattern, pattern, pattern, pattern, pattern, filter.limit}));
}

std::vector<Certificate> byIds(db::ReadTransaction& tx, const std::vector<CertificateId>& ids) {
    return toCertificates(tx.query(kByIds, {}, values(ids)));
}

std::optional<CertificateDetail> byNumber(db::ReadTransaction& tx, const std::string& number) {
    return toDetail(tx.query(kByNumber, {number}));
}

std::optional<CertificateDetail> byToken(db::ReadTransaction& tx, const std::string& token) {
    return toDetail(tx.query(kByToken, {token}));
}

std::optional<CertificateDetail> byFile(db::ReadTransaction& tx, const Sha256& sha256) {
    return toDetail(tx.query(kByFile, {db::Blob{asString(sha256)}}));
}

std::optional<CertificateFile> file(db::ReadTransaction& tx, const std::string& number,
                                    const std::optional<std::string>& region) {
    const db::Rows rows = tx.query(kFile, {number, db::startingWith(region)});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    return CertificateFile{{row.integer(0)}, row.text(1), row.text(2), row.text(3)};
}

}  // namespace touchstone::certificates::store
