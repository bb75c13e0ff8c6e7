#include "server/regulators/SubscriptionStore.h"

#include <stdexcept>

namespace touchstone::regulators::store {
namespace {

#define TOUCHSTONE_SUBSCRIPTION                                                                                \
    "s.id, s.person_id, s.address, s.language, s.filter, s.state, s.salt, s.confirm_until, s.position, s.made_at "

constexpr db::Statement kLockPerson{"subscription_lock", "SELECT id FROM person WHERE id = ? FOR UPDATE"};
constexpr db::Statement kCount{"subscription_count",
                               "SELECT COALESCE(SUM(state <> 'ended'), 0), COALESCE(SUM(made_at > ?), 0) "
                               "FROM subscription WHERE person_id = ?"};
constexpr db::InsertStatement kInsert{"subscription_insert",
                                      "INSERT INTO subscription (person_id, address, language, filter, state, salt, "
                                      "confirm_until, position, made_at) VALUES",
                                      9};
constexpr db::Statement kOf{
    "subscription_list",
    "SELECT " TOUCHSTONE_SUBSCRIPTION
    ", m.state, m.said FROM subscription s LEFT JOIN mail m ON m.id = (SELECT MAX(l.id) FROM mail l "
    "WHERE l.subscription_id = s.id) WHERE s.person_id = ? AND s.state <> 'ended' ORDER BY s.id"};
constexpr db::Statement kGet{"subscription_get",
                             "SELECT " TOUCHSTONE_SUBSCRIPTION "FROM subscription s WHERE s.id = ?"};
constexpr db::Statement kConfirm{"subscription_confirm",
                                 "UPDATE subscription SET state = 'active', confirmed_at = ?, position = ? "
                                 "WHERE id = ? AND state = 'waiting'"};
constexpr db::Statement kEnd{
    "subscription_end", "UPDATE subscription SET state = 'ended', ended_at = ? WHERE id = ? AND state <> 'ended'"};
constexpr db::Statement kForgetNotices{
    "subscription_forget_notices",
    "DELETE n FROM mail_notice n JOIN mail m ON m.id = n.mail_id WHERE m.subscription_id = ? AND m.state = 'waiting'"};
constexpr db::Statement kDrop{"subscription_drop_mails",
                              "UPDATE mail SET state = 'dropped', done_at = ? WHERE subscription_id = ? AND state = "
                              "'waiting'"};
constexpr db::Statement kFilter{"subscription_filter", "UPDATE subscription SET filter = ? WHERE id = ?"};
constexpr db::Statement kSubscriber{"subscription_person",
                                    "SELECT p.login, p.name, o.code, o.region_code FROM person p "
                                    "JOIN organisation o ON o.id = p.organisation_id WHERE p.id = ?"};

// The organisation's region of today counts, not that of the day of subscribing.
constexpr db::Statement kDue{
    "subscription_due",
    "SELECT " TOUCHSTONE_SUBSCRIPTION
    ", o.region_code FROM subscription s JOIN person p ON p.id = s.person_id JOIN organisation o ON o.id = "
    "p.organisation_id WHERE s.state = 'active' AND s.position < ? AND (s.digested_at IS NULL OR s.digested_at <= ?) "
    "AND p.enabled AND o.region_code <> '' AND EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p.id AND r.role "
    "= 'regulator') ORDER BY s.id"};
constexpr db::Statement kMove{"subscription_move",
                              "UPDATE subscription SET position = ?, digested_at = COALESCE(?, digested_at) "
                              "WHERE id = ? AND position = ? AND state = 'active'"};
// Subscribers lead: what others never read is not looked at.
constexpr db::Statement kNotices{
    "subscription_notices",
    "SELECT STRAIGHT_JOIN n.id, c.number, d.name, c.verdict, n.kind, s.id FROM (SELECT person_id, MIN(id) AS id FROM "
    "subscription WHERE state = 'active' GROUP BY person_id) s JOIN person p ON p.id = s.person_id AND p.enabled JOIN "
    "notice n ON n.person_id = s.person_id AND n.read_at IS NULL AND n.delivered_at IS NULL LEFT JOIN mail_notice m ON "
    "m.notice_id = n.id JOIN certificate c ON c.id = n.certificate_id JOIN sample x ON x.id = c.sample_id JOIN product d "
    "ON d.id = x.product_id WHERE m.notice_id IS NULL ORDER BY n.id LIMIT ?"};

Subscription toSubscription(const db::Row& row) {
    return {row.integer(0),
            {row.integer(1)},
            row.text(2),
            row.text(3) == "en" ? Language::en : Language::zh,
            filterOf(row.text(4)),
            row.text(5),
            row.text(6),
            instantFromSql(row.text(7)),
            row.integer(8),
            instantFromSql(row.text(9))};
}

}  // namespace

void lockPerson(db::WriteTransaction& tx, PersonId person) {
    static_cast<void>(tx.query(kLockPerson, {person.value}));
}

Counts countSubscriptions(db::ReadTransaction& tx, PersonId person, Instant since) {
    const db::Rows rows = tx.query(kCount, {toSql(since), person.value});
    return {rows.at(0).integer(0), rows.at(0).integer(1)};
}

std::int64_t insertSubscription(db::WriteTransaction& tx, const Subscription& one) {
    return tx
        .insertReturningIds(kInsert, {{one.person.value, one.address, one.language == Language::en ? "en" : "zh",
                                       filterJson(one.filter), one.state, db::Blob{one.salt}, toSql(one.confirmUntil),
                                       one.position, toSql(one.madeAt)}})
        .at(0);
}

std::vector<Subscription> subscriptionsOf(db::ReadTransaction& tx, PersonId person) {
    std::vector<Subscription> out;
    for (const db::Row& row : tx.query(kOf, {person.value})) {
        out.push_back(toSubscription(row));
        out.back().lastMail = row.optionalText(10);
        out.back().said = row.optionalText(11);
    }
    return out;
}

std::optional<Subscription> subscription(db::ReadTransaction& tx, std::int64_t id) {
    const db::Rows rows = tx.query(kGet, {id});
    return rows.empty() ? std::nullopt : std::optional(toSubscription(rows.front()));
}

bool confirmSubscription(db::WriteTransaction& tx, std::int64_t id, std::int64_t position, Instant at) {
    return tx.execute(kConfirm, {toSql(at), position, id}) == 1;
}

bool endSubscription(db::WriteTransaction& tx, std::int64_t id, Instant at) {
    if (tx.execute(kEnd, {toSql(at), id}) == 0) return false;
    tx.execute(kForgetNotices, {id});
    tx.execute(kDrop, {toSql(at), id});
    return true;
}

void changeFilter(db::WriteTransaction& tx, std::int64_t id, const PortalSearch& filter) {
    tx.execute(kFilter, {filterJson(filter), id});
}

Actor subscriber(db::ReadTransaction& tx, PersonId person) {
    const db::Rows rows = tx.query(kSubscriber, {person.value});
    const db::Row& row = rows.at(0);
    return {person, row.text(0), row.text(1), {Role::regulator}, row.text(2), row.text(3), ""};
}

std::vector<Due> dueSubscriptions(db::ReadTransaction& tx, std::int64_t last, Instant before) {
    std::vector<Due> out;
    for (const db::Row& row : tx.query(kDue, {last, toSql(before)})) out.push_back({toSubscription(row), row.text(10)});
    return out;
}

bool movePosition(db::WriteTransaction& tx, std::int64_t id, std::int64_t from, std::int64_t to,
                  std::optional<Instant> digested) {
    const db::Value at = digested ? db::Value(toSql(*digested)) : db::Value(nullptr);
    return tx.execute(kMove, {to, at, id, from}) == 1;
}

std::vector<NoticeToMail> noticesToMail(db::ReadTransaction& tx, std::size_t limit) {
    std::vector<NoticeToMail> out;
    for (const db::Row& row : tx.query(kNotices, {static_cast<std::int64_t>(limit)})) {
        out.push_back(
            {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5)});
    }
    return out;
}

}  // namespace touchstone::regulators::store
