#include "server/regulators/MailStore.h"

namespace touchstone::regulators::store {
namespace {

constexpr db::InsertStatement kInsert{
    "mail_insert",
    "INSERT INTO mail (subscription_id, kind, recipient, subject, body, state, next_at, made_at) VALUES", 8};
constexpr db::InsertStatement kNotices{"mail_notices", "INSERT INTO mail_notice (notice_id, mail_id) VALUES", 2};
constexpr db::Statement kToSend{
    "mail_to_send",
    "SELECT m.id, m.subscription_id, m.kind, m.recipient, m.subject, m.body, m.made_at, m.attempts, s.salt, s.language "
    "FROM mail m JOIN subscription s ON s.id = m.subscription_id WHERE m.state = 'waiting' AND m.next_at <= ? "
    "AND (m.kind <> 'confirm' OR s.confirm_until > ?) ORDER BY m.next_at, m.id LIMIT ?"};
constexpr db::Statement kTake{"mail_take",
                              "UPDATE mail SET attempts = attempts + 1, next_at = ? WHERE id = ? AND state = 'waiting' "
                              "AND attempts = ?"};
constexpr db::Statement kPutBack{"mail_put_back",
                                 "UPDATE mail SET attempts = ?, next_at = ? WHERE id = ? AND state = 'waiting'"};
constexpr db::Statement kSent{"mail_sent", "UPDATE mail SET state = 'sent', done_at = ?, said = NULL WHERE id = ?"};
constexpr db::Statement kDelivered{"mail_delivered",
                                   "UPDATE notice n JOIN mail_notice m ON m.notice_id = n.id SET n.delivered_at = ? "
                                   "WHERE m.mail_id = ? AND n.delivered_at IS NULL"};
constexpr db::Statement kRefused{"mail_refused",
                                 "UPDATE mail SET said = ?, next_at = ? WHERE id = ? AND state = 'waiting'"};
constexpr db::Statement kFailed{
    "mail_failed", "UPDATE mail SET state = 'failed', said = ?, done_at = ? WHERE id = ? AND state = 'waiting'"};

}  // namespace

std::int64_t insertMail(db::WriteTransaction& tx, const NewMail& mail, Instant at) {
    return tx
        .insertReturningIds(kInsert, {{mail.subscription, mail.kind, mail.recipient, mail.subject, mail.body, "waiting",
                                       toSql(at), toSql(at)}})
        .at(0);
}

void insertMailNotices(db::WriteTransaction& tx, std::int64_t mail, const std::vector<std::int64_t>& notices) {
    std::vector<db::Parameters> rows;
    for (const std::int64_t notice : notices) rows.push_back({notice, mail});
    tx.insert(kNotices, rows);
}

std::vector<Mail> mailsToSend(db::ReadTransaction& tx, Instant now, std::size_t limit) {
    std::vector<Mail> out;
    for (const db::Row& row : tx.query(kToSend, {toSql(now), toSql(now), static_cast<std::int64_t>(limit)})) {
        out.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5),
                       instantFromSql(row.text(6)), row.integer(7), row.text(8),
                       row.text(9) == "en" ? Language::en : Language::zh});
    }
    return out;
}

bool takeMail(db::WriteTransaction& tx, const Mail& mail, Instant until) {
    return tx.execute(kTake, {toSql(until), mail.id, mail.attempts}) == 1;
}

void putMailBack(db::WriteTransaction& tx, const Mail& mail) {
    tx.execute(kPutBack, {mail.attempts, toSql(mail.madeAt), mail.id});
}

void mailSent(db::WriteTransaction& tx, std::int64_t mail, Instant at) {
    tx.execute(kSent, {toSql(at), mail});
    tx.execute(kDelivered, {toSql(at), mail});
}

void mailRefused(db::WriteTransaction& tx, std::int64_t mail, const std::string& said, Instant nextAt) {
    tx.execute(kRefused, {said, toSql(nextAt), mail});
}

void mailFailed(db::WriteTransaction& tx, std::int64_t mail, const std::string& said, Instant at) {
    tx.execute(kFailed, {said, toSql(at), mail});
}

}  // namespace touchstone::regulators::store
