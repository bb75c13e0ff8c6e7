#include "server/people/MachineService.h"

#include <algorithm>

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/people/AccountStore.h"
#include "server/people/MachineRules.h"
#include "server/people/MachineStore.h"

namespace touchstone::people {
namespace {

constexpr std::ptrdiff_t kMostOfAnAccount = 20;

std::string idOf(const std::string& hash) {
    return toHex(hash).substr(0, 12);
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
