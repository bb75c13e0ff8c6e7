#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Id.h"
#include "server/db/Database.h"
#include "server/gateways/Gateway.h"

/// All SQL on gateways.
namespace touchstone::gateways {

struct Gateway {
    PersonId id;
    std::string login;
    std::string name;
    bool enabled = true;
};
/// Accounts with the role instrument, by login.
[[nodiscard]] std::vector<Gateway> gateways(db::ReadTransaction& tx);
[[nodiscard]] std::optional<Gateway> gateway(db::ReadTransaction& tx, const std::string& login);
/// Nobody else changes what belongs to the gateway until the transaction ends.
void lockGateway(db::WriteTransaction& tx, PersonId gateway);

void storeReport(db::WriteTransaction& tx, PersonId gateway, const Report& report, Instant now);
/// With their instruments, by gateway.
[[nodiscard]] std::map<PersonId, LastReport> lastReports(db::ReadTransaction& tx);

/// Codes of the instruments that a gateway may bring messages for; a gateway that is not here: all.
[[nodiscard]] std::map<PersonId, std::vector<std::string>> scopes(db::ReadTransaction& tx);
[[nodiscard]] std::map<std::string, std::int64_t> instrumentIds(db::ReadTransaction& tx, const std::vector<std::string>& codes);
void replaceScope(db::WriteTransaction& tx, PersonId gateway, const std::vector<std::int64_t>& instruments);

struct Configuration {
    std::int64_t version = 0;
    std::string text;
    std::string author;   ///< name
    Instant savedAt;
    std::string reason;
};
/// The newest first.
[[nodiscard]] std::vector<Configuration> configurations(db::ReadTransaction& tx, PersonId gateway, std::int64_t most);
/// Number of the newest, by gateway.
[[nodiscard]] std::map<PersonId, std::int64_t> newestVersions(db::ReadTransaction& tx);
[[nodiscard]] std::optional<std::int64_t> newestVersion(db::ReadTransaction& tx, PersonId gateway);
void insertConfiguration(db::WriteTransaction& tx, PersonId gateway, const Configuration& configuration, PersonId author);

}  // namespace touchstone::gateways
