#include "server/regulators/VerificationStore.h"

namespace touchstone::regulators::store {
namespace {

#define TOUCHSTONE_STATUS_COLUMNS "c.number, c.status, c.released_at, n.number, w.at, w.category"
#define TOUCHSTONE_STATUS_TABLES                                                            \
    " LEFT JOIN certificate n ON n.replaces_id = c.id AND n.status <> 'drawing'" \
    " LEFT JOIN withdrawal w ON w.certificate_id = c.id "

constexpr db::Statement kByNumber{
    "published_by_number", "SELECT " TOUCHSTONE_STATUS_COLUMNS " FROM certificate c" TOUCHSTONE_STATUS_TABLES "WHERE c.number = ? AND c.status <> 'drawing'"};
constexpr db::Statement kByFile{
    "published_by_file", "SELECT " TOUCHSTONE_STATUS_COLUMNS " FROM certificate_file f JOIN certificate c ON c.id = f.certificate_id" TOUCHSTONE_STATUS_TABLES
                         "WHERE f.sha256 = ? AND c.status <> 'drawing'"};
constexpr db::Statement kByToken{
    "published_by_token", "SELECT " TOUCHSTONE_STATUS_COLUMNS ", c.verdict, LOWER(HEX(f.sha256)), c.frozen FROM certificate c "
                          "JOIN certificate_file f ON f.certificate_id = c.id" TOUCHSTONE_STATUS_TABLES
                          "WHERE c.token = ? AND c.status <> 'drawing'"};

PublishedStatus toStatus(const db::Row& row) {
    PublishedStatus out{row.text(0), row.text(1), instantFromSql(row.text(2)), row.optionalText(3), std::nullopt, row.optionalText(5)};
    if (!row.isNull(4)) out.withdrawnAt = instantFromSql(row.text(4));
    return out;
}

std::optional<PublishedStatus> only(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return toStatus(rows.front());
}

}  // namespace

std::optional<PublishedStatus> publishedByNumber(db::ReadTransaction& tx, const std::string& number) {
    return only(tx.query(kByNumber, {number}));
}

std::optional<PublishedStatus> publishedByFile(db::ReadTransaction& tx, const Sha256& sha256) {
    return only(tx.query(kByFile, {db::Blob{asString(sha256)}}));
}

std::optional<Published> publishedByToken(db::ReadTransaction& tx, const std::string& token) {
    const db::Rows rows = tx.query(kByToken, {token});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    return Published{toStatus(row), row.text(6), row.text(7), row.text(8)};
}

}  // namespace touchstone::regulators::store
