#include "server/regulators/VerificationStore.h"

namespace touchstone::regulators::store {
namespace {

constexpr db::Statement kByNumber{
    "published_by_number",
    "SELECT number, status, released_at FROM certificate WHERE number = ? AND status <> 'drawing'"};
constexpr db::Statement kByFile{
    "published_by_file",
    "SELECT c.number, c.status, c.released_at FROM certificate_file f JOIN certificate c ON c.id = f.certificate_id "
    "WHERE f.sha256 = ? AND c.status <> 'drawing'"};
constexpr db::Statement kByToken{
    "published_by_token",
    "SELECT c.number, c.status, c.released_at, c.verdict, LOWER(HEX(f.sha256)), c.frozen FROM certificate c "
    "JOIN certificate_file f ON f.certificate_id = c.id WHERE c.token = ? AND c.status <> 'drawing'"};

PublishedStatus toStatus(const db::Row& row) {
    return {row.text(0), row.text(1), instantFromSql(row.text(2))};
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
    return Published{toStatus(row), row.text(3), row.text(4), row.text(5)};
}

}  // namespace touchstone::regulators::store
