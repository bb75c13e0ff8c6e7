#pragma once
#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include "instruments/transport/Connection.h"

namespace touchstone::instruments {

/// A connection over a socket, plain or TLS. Only for this folder's sources: it brings Poco along.
class SocketConnection final : public Connection {
public:
    /// Throws when the other side is gone already.
    SocketConnection(Poco::Net::StreamSocket socket, const std::atomic<bool>& stopping);

    [[nodiscard]] std::string receive() override;
    bool send(std::string_view bytes) override;
    [[nodiscard]] bool closed() const override { return gone_ || stopping_; }
    [[nodiscard]] std::string peer() const override { return peer_; }

private:
    Poco::Net::StreamSocket socket_;
    const std::atomic<bool>& stopping_;
    std::string peer_;
    bool gone_ = false;
};

/// Throws when the files cannot be used.
[[nodiscard]] Poco::Net::Context::Ptr serverContext(const TlsSettings& tls);
[[nodiscard]] Poco::Net::Context::Ptr clientContext(const TlsSettings& tls);

}  // namespace touchstone::instruments
