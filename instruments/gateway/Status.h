#pragma once
#include <cstdint>
#include <string>

#include "instruments/gateway/Floor.h"
#include "instruments/gateway/Forwarder.h"
#include "instruments/gateway/Spool.h"

namespace touchstone::instruments {

/// How a gateway is at one moment. Nothing in it is secret: it goes to the server, to a file, and to whoever may ask its
/// status address.
struct GatewayStatus {
    std::string at;
    std::string startedAt;
    Floor::View floor;
    SpoolCounts spool;
    std::int64_t diskFree = 0;  ///< bytes, where the spool is
    ForwarderStatus forwarder;
    std::string configurationFault;  ///< why the server's configuration is not in use, or empty
};

[[nodiscard]] std::string_view gatewayVersion();

/// The body of POST /api/v1/gateways/status.
[[nodiscard]] std::string reportJson(const GatewayStatus& status);
/// The status file, also GET /status.
[[nodiscard]] std::string statusJson(const GatewayStatus& status);
/// GET /metrics.
[[nodiscard]] std::string metricsText(const GatewayStatus& status);

}  // namespace touchstone::instruments
