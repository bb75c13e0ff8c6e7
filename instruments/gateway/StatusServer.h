#pragma once
#include <functional>
#include <memory>
#include <string>

#include "instruments/gateway/Status.h"

namespace touchstone::instruments {

/// Tells how the gateway is over HTTP, to whoever asks and without any way to change something: GET /metrics
/// (Prometheus) and GET /status (JSON).
class StatusServer {
public:
    /// address: "127.0.0.1:9109", port 0 takes a free one. Throws when it cannot listen there. `status` is called from
    /// threads of its own.
    StatusServer(const std::string& address, std::function<GatewayStatus()> status);
    ~StatusServer();
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;

    [[nodiscard]] std::string address() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
