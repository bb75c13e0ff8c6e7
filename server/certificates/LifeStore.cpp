#include "server/certificates/LifeStore.h"

#include "server/certificates/LifeRows.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kReplaced{
    "certificate_replaced",
    "SELECT o.id, o.number, s.number, o.status, n.number FROM certificate n JOIN certificate o ON o.id = n.replaces_id "
    "JOIN sample s ON s.id = o.sample_id WHERE n.id IN (??) ORDER BY o.id FOR UPDATE"};
constexpr db::Statement kSupersede{"certificate_supersede",
                                   "UPDATE certificate SET status = 'superseded' WHERE status = 'issued' AND id IN (??)"};
constexpr db::Statement kMarkWithdrawn{"certificate_withdraw",
                                       "UPDATE certificate SET status = 'withdrawn' WHERE status = 'issued' AND id = ?"};
constexpr db::InsertStatement kPublish{"publication_of_end", "INSERT INTO publication (certificate_id, kind, at) VALUES", 3};
constexpr db::Statement kNotify{
    "notice_make",
    "INSERT INTO notice (certificate_id, kind, person_id, made_at) SELECT DISTINCT d.certificate_id, ?, d.person_id, ? "
    "FROM download d WHERE d.certificate_id IN (??)"};
constexpr db::InsertStatement kInsertWithdrawal{
    "withdrawal_insert",
    "INSERT INTO withdrawal (certificate_id, category, reason, person_id, signature_id, at) VALUES", 6};
constexpr db::Statement kFileHash{"certificate_file_hash",
                                  "SELECT LOWER(HEX(sha256)) FROM certificate_file WHERE certificate_id = ?"};

constexpr db::Statement kLastHold{"hold_last",
                                  "SELECT act FROM hold_act WHERE certificate_id = ? ORDER BY id DESC LIMIT 1"};
constexpr db::InsertStatement kInsertHold{"hold_insert",
                                          "INSERT INTO hold_act (certificate_id, act, person_id, reason, at) VALUES", 5};

constexpr db::Statement kUnread{
    "notice_unread",
    "SELECT COUNT(*) FROM notice x JOIN person p ON p.id = x.person_id WHERE x.read_at IS NULL "
    "AND p.organisation_id = (SELECT organisation_id FROM person WHERE id = ?)"};
constexpr db::Statement kInbox{
    "notice_inbox",
    "SELECT " TOUCHSTONE_NOTICE_COLUMNS TOUCHSTONE_NOTICE_TABLES
    "WHERE x.id < ? AND (x.read_at IS NULL OR ?) AND p.organisation_id = (SELECT organisation_id FROM person WHERE id = ?) "
    "ORDER BY x.id DESC LIMIT ?"};
constexpr db::Statement kToRead{
    "notice_to_read",
    "SELECT x.id, c.number FROM notice x JOIN person p ON p.id = x.person_id JOIN certificate c ON c.id = x.certificate_id "
    "WHERE x.read_at IS NULL AND p.organisation_id = (SELECT organisation_id FROM person WHERE id = ?) AND x.id IN (??) "
    "ORDER BY x.id FOR UPDATE"};
constexpr db::Statement kRead{"notice_read", "UPDATE notice SET read_at = ?, read_by = ? WHERE id IN (??)"};

std::vector<db::Value> values(const std::vector<std::int64_t>& ids) {
    return {ids.begin(), ids.end()};
}

}  // namespace

std::vector<Superseded> supersede(db::WriteTransaction& tx, const std::vector<CertificateId>& issued, Instant at) {
    std::vector<db::Value> ids;
    for (const CertificateId id : issued) ids.emplace_back(id.value);
    std::vector<Superseded> out;
    std::vector<db::Value> old;
    std::vector<db::Parameters> publications;
    for (const db::Row& row : tx.query(kReplaced, {}, ids)) {
        out.push_back({{row.integer(0)}, row.text(1), row.text(2), row.text(3), row.text(4)});
        old.emplace_back(row.integer(0));
        // A withdrawn one was published as that; its successor is published for itself.
        if (out.back().before == "issued") publications.push_back({row.integer(0), std::string("superseded"), toSql(at)});
    }
    if (out.empty()) return out;
    tx.execute(kSupersede, {}, old);
    tx.insert(kPublish, publications);
    tx.execute(kNotify, {std::string("superseded"), toSql(at)}, old);
    return out;
}

std::uint64_t withdraw(db::WriteTransaction& tx, const Withdrawal& withdrawal, Instant at) {
    const std::int64_t id = withdrawal.certificate.value;
    tx.execute(kMarkWithdrawn, {id});
    tx.insert(kInsertWithdrawal,
              {{id, withdrawal.category, withdrawal.reason, withdrawal.person.value, withdrawal.signature, toSql(at)}});
    tx.insert(kPublish, {{id, std::string("withdrawn"), toSql(at)}});
    return tx.execute(kNotify, {std::string("withdrawn"), toSql(at)}, {id});
}

std::string fileHash(db::ReadTransaction& tx, CertificateId certificate) {
    return tx.query(kFileHash, {certificate.value}).at(0).text(0);
}

bool isHeld(db::ReadTransaction& tx, CertificateId certificate) {
    const db::Rows rows = tx.query(kLastHold, {certificate.value});
    return !rows.empty() && rows.front().text(0) == "set";
}

void insertHold(db::WriteTransaction& tx, CertificateId certificate, bool set, PersonId person, const std::string& reason, Instant at) {
    tx.insert(kInsertHold, {{certificate.value, std::string(set ? "set" : "lift"), person.value, reason, toSql(at)}});
}

std::vector<Notice> noticesFor(db::ReadTransaction& tx, PersonId person, const NoticeFilter& filter) {
    return toNotices(tx.query(kInbox, {filter.after.value_or(INT64_MAX), static_cast<std::int64_t>(!filter.unreadOnly), person.value,
                                       filter.limit}));
}

std::int64_t unreadFor(db::ReadTransaction& tx, PersonId person) {
    return tx.query(kUnread, {person.value}).at(0).integer(0);
}

std::vector<std::string> readNotices(db::WriteTransaction& tx, PersonId person, const std::vector<std::int64_t>& ids, Instant at) {
    std::vector<std::int64_t> found;
    std::vector<std::string> out;
    for (const db::Row& row : tx.query(kToRead, {person.value}, values(ids))) {
        found.push_back(row.integer(0));
        out.push_back(row.text(1));
    }
    if (!found.empty()) tx.execute(kRead, {toSql(at), person.value}, values(found));
    return out;
}

}  // namespace touchstone::certificates::store
