#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "instruments/gateway/Floor.h"
#include "instruments/gateway/ServerClient.h"
#include "instruments/gateway/Status.h"

namespace touchstone::instruments {

/// The [instrument.*] sections as the server keeps them.
struct RemoteConfiguration {
    std::int64_t version = 0;
    std::string text;
};

/// The last one that could be applied, in a file of the spool's folder; nothing where there never was one.
[[nodiscard]] std::optional<RemoteConfiguration> keptConfiguration(const std::string& folder);

struct LiaisonSettings {
    ServerAddress server;
    std::string folder;                          ///< of the spool
    bool remote = true;                          ///< whether the server's configuration is asked for
    std::chrono::milliseconds look{1'000};       ///< how often it is looked whether something changed
    std::chrono::milliseconds report{15'000};    ///< a status goes to the server at least so often
    std::chrono::milliseconds configure{60'000}; ///< and the configuration is asked for; also when the server names a newer
};

/// Tells the server how the gateway is and fetches its configuration, from a thread of its own. What the server cannot
/// be told now is not told later: the next status says how it is then. A configuration that is not right or cannot be
/// applied is named in the status, and is tried again only when the server has another one: each try closes the stations
/// that it changes.
class Liaison {
public:
    using Fault = std::function<void(const std::string& what)>;
    /// `status` without the fault of the configuration, which is known here.
    Liaison(LiaisonSettings settings, Floor& floor, std::function<GatewayStatus()> status, Fault fault);
    ~Liaison();  ///< the request under way is finished
    Liaison(const Liaison&) = delete;
    Liaison& operator=(const Liaison&) = delete;

    [[nodiscard]] std::string configurationFault() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
