#include "server/people/SignatureStore.h"

namespace touchstone::people::store {
namespace {

constexpr db::InsertStatement kInsert{"signature_insert",
                                      "INSERT INTO signature (person_id, at, meaning, reason, content_hash) VALUES", 5};
constexpr db::Statement kByIds{
    "signature_by_ids",
    "SELECT s.id, p.login, p.name, s.at, s.meaning, s.reason, LOWER(HEX(s.content_hash)) FROM signature s "
    "JOIN person p ON p.id = s.person_id WHERE s.id IN (??)"};

}  // namespace

std::vector<std::int64_t> insertSignatures(db::WriteTransaction& tx, PersonId person, Instant at,
                                           const std::vector<SignatureRequest>& requests) {
    std::vector<db::Parameters> rows;
    for (const SignatureRequest& one : requests) {
        rows.push_back({person.value, toSql(at), one.meaning, one.reason, db::Blob{asString(one.content)}});
    }
    return tx.insertReturningIds(kInsert, rows);
}

std::map<std::int64_t, Signature> signatures(db::ReadTransaction& tx, const std::vector<std::int64_t>& ids) {
    std::map<std::int64_t, Signature> out;
    for (const db::Row& row : tx.query(kByIds, {}, {ids.begin(), ids.end()})) {
        out[row.integer(0)] = {row.text(1), row.text(2), instantFromSql(row.text(3)),
                               row.text(4), row.text(5), row.text(6)};
    }
    return out;
}

}  // namespace touchstone::people::store
