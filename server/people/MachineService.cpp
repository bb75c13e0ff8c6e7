#include "server/people/MachineService.h"

#include <algorithm>

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/people/AccountStore.h"
#include "server/people/MachineStore.h"

namespace touchstone::people {
namespace {

constexpr std::ptrdiff_t kMostOfAnAccount = 20;

/// Whose tokens the actor has; nothing: everybody's.
std::optional<std::string> organisationOf(const Actor& actor) {
    actor.require({Role::administrator, Role::organisation_administrator});
    return actor.has(Role::administrator) ? std::nullopt : std::optional(actor.organisation);
}

std::string idOf(const std::string& hash) {
    return toHex(hash).substr(0, 12);
}

std::string joined(const std::vector<std::string>& scopes) {
    std::string out;
    for (const std::string& scope : scopes) out += (out.empty() ? "" : ",") + scope;
    return out;
}

std::vector<std::string> parts(const std::string& scopes) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < scopes.size();) {
        const std::size_t comma = std::min(scopes.find(',', from), scopes.size());
        out.push_back(scopes.substr(from, comma - from));
        from = comma + 1;
    }
    return out;
}

void refuseUnfit(const store::Person& person, const std::vector<std::string>& scopes) {
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < scopes.size(); ++i) {
        const Role needed = scopes[i] == "intake" ? Role::instrument : Role::regulator;
        const std::string field = "scopes." + std::to_string(i);
        if (std::ranges::count(scopes, scopes[i]) > 1) {
            errors.push_back({field, ErrorCode::Duplicate, {}, {}});
        } else if (std::ranges::find(person.roles, needed) == person.roles.end()) {
            errors.push_back({field, ErrorCode::NoRight, {std::string(name(needed))}, {}});
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
}

std::string tokenEntry(const std::string& id, const std::string& label, const std::string& scopes, Instant expires) {
    json::Writer out;
    out.beginObject().field("token", id).field("label", label).field("scopes", scopes);
    return out.field("expires_at", toRfc3339(expires)).endObject().take();
}

}  // namespace

std::vector<MachineToken> MachineService::list(const Actor& actor) {
    const auto organisation = organisationOf(actor);
    std::vector<MachineToken> out;
    for (const store::MachineToken& token :
         database_.read([&](db::ReadTransaction& tx) { return store::machineTokens(tx, organisation, clock_.now()); })) {
        out.push_back({idOf(token.hash), token.login, token.organisation, token.label, parts(token.scopes), token.created,
                       token.lastSeen, token.expires});
    }
    return out;
}

std::string MachineService::issue(const Actor& actor, const NewMachineToken& wanted, const std::string& reason) {
    const auto organisation = organisationOf(actor);
    const std::string token = toBase64Url(random_.bytes(32));
    const std::string hash = asString(sha256(token));
    database_.write([&](db::WriteTransaction& tx) {
        const auto found = store::personByLogin(tx, wanted.login);
        if (!found || (organisation && found->organisation != *organisation)) throw Error(ErrorCode::NotFound, {"account", wanted.login});
        const auto person = store::lockPerson(tx, found->id);
        refuseUnfit(*person, wanted.scopes);
        const Instant now = clock_.now();
        const auto known = store::machineTokens(tx, person->organisation, now);
        if (std::ranges::count(known, wanted.login, &store::MachineToken::login) >= kMostOfAnAccount) {
            throw Error(ErrorCode::TooMany, {std::to_string(kMostOfAnAccount)});
        }
        const std::string scopes = joined(wanted.scopes);
        const Instant expires = now + wanted.life;
        store::insertMachineToken(tx, {hash, wanted.login, person->organisation, wanted.label, scopes, now, now, expires}, person->id);
        trail_.append(tx, actor,
                      {{"person.issue_token", "person", wanted.login, {}, tokenEntry(idOf(hash), wanted.label, scopes, expires), reason}});
    });
    return token;
}

void MachineService::revoke(const Actor& actor, const std::string& id, const std::string& reason) {
    const auto organisation = organisationOf(actor);
    database_.write([&](db::WriteTransaction& tx) {
        const auto known = store::machineTokens(tx, organisation, clock_.now());
        const auto found = std::ranges::find(known, id, [](const store::MachineToken& token) { return idOf(token.hash); });
        if (found == known.end()) throw Error(ErrorCode::NotFound, {"token", id});
        store::deleteSession(tx, found->hash);
        trail_.append(tx, actor,
                      {{"person.revoke_token", "person", found->login, tokenEntry(id, found->label, found->scopes, found->expires), {}, reason}});
    });
    accounts_.forget();
}

}  // namespace touchstone::people
