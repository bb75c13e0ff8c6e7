#pragma once
#include <string>

#include "server/Application.h"
#include "server/core/Config.h"

/// From a configuration file to the settings of a process.
namespace touchstone::settings {

[[nodiscard]] Config load(const std::string& file);
/// Where schema/, templates/ and server/http/openapi.yaml lie: `share` of the configuration, or the checkout that this
/// program was built in.
[[nodiscard]] std::string share(const Config& config);
/// The server's account; owner: the account that owns the schema.
[[nodiscard]] db::Settings database(const Config& config, bool owner);
[[nodiscard]] std::string trailKey(const Config& config);
[[nodiscard]] ApplicationSettings application(const Config& config);
/// The roots that certificates are verified against.
[[nodiscard]] std::string roots(const Config& config);
/// The certificate that certificates are signed with now, then those above it.
[[nodiscard]] std::string signerChain(const Config& config);
/// Logs as JSON lines to the file of the configuration, or to stderr.
void startLogging(const Config& config);

}  // namespace touchstone::settings
