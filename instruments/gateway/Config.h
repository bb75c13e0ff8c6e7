#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Forwarder.h"
#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Station.h"

namespace touchstone::instruments {

/// One mistake in a configuration, by its place.
struct ConfigFault {
    enum class Kind : std::uint8_t { Missing, NotANumber, NotOneOf, Unknown, Twice, Wrong };
    std::string section;
    std::string key;   ///< empty: of the section as a whole
    Kind kind = Kind::Wrong;
    std::string what;  ///< behind section and key, for people; of NotOneOf the words that are allowed
    std::size_t line = 0;  ///< from 1: of the key, else of its section
};

class ConfigError : public UsageError {
public:
    explicit ConfigError(ConfigFault fault);
    [[nodiscard]] const ConfigFault& fault() const { return fault_; }

private:
    ConfigFault fault_;
};

/// The [instrument.*] sections of a text and nothing else; one fault for each section that is wrong, and one for each line
/// that is none or stands twice.
struct InstrumentsRead {
    std::vector<InstrumentSettings> instruments;  ///< those without a fault
    std::vector<ConfigFault> faults;
};
[[nodiscard]] InstrumentsRead readInstruments(const std::string& text);

/// The gateway's configuration: an ini file, see deploy/gateway.example.ini for every key.
struct Config {
    ForwarderSettings server;
    std::string spoolFolder;
    SpoolSettings spool;
    std::string statusFile;
    std::string statusAddress;                ///< "127.0.0.1:9109", or empty: nothing is served
    bool remote = true;                       ///< the server's [instrument.*] sections go before those of the file
    std::chrono::seconds lease{120};  ///< of commands, see Outbox.h
    std::vector<InstrumentSettings> instruments;

    /// Throws UsageError that names the section and the key.
    [[nodiscard]] static Config load(const std::string& path);
};

[[nodiscard]] std::string_view name(Protocol protocol);      ///< "astm", "mllp", "line", …
[[nodiscard]] Protocol protocolOf(const std::string& name);  ///< throws UsageError

}  // namespace touchstone::instruments
