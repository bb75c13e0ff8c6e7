#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

/// All SQL on accounts, sessions and signatures.
namespace touchstone::people::store {

struct Person {
    PersonId id;
    std::string login;
    std::string name;
    std::optional<std::string> passwordHash;
    int failedAttempts = 0;
    std::optional<Instant> lockedUntil;
    bool enabled = true;
    std::string organisation;
    std::string regionCode;
    std::vector<Role> roles;
    std::string nameEnglish = {};
};

struct Token {
    std::string hash;
    Instant created;
    Instant lastSeen;
    Instant expires;
};
/// Those that are still good, the oldest first.
[[nodiscard]] std::vector<Token> tokens(db::ReadTransaction& tx, PersonId person, Instant now);
/// None of the person's tokens is good for longer than until then.
void endTokens(db::WriteTransaction& tx, PersonId person, Instant at);

[[nodiscard]] std::vector<Person> people(db::ReadTransaction& tx);
[[nodiscard]] std::optional<Person> personByLogin(db::ReadTransaction& tx, const std::string& login);
[[nodiscard]] std::optional<Person> personById(db::ReadTransaction& tx, PersonId id);
/// As personById, and nobody else changes the row until the transaction ends.
[[nodiscard]] std::optional<Person> lockPerson(db::WriteTransaction& tx, PersonId id);
[[nodiscard]] std::map<std::string, std::int64_t> organisationIds(db::ReadTransaction& tx, const std::vector<std::string>& codes);

struct NewPerson {
    std::string login;
    std::string name;
    std::int64_t organisation;
    std::optional<std::string> passwordHash;
    std::vector<Role> roles;
    std::string nameEnglish = {};
};
void insertPeople(db::WriteTransaction& tx, const std::vector<NewPerson>& people, Instant at);
void setEnabled(db::WriteTransaction& tx, PersonId person, bool enabled);
void setNameEnglish(db::WriteTransaction& tx, PersonId person, const std::string& name);
void setAttempts(db::WriteTransaction& tx, PersonId person, int attempts, std::optional<Instant> lockedUntil);

struct Session {
    PersonId person;
    bool page;
    Instant lastSeen;
    Instant expires;
    std::optional<std::string> scopes{};  ///< of a machine's token
};
void insertSession(db::WriteTransaction& tx, const std::string& tokenHash, PersonId person, bool page, Instant now, Instant expires);
[[nodiscard]] std::optional<Session> session(db::ReadTransaction& tx, const std::string& tokenHash);
void touchSession(db::WriteTransaction& tx, const std::string& tokenHash, Instant now);
void deleteSession(db::WriteTransaction& tx, const std::string& tokenHash);

}  // namespace touchstone::people::store
