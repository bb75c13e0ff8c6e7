#pragma once
#include "instruments/transport/TcpServer.h"

namespace touchstone::instruments {

/// Listens without TLS, for handlers that never wait for anything but the disk: one thread serves all connections, so
/// that what comes on many at a time can be stored together. What a slow instrument does not take yet is kept for it;
/// until it has, nothing more is read from it, and after 15 s it is gone.
class TcpExchange final : public Endpoint {
public:
    /// Called once; returns when the connections are over().
    using Handler = std::function<void(Connections&)>;

    /// Port 0 takes a free one. Beyond kMostConnections new ones are closed at once.
    TcpExchange(const std::string& host, std::uint16_t port, Handler handler);
    ~TcpExchange() override;

    [[nodiscard]] std::string address() const override;
    [[nodiscard]] std::size_t connections() const override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
