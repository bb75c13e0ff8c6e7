#include "server/people/MachineStore.h"

namespace touchstone::people::store {
namespace {

constexpr db::InsertStatement kInsert{
    "machine_token_insert",
    "INSERT INTO session (token_hash, person_id, kind, created_at, last_seen_at, expires_at, label, scopes) VALUES", 8};
constexpr db::Statement kAll{
    "machine_tokens",
    "SELECT s.token_hash, p.login, o.code, s.label, s.scopes, s.created_at, s.last_seen_at, s.expires_at FROM session s "
    "JOIN person p ON p.id = s.person_id JOIN organisation o ON o.id = p.organisation_id "
    "WHERE s.kind = 'token' AND s.scopes IS NOT NULL AND s.expires_at > ? AND (? OR o.code = ?) "
    "ORDER BY s.created_at, s.token_hash"};

}  // namespace

void insertMachineToken(db::WriteTransaction& tx, const MachineToken& token, PersonId person) {
    tx.insert(kInsert, {{db::Blob{token.hash}, person.value, std::string("token"), toSql(token.created), toSql(token.lastSeen),
                         toSql(token.expires), token.label, token.scopes}});
}

std::vector<MachineToken> machineTokens(db::ReadTransaction& tx, const std::optional<std::string>& organisation, Instant now) {
    std::vector<MachineToken> out;
    for (const db::Row& row :
         tx.query(kAll, {toSql(now), static_cast<std::int64_t>(!organisation), organisation.value_or("")})) {
        out.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), instantFromSql(row.text(5)),
                       instantFromSql(row.text(6)), instantFromSql(row.text(7))});
    }
    return out;
}

}  // namespace touchstone::people::store
