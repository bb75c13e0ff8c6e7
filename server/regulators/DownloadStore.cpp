#include "server/regulators/DownloadStore.h"

#include <algorithm>

#include "server/db/Patterns.h"

namespace touchstone::regulators::store {
namespace {

constexpr db::InsertStatement kInsert{
    "download_insert", "INSERT INTO download (certificate_id, person_id, organisation_id, bundle_id, at) VALUES", 5};
constexpr db::Statement kEnded{"download_ended",
                               "SELECT id, status FROM certificate WHERE id IN (??) ORDER BY id LOCK IN SHARE MODE"};
constexpr db::InsertStatement kNotice{
    "download_notice", "INSERT INTO notice (certificate_id, kind, person_id, made_at) VALUES", 4,
    "ON DUPLICATE KEY UPDATE made_at = made_at"};  // who had the notice keeps it as it is
constexpr std::size_t kIdsAtOnce = 4096;
constexpr db::Statement kOrganisation{"download_organisation", "SELECT organisation_id FROM person WHERE id = ?"};

#define TOUCHSTONE_DOWNLOADS                                                                        \
    "SELECT d.id, d.at, c.number, r.name, s.batch_no, o.name, p.name, d.bundle_id FROM download d " \
    "JOIN certificate c ON c.id = d.certificate_id JOIN sample s ON s.id = c.sample_id "            \
    "JOIN product r ON r.id = s.product_id JOIN organisation o ON o.id = d.organisation_id "        \
    "JOIN person p ON p.id = d.person_id WHERE d.id < ? "

// One for each way in, so that each is a walk down one key.
constexpr db::Statement kAll{"downloads_all", TOUCHSTONE_DOWNLOADS "ORDER BY d.id DESC LIMIT ?"};
constexpr db::Statement kOfOrganisation{
    "downloads_of_organisation", TOUCHSTONE_DOWNLOADS
    "AND d.organisation_id = (SELECT id FROM organisation WHERE code = ?) ORDER BY d.id DESC LIMIT ?"};
constexpr db::Statement kOfCertificate{
    "downloads_of_certificate", TOUCHSTONE_DOWNLOADS
    "AND d.certificate_id = (SELECT id FROM certificate WHERE number = ?) AND o.code LIKE ? ESCAPE '!' "
    "ORDER BY d.id DESC LIMIT ?"};

/// The notices that the person is to have of certificates that ended before they were fetched.
std::vector<db::Parameters> noticesOfEnded(db::WriteTransaction& tx, const std::vector<CertificateId>& certificates,
                                           PersonId person, Instant at) {
    std::vector<db::Parameters> out;
    for (std::size_t from = 0; from < certificates.size(); from += kIdsAtOnce) {
        std::vector<db::Value> ids;
        for (std::size_t i = from; i < std::min(certificates.size(), from + kIdsAtOnce); ++i) {
            ids.emplace_back(certificates[i].value);
        }
        for (const db::Row& row : tx.query(kEnded, {}, ids)) {
            const std::string& status = row.text(1);
            if (status == "superseded" || status == "withdrawn") {
                out.push_back({row.integer(0), status, person.value, toSql(at)});
            }
        }
    }
    return out;
}

db::Rows query(db::ReadTransaction& tx, const DownloadFilter& filter) {
    const std::int64_t below = filter.after.value_or(INT64_MAX);
    if (filter.number) {
        const std::string code = filter.organisation ? db::literal(*filter.organisation) : "%";
        return tx.query(kOfCertificate, {below, *filter.number, code, filter.limit});
    }
    if (filter.organisation) return tx.query(kOfOrganisation, {below, *filter.organisation, filter.limit});
    return tx.query(kAll, {below, filter.limit});
}

}  // namespace

void insertDownloads(db::WriteTransaction& tx, const std::vector<CertificateId>& certificates, PersonId person,
                     std::optional<std::int64_t> bundle, Instant at) {
    const std::vector<db::Parameters> notices = noticesOfEnded(tx, certificates, person, at);
    const std::int64_t organisation = tx.query(kOrganisation, {person.value}).at(0).integer(0);
    std::vector<db::Parameters> rows;
    rows.reserve(certificates.size());
    for (const CertificateId id : certificates) {
        rows.push_back({id.value, person.value, organisation, db::orNull(bundle), toSql(at)});
    }
    tx.insert(kInsert, rows);
    tx.insert(kNotice, notices);
}

std::vector<Download> downloads(db::ReadTransaction& tx, const DownloadFilter& filter) {
    std::vector<Download> out;
    for (const db::Row& row : query(tx, filter)) {
        out.push_back({row.integer(0), instantFromSql(row.text(1)), row.text(2), row.text(3), row.text(4), row.text(5),
                       row.text(6), row.optionalInteger(7)});
    }
    return out;
}

}  // namespace touchstone::regulators::store
