#include "server/regulators/BundleStore.h"

#include <algorithm>

namespace touchstone::regulators::store {
namespace {

constexpr std::size_t kIdsAtOnce = 4096;

#define TOUCHSTONE_BUNDLED \
    "SELECT c.id, c.number, LOWER(HEX(f.sha256)), c.verdict, c.status, c.issued_at, f.bytes, f.crc32 FROM "

constexpr db::Statement kNumbers{"bundle_numbers",
                                 "SELECT c.number, c.id FROM certificate c JOIN sample s ON s.id = c.sample_id "
                                 "WHERE c.status <> 'drawing' AND s.region_code LIKE ? AND c.number IN (??)"};
constexpr db::Statement kFiles{
    "bundle_files", TOUCHSTONE_BUNDLED
    "certificate c JOIN sample s ON s.id = c.sample_id JOIN certificate_file f ON f.certificate_id = c.id "
    "WHERE c.status <> 'drawing' AND s.region_code LIKE ? AND c.id IN (??) ORDER BY c.id"};
constexpr db::InsertStatement kInsert{
    "bundle_insert", "INSERT INTO bundle (person_id, at, certificates, bytes, manifest, signature) VALUES", 6};
constexpr db::Statement kList{
    "bundle_list",
    "SELECT id, at, certificates, bytes FROM bundle WHERE person_id = ? AND id < ? ORDER BY id DESC LIMIT ?"};
constexpr db::Statement kGet{
    "bundle_get", "SELECT id, at, certificates, bytes, manifest, signature FROM bundle WHERE person_id = ? AND id = ?"};
constexpr db::Statement kMembers{
    "bundle_members", TOUCHSTONE_BUNDLED
    "download d JOIN certificate c ON c.id = d.certificate_id JOIN certificate_file f ON f.certificate_id = c.id "
    "WHERE d.bundle_id = ? ORDER BY d.id"};
constexpr db::Statement kPdfs{"bundle_pdfs",
                              "SELECT certificate_id, pdf FROM certificate_file WHERE certificate_id IN (??)"};

void append(std::vector<BundledFile>& out, const db::Rows& rows) {
    for (const db::Row& row : rows) {
        BundledFile one{{row.integer(0)},
                        row.text(1),
                        row.text(2),
                        row.text(3),
                        row.text(4),
                        std::nullopt,
                        static_cast<std::uint64_t>(row.integer(6)),
                        static_cast<std::uint32_t>(row.integer(7))};
        if (!row.isNull(5)) one.issuedAt = instantFromSql(row.text(5));
        out.push_back(std::move(one));
    }
}

Bundle toBundle(const db::Row& row) {
    return {row.integer(0), instantFromSql(row.text(1)), row.integer(2), static_cast<std::uint64_t>(row.integer(3))};
}

}  // namespace

std::map<std::string, CertificateId> issuedNumbers(db::ReadTransaction& tx, const std::string& region,
                                                   const std::vector<std::string>& numbers) {
    std::map<std::string, CertificateId> out;
    const std::vector<db::Value> list(numbers.begin(), numbers.end());
    for (const db::Row& row : tx.query(kNumbers, {region + "%"}, list)) {
        out.emplace(row.text(0), CertificateId{row.integer(1)});
    }
    return out;
}

std::vector<BundledFile> bundledFiles(db::ReadTransaction& tx, const std::string& region,
                                      const std::vector<CertificateId>& ids) {
    std::vector<CertificateId> sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    std::vector<BundledFile> out;
    for (std::size_t from = 0; from < sorted.size(); from += kIdsAtOnce) {
        std::vector<db::Value> list;
        for (std::size_t i = from; i < std::min(sorted.size(), from + kIdsAtOnce); ++i)
            list.emplace_back(sorted[i].value);
        append(out, tx.query(kFiles, {region + "%"}, list));
    }
    return out;
}

std::int64_t insertBundle(db::WriteTransaction& tx, PersonId person, const BundleContent& content) {
    return tx
        .insertReturningIds(kInsert, {{person.value, toSql(content.bundle.at), content.bundle.certificates,
                                       static_cast<std::int64_t>(content.bundle.bytes), db::Blob{content.manifest},
                                       db::Blob{content.signature}}})
        .at(0);
}

std::vector<Bundle> bundles(db::ReadTransaction& tx, PersonId person, std::int64_t below, std::int64_t limit) {
    std::vector<Bundle> out;
    for (const db::Row& row : tx.query(kList, {person.value, below, limit})) out.push_back(toBundle(row));
    return out;
}

std::optional<BundleContent> bundle(db::ReadTransaction& tx, PersonId person, std::int64_t id) {
    const db::Rows rows = tx.query(kGet, {person.value, id});
    if (rows.empty()) return std::nullopt;
    BundleContent out{toBundle(rows.front()), rows.front().text(4), rows.front().text(5), {}};
    append(out.files, tx.query(kMembers, {id}));
    return out;
}

std::map<CertificateId, std::string> pdfs(db::ReadTransaction& tx, const std::vector<CertificateId>& ids) {
    std::vector<db::Value> list;
    for (const CertificateId id : ids) list.emplace_back(id.value);
    std::map<CertificateId, std::string> out;
    for (const db::Row& row : tx.query(kPdfs, {}, list)) out.emplace(CertificateId{row.integer(0)}, row.text(1));
    return out;
}

}  // namespace touchstone::regulators::store
