#include "server/people/AccountStore.h"

namespace touchstone::people::store {
namespace {

constexpr db::Statement kAll{
    "people_all",
    "SELECT p.id, p.login, p.name, p.password_hash, p.failed_attempts, p.locked_until, p.enabled, o.code, o.region_code, "
    "(SELECT GROUP_CONCAT(role) FROM person_role r WHERE r.person_id = p.id), p.name_en "
    "FROM person p JOIN organisation o ON o.id = p.organisation_id ORDER BY p.login"};
constexpr db::Statement kByLogin{
    "person_by_login",
    "SELECT p.id, p.login, p.name, p.password_hash, p.failed_attempts, p.locked_until, p.enabled, o.code, o.region_code, "
    "(SELECT GROUP_CONCAT(role) FROM person_role r WHERE r.person_id = p.id), p.name_en "
    "FROM person p JOIN organisation o ON o.id = p.organisation_id WHERE p.login = ?"};
constexpr db::Statement kById{
    "person_by_id",
    "SELECT p.id, p.login, p.name, p.password_hash, p.failed_attempts, p.locked_until, p.enabled, o.code, o.region_code, "
    "(SELECT GROUP_CONCAT(role) FROM person_role r WHERE r.person_id = p.id), p.name_en "
    "FROM person p JOIN organisation o ON o.id = p.organisation_id WHERE p.id = ?"};
constexpr db::Statement kLock{"person_lock", "SELECT id FROM person WHERE id = ? FOR UPDATE"};
constexpr db::Statement kOrganisations{"organisation_ids", "SELECT code, id FROM organisation WHERE code IN (??)"};
constexpr db::InsertStatement kInsertPerson{
    "person_insert", "INSERT INTO person (login, name, organisation_id, password_hash, created_at, name_en) VALUES", 6};
constexpr db::InsertStatement kInsertRole{"person_role_insert", "INSERT INTO person_role (person_id, role) VALUES", 2};
constexpr db::Statement kSetAttempts{"person_attempts", "UPDATE person SET failed_attempts = ?, locked_until = ? WHERE id = ?"};
constexpr db::Statement kSetNameEnglish{"person_name_english", "UPDATE person SET name_en = ? WHERE id = ?"};
constexpr db::Statement kSetEnabled{"person_enabled", "UPDATE person SET enabled = ? WHERE id = ?"};
constexpr db::InsertStatement kInsertSession{
    "session_insert", "INSERT INTO session (token_hash, person_id, kind, created_at, last_seen_at, expires_at) VALUES", 6};
constexpr db::Statement kSession{"session_by_token",
                                 "SELECT person_id, kind, last_seen_at, expires_at, scopes FROM session WHERE token_hash = ?"};
constexpr db::Statement kTouch{"session_touch", "UPDATE session SET last_seen_at = ? WHERE token_hash = ?"};
constexpr db::Statement kDelete{"session_delete", "DELETE FROM session WHERE token_hash = ?"};
constexpr db::Statement kTokens{
    "session_tokens",
    "SELECT token_hash, created_at, last_seen_at, expires_at FROM session WHERE person_id = ? AND kind = 'token' AND expires_at > ? "
    "ORDER BY created_at, token_hash"};
constexpr db::Statement kEndTokens{
    "session_tokens_end",
    "UPDATE session SET expires_at = LEAST(expires_at, ?) WHERE person_id = ? AND kind = 'token'"};

std::optional<Instant> instantOrNothing(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return instantFromSql(row.text(column));
}

std::vector<Role> rolesOf(const std::optional<std::string>& joined) {
    std::vector<Role> roles;
    std::string_view rest = joined ? std::string_view(*joined) : std::string_view{};
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        if (const auto role = roleOf(rest.substr(0, comma))) roles.push_back(*role);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return roles;
}

Person toPerson(const db::Row& row) {
    return {.id = {row.integer(0)},
            .login = row.text(1),
            .name = row.text(2),
            .passwordHash = row.optionalText(3),
            .failedAttempts = static_cast<int>(row.integer(4)),
            .lockedUntil = instantOrNothing(row, 5),
            .enabled = row.flag(6),
            .organisation = row.text(7),
            .regionCode = row.text(8),
            .roles = rolesOf(row.optionalText(9)),
            .nameEnglish = row.text(10)};
}

std::optional<Person> onlyPerson(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return toPerson(rows.front());
}

}  // namespace

std::vector<Person> people(db::ReadTransaction& tx) {
    std::vector<Person> out;
    for (const db::Row& row : tx.query(kAll)) out.push_back(toPerson(row));
    return out;
}

std::optional<Person> personByLogin(db::ReadTransaction& tx, const std::string& login) {
    auto person = onlyPerson(tx.query(kByLogin, {login}));
    if (person && person->login != login) return std::nullopt;  // the database takes "li " for "li"
    return person;
}

std::optional<Person> personById(db::ReadTransaction& tx, PersonId id) { return onlyPerson(tx.query(kById, {id.value})); }

std::optional<Person> lockPerson(db::WriteTransaction& tx, PersonId id) {
    static_cast<void>(tx.query(kLock, {id.value}));
    return personById(tx, id);
}

std::map<std::string, std::int64_t> organisationIds(db::ReadTransaction& tx, const std::vector<std::string>& codes) {
    std::map<std::string, std::int64_t> ids;
    for (const db::Row& row : tx.query(kOrganisations, {}, {codes.begin(), codes.end()})) ids[row.text(0)] = row.integer(1);
    return ids;
}

void insertPeople(db::WriteTransaction& tx, const std::vector<NewPerson>& people, Instant at) {
    std::vector<db::Parameters> rows;
    for (const NewPerson& person : people) {
        rows.push_back({person.login, person.name, person.organisation, db::orNull(person.passwordHash), toSql(at), person.nameEnglish});
    }
    const auto ids = tx.insertReturningIds(kInsertPerson, rows);
    std::vector<db::Parameters> roles;
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (const Role role : people[i].roles) roles.push_back({ids[i], std::string(name(role))});
    }
    tx.insert(kInsertRole, roles);
}

void setAttempts(db::WriteTransaction& tx, PersonId person, int attempts, std::optional<Instant> lockedUntil) {
    tx.execute(kSetAttempts, {std::int64_t{attempts}, lockedUntil ? db::Value(toSql(*lockedUntil)) : db::Value(nullptr), person.value});
}

void setEnabled(db::WriteTransaction& tx, PersonId person, bool enabled) {
    tx.execute(kSetEnabled, {static_cast<std::int64_t>(enabled), person.value});
}

void setNameEnglish(db::WriteTransaction& tx, PersonId person, const std::string& name) { tx.execute(kSetNameEnglish, {name, person.value}); }

void insertSession(db::WriteTransaction& tx, const std::string& tokenHash, PersonId person, bool page, Instant now, Instant expires) {
    tx.insert(kInsertSession, {{db::Blob{tokenHash}, person.value, std::string(page ? "page" : "token"), toSql(now), toSql(now), toSql(expires)}});
}

std::optional<Session> session(db::ReadTransaction& tx, const std::string& tokenHash) {
    const auto rows = tx.query(kSession, {db::Blob{tokenHash}});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    return Session{{row.integer(0)}, row.text(1) == "page", instantFromSql(row.text(2)), instantFromSql(row.text(3)), row.optionalText(4)};
}

void touchSession(db::WriteTransaction& tx, const std::string& tokenHash, Instant now) {
    tx.execute(kTouch, {toSql(now), db::Blob{tokenHash}});
}

void deleteSession(db::WriteTransaction& tx, const std::string& tokenHash) { tx.execute(kDelete, {db::Blob{tokenHash}}); }

std::vector<Token> tokens(db::ReadTransaction& tx, PersonId person, Instant now) {
    std::vector<Token> out;
    for (const db::Row& row : tx.query(kTokens, {person.value, toSql(now)})) {
        out.push_back({row.text(0), instantFromSql(row.text(1)), instantFromSql(row.text(2)), instantFromSql(row.text(3))});
    }
    return out;
}

void endTokens(db::WriteTransaction& tx, PersonId person, Instant at) { tx.execute(kEndTokens, {toSql(at), person.value}); }

}  // namespace touchstone::people::store
