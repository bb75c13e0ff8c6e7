#pragma once
#include <string>
#include <vector>

#include "instruments/gateway/Forwarder.h"
#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Station.h"

namespace touchstone::instruments {

/// The gateway's configuration: an ini file, see deploy/gateway.example.ini for every key.
struct Config {
    ForwarderSettings server;
    std::string spoolFolder;
    SpoolSettings spool;
    std::string statusFile;
    std::chrono::seconds lease{120};  ///< of commands, see Outbox.h
    std::vector<InstrumentSettings> instruments;

    /// Throws UsageError that names the section and the key.
    [[nodiscard]] static Config load(const std::string& path);
};

[[nodiscard]] std::string_view name(Protocol protocol);      ///< "astm", "mllp", "line", …
[[nodiscard]] Protocol protocolOf(const std::string& name);  ///< throws UsageError

}  // namespace touchstone::instruments
