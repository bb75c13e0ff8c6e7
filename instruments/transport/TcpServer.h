#pragma once
#include <cstdint>

#include "instruments/transport/Connection.h"

namespace touchstone::instruments {

inline constexpr std::size_t kMostConnections = 64;

/// Listens, plain or with TLS.
class TcpServer final : public Endpoint {
public:
    /// Port 0 takes a free one. Beyond maxConnections new ones are closed at once.
    TcpServer(const std::string& host, std::uint16_t port, Handler handler, const TlsSettings& tls = {},
              std::size_t maxConnections = kMostConnections);
    ~TcpServer() override;

    [[nodiscard]] std::string address() const override;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
