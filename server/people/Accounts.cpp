#include "server/people/Accounts.h"

#include <algorithm>
#include <set>

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/people/AccountStore.h"
#include "server/people/ClientCertificateStore.h"
#include "server/people/Password.h"
#include "server/people/SignatureStore.h"

namespace touchstone::people {
namespace {

constexpr std::chrono::seconds kRemember{5};
constexpr std::chrono::minutes kTouchEvery{1};
constexpr std::chrono::hours kTokenLife{24 * 365 * 10};

std::string hashOf(const std::string& token) { return asString(sha256(token)); }

Actor actorOf(const store::Person& person, const std::string& origin) {
    return {person.id,           person.login,      person.name, {person.roles.begin(), person.roles.end()},
            person.organisation, person.regionCode, origin};
}

Account accountOf(const store::Person& person) {
    return {person.login, person.name, person.roles, person.organisation, person.enabled, person.lockedUntil, person.nameEnglish};
}

/// Enough to tell an account's tokens apart, and nothing to sign in with.
std::string idOf(const std::string& tokenHash) { return toHex(tokenHash).substr(0, 12); }

std::string tokenJson(const std::string& id, std::optional<std::chrono::minutes> overlap) {
    json::Writer out;
    out.beginObject().field("token", id);
    if (overlap) out.field("others_end_after_minutes", overlap->count());
    return out.endObject().take();
}

store::Person programOf(std::optional<store::Person> person, const std::string& login) {
    if (!person || person->roles != std::vector{Role::instrument}) throw Error(ErrorCode::NotFound, {"gateway", login});
    return std::move(*person);
}

void requireAdministrator(const Actor& actor) {
    actor.require({Role::administrator, Role::organisation_administrator});
}

bool isWithin(const Actor& actor, const std::string& organisation) {
    return actor.has(Role::administrator) || organisation == actor.organisation;
}

void refuseForeign(const Actor& actor, const NewAccount& account) {
    if (actor.has(Role::administrator)) return;
    const bool ownRoles = std::ranges::all_of(account.roles, [](Role role) {
        return role == Role::regulator || role == Role::organisation_administrator;
    });
    if (!ownRoles || account.organisation != actor.organisation) throw Error(ErrorCode::NoRight, {"administrator"});
}

std::string rolesJson(const std::vector<Role>& roles) {
    json::Writer out;
    out.beginObject().key("roles").beginArray();
    for (const Role role : roles) out.string(name(role));
    return out.endArray().endObject().take();
}

}  // namespace

AccountService::AccountService(db::Database& database, const audit::Trail& trail, const Clock& clock, Random& random, AccountRules rules)
    : database_(database), trail_(trail), clock_(clock), random_(random), rules_(rules) {}

void AccountService::checkPassword(const std::optional<store::Person>& person, const std::string& password,
                                   const std::string& origin, ErrorCode refusal) {
    refuseLocked(person);
    const bool usable = person && person->enabled && person->passwordHash;
    const bool right = matchesPassword(usable ? *person->passwordHash : decoyHash(), password) && usable;
    database_.write([&](db::WriteTransaction& tx) {
        // Hashing took its time and others may have guessed meanwhile, so the row counts as it is now.
        const auto fresh = person ? store::lockPerson(tx, person->id) : std::nullopt;
        refuseLocked(fresh);
        noteAttempt(tx, fresh, right, origin);
    });
    if (!right) throw Error(refusal);
}

void AccountService::refuseLocked(const std::optional<store::Person>& person) const {
    if (!person || !person->lockedUntil || *person->lockedUntil <= clock_.now()) return;
    throw Error(ErrorCode::AccountLocked, {toRfc3339(*person->lockedUntil)});
}

void AccountService::noteAttempt(db::WriteTransaction& tx, const std::optional<store::Person>& person, bool right,
                                 const std::string& origin) const {
    if (!person) {
        // Without what was typed: some type their password there.
        Actor unknown = systemActor("unknown");
        unknown.origin = origin;
        trail_.append(tx, unknown, {{"person.refuse", "person", "unknown", {}, {}, {}}});
    } else if (right) {
        if (person->failedAttempts > 0 || person->lockedUntil) store::setAttempts(tx, person->id, 0, std::nullopt);
    } else {
        const int attempts = person->failedAttempts + 1;
        const bool lock = attempts >= rules_.attempts;
        const auto until = lock ? std::optional<Instant>(clock_.now() + rules_.lock) : std::nullopt;
        store::setAttempts(tx, person->id, lock ? 0 : attempts, until);
        trail_.append(tx, actorOf(*person, origin), {{lock ? "person.lock" : "person.refuse", "person", person->login, {}, {}, {}}});
    }
}

SignedIn AccountService::signIn(const std::string& login, const std::string& password, const std::string& origin) {
    const auto person = database_.read([&](db::ReadTransaction& tx) { return store::personByLogin(tx, login); });
    checkPassword(person, password, origin, ErrorCode::WrongCredentials);
    const Instant now = clock_.now();
    SignedIn out{actorOf(*person, origin), toBase64Url(random_.bytes(32)), now + rules_.session};
    database_.write([&](db::WriteTransaction& tx) {
        store::insertSession(tx, hashOf(out.token), person->id, true, now, out.expiresAt);
        trail_.append(tx, out.actor, {{"session.open", "person", login, {}, {}, {}}});
    });
    return out;
}

void AccountService::signOut(const Actor& actor, const std::string& token) {
    const std::string hash = hashOf(token);
    database_.write([&](db::WriteTransaction& tx) {
        store::deleteSession(tx, hash);
        trail_.append(tx, actor, {{"session.close", "person", actor.login, {}, {}, {}}});
    });
    const std::lock_guard lock(mutex_);
    remembered_.erase(hash);
}

std::optional<Actor> AccountService::recalled(const std::string& key, Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(key);
    if (found != remembered_.end() && found->second.until > now) return found->second.actor;
    if (remembered_.size() > 10'000) remembered_.clear();
    return std::nullopt;
}

void AccountService::remember(const std::string& key, const Actor& actor, Instant until) {
    const std::lock_guard lock(mutex_);
    remembered_[key] = {actor, until};
}

std::optional<Actor> AccountService::authenticate(const std::string& token) {
    const std::string hash = hashOf(token);
    const Instant now = clock_.now();
    if (auto known = recalled(hash, now)) return known;
    const auto session = database_.read([&](db::ReadTransaction& tx) { return store::session(tx, hash); });
    if (!session || session->expires <= now) return std::nullopt;
    if (session->page && session->lastSeen + rules_.idle <= now) return std::nullopt;
    const auto person = database_.read([&](db::ReadTransaction& tx) { return store::personById(tx, session->person); });
    if (!person || !person->enabled) return std::nullopt;
    if (session->lastSeen + kTouchEvery <= now) {
        database_.write([&](db::WriteTransaction& tx) { store::touchSession(tx, hash, now); });
    }
    Actor actor = actorOf(*person, "");
    actor.scopes = session->scopes;
    remember(hash, actor, now + kRemember);
    return actor;
}

Actor AccountService::authenticateCertificate(const std::string& fingerprint) {
    const std::string key = "certificate " + fingerprint;  // longer than the hash of any token
    const Instant now = clock_.now();
    if (auto known = recalled(key, now)) return *known;
    const auto found = database_.read([&](db::ReadTransaction& tx) { return store::clientCertificate(tx, fingerprint); });
    if (!found) throw Error(ErrorCode::CertificateUnknown);
    if (found->revoked) throw Error(ErrorCode::CertificateRevoked);
    if (now < found->validFrom || found->expires <= now) {
        throw Error(ErrorCode::CertificateExpired, {toRfc3339(found->validFrom), toRfc3339(found->expires)});
    }
    const auto person = database_.read([&](db::ReadTransaction& tx) { return store::personById(tx, found->person); });
    if (!person || !person->enabled) throw Error(ErrorCode::NotSignedIn);
    if (!found->lastSeen || *found->lastSeen + kTouchEvery <= now) {
        database_.write([&](db::WriteTransaction& tx) { store::touchClientCertificate(tx, fingerprint, now); });
    }
    Actor actor = actorOf(*person, "");
    actor.scopes = found->scopes;
    remember(key, actor, std::min(now + kRemember, found->expires));
    return actor;
}

Instant AccountService::expiryOfCertificate(const std::string& fingerprint) {
    const auto found = database_.read([&](db::ReadTransaction& tx) { return store::clientCertificate(tx, fingerprint); });
    if (!found) throw Error(ErrorCode::CertificateUnknown);
    return found->expires;
}

Instant AccountService::expiryOf(const std::string& token) {
    const auto session = database_.read([&](db::ReadTransaction& tx) { return store::session(tx, hashOf(token)); });
    if (!session) throw Error(ErrorCode::NotSignedIn);
    return session->expires;
}

std::string AccountService::issueToken(const Actor& actor, const std::string& login) {
    actor.require({Role::administrator});
    const std::string token = toBase64Url(random_.bytes(32));
    const Instant now = clock_.now();
    database_.write([&](db::WriteTransaction& tx) {
        const auto person = store::personByLogin(tx, login);
        if (!person) throw Error(ErrorCode::NotFound, {"account", login});
        store::insertSession(tx, hashOf(token), person->id, false, now, now + kTokenLife);
        trail_.append(tx, actor, {{"person.issue_token", "person", login, {}, {}, {}}});
    });
    return token;
}

std::vector<AccountService::Token> AccountService::tokens(const Actor& actor, const std::string& login) {
    actor.require({Role::administrator});
    return database_.read([&](db::ReadTransaction& tx) {
        std::vector<Token> out;
        for (const store::Token& token : store::tokens(tx, programOf(store::personByLogin(tx, login), login).id, clock_.now())) {
            out.push_back({idOf(token.hash), token.created, token.lastSeen, token.expires});
        }
        return out;
    });
}

std::string AccountService::rotateToken(const Actor& actor, const std::string& login, std::chrono::minutes overlap,
                                        const std::string& reason) {
    actor.require({Role::administrator});
    const std::string token = toBase64Url(random_.bytes(32));
    database_.write([&](db::WriteTransaction& tx) {
        const auto person = programOf(store::personByLogin(tx, login), login);
        const Instant now = clock_.now();
        store::endTokens(tx, person.id, now + overlap);
        store::insertSession(tx, hashOf(token), person.id, false, now, now + kTokenLife);
        trail_.append(tx, actor, {{"person.rotate_token", "person", login, {}, tokenJson(idOf(hashOf(token)), overlap), reason}});
    });
    forget();
    return token;
}

void AccountService::revokeToken(const Actor& actor, const std::string& login, const std::string& id, const std::string& reason) {
    actor.require({Role::administrator});
    database_.write([&](db::WriteTransaction& tx) {
        const auto person = programOf(store::personByLogin(tx, login), login);
        const auto known = store::tokens(tx, person.id, clock_.now());
        const auto found = std::find_if(known.begin(), known.end(), [&](const store::Token& token) { return idOf(token.hash) == id; });
        if (found == known.end()) throw Error(ErrorCode::NotFound, {"token", id});
        store::deleteSession(tx, found->hash);
        trail_.append(tx, actor, {{"person.revoke_token", "person", login, tokenJson(id, std::nullopt), {}, reason}});
    });
    forget();
}

std::vector<Account> AccountService::list(const Actor& actor) {
    requireAdministrator(actor);
    const auto people = database_.read([](db::ReadTransaction& tx) { return store::people(tx); });
    std::vector<Account> out;
    for (const store::Person& person : people) {
        if (isWithin(actor, person.organisation)) out.push_back(accountOf(person));
    }
    return out;
}

void AccountService::create(const Actor& actor, const std::vector<NewAccount>& accounts) {
    requireAdministrator(actor);
    std::vector<std::string> codes;
    std::vector<store::NewPerson> people;
    for (const NewAccount& account : accounts) {
        if (std::set(account.roles.begin(), account.roles.end()).size() != account.roles.size()) {
            throw Error(ErrorCode::Invalid, {}, {{"roles", ErrorCode::Duplicate, {}, {}}});
        }
        refuseForeign(actor, account);
        codes.push_back(account.organisation);
        auto hash = account.password ? std::optional(hashPassword(*account.password)) : std::nullopt;
        people.push_back({account.login, account.name, 0, std::move(hash), account.roles, account.nameEnglish});
    }
    try {
        database_.write([&](db::WriteTransaction& tx) {
            const auto ids = store::organisationIds(tx, codes);
            std::vector<audit::Entry> entries;
            for (std::size_t i = 0; i < people.size(); ++i) {
                const auto found = ids.find(codes[i]);
                if (found == ids.end()) {
                    throw Error(ErrorCode::Invalid, {}, {{"organisation", ErrorCode::NotKnown, {codes[i]}, {}}});
                }
                people[i].organisation = found->second;
                entries.push_back({"person.create", "person", people[i].login, {}, rolesJson(people[i].roles), {}});
            }
            store::insertPeople(tx, people, clock_.now());
            trail_.append(tx, actor, entries);
        });
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() != "person_login") throw;
        throw Error(ErrorCode::Invalid, {}, {{"login", ErrorCode::Duplicate, {}, {}}});
    }
}

Account AccountService::setEnabled(const Actor& actor, const std::string& login, bool enabled, const std::string& reason) {
    requireAdministrator(actor);
    if (login == actor.login) throw Error(ErrorCode::NoRight, {"administrator"});
    const Account account = database_.write([&](db::WriteTransaction& tx) {
        auto person = store::personByLogin(tx, login);
        if (!person || !isWithin(actor, person->organisation)) throw Error(ErrorCode::NotFound, {"account", login});
        if (person->enabled != enabled) {
            store::setEnabled(tx, person->id, enabled);
            trail_.append(tx, actor, {{enabled ? "person.enable" : "person.disable", "person", login, {}, {}, reason}});
            person->enabled = enabled;
        }
        return accountOf(*person);
    });
    forget();
    return account;
}

void AccountService::forget() {
    const std::lock_guard lock(mutex_);
    remembered_.clear();
}

Account AccountService::nameInEnglish(const Actor& actor, const std::string& login, const std::string& name, const std::string& reason) {
    requireAdministrator(actor);
    return database_.write([&](db::WriteTransaction& tx) {
        auto person = store::personByLogin(tx, login);
        if (!person || !isWithin(actor, person->organisation)) throw Error(ErrorCode::NotFound, {"account", login});
        const auto said = [](const std::string& text) { return json::Writer().beginObject().field("name_en", text).endObject().take(); };
        store::setNameEnglish(tx, person->id, name);
        trail_.append(tx, actor, {{"person.name", "person", login, said(person->nameEnglish), said(name), reason}});
        person->nameEnglish = name;
        return accountOf(*person);
    });
}

Account AccountService::unlock(const Actor& actor, const std::string& login, const std::string& reason) {
    requireAdministrator(actor);
    return database_.write([&](db::WriteTransaction& tx) {
        auto person = store::personByLogin(tx, login);
        if (!person || !isWithin(actor, person->organisation)) throw Error(ErrorCode::NotFound, {"account", login});
        store::setAttempts(tx, person->id, 0, std::nullopt);
        trail_.append(tx, actor, {{"person.unlock", "person", login, {}, {}, reason}});
        person->lockedUntil.reset();
        return accountOf(*person);
    });
}

void AccountService::confirm(const Actor& actor, const std::string& password) {
    const auto person = database_.read([&](db::ReadTransaction& tx) { return store::personById(tx, actor.id); });
    checkPassword(person, password, actor.origin, ErrorCode::SignatureRefused);
}

std::int64_t AccountService::sign(db::WriteTransaction& tx, const Actor& actor, const SignatureRequest& request) const {
    return sign(tx, actor, std::vector{request}).front();
}

std::vector<std::int64_t> AccountService::sign(db::WriteTransaction& tx, const Actor& actor,
                                               const std::vector<SignatureRequest>& requests) const {
    return store::insertSignatures(tx, actor.id, clock_.now(), requests);
}

Actor systemActor(const std::string& name) { return {{0}, name, name, {kStaff.begin(), kStaff.end()}, "", "", "cli"}; }

}  // namespace touchstone::people
