#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// One accepted connection, used by the thread that serves it.
class Connection {
public:
    virtual ~Connection() = default;
    /// What has come within the time; empty when nothing has. closed() tells whether the other side is gone.
    [[nodiscard]] virtual std::string receive() = 0;
    /// Whether all of it went out. False when the other side is gone: what still came from it is kept all the same.
    virtual bool send(std::string_view bytes) = 0;
    [[nodiscard]] virtual bool closed() const = 0;
    [[nodiscard]] virtual std::string peer() const = 0;
};

/// Listens and gives every connection a thread of its own: instruments are few and keep their connection for days.
class TcpServer {
public:
    using Handler = std::function<void(Connection&)>;

    /// Port 0 takes a free one. Beyond maxConnections new ones are closed at once.
    TcpServer(const std::string& host, std::uint16_t port, Handler handler, std::size_t maxConnections = 64);
    ~TcpServer();  ///< connections see closed() and are waited for
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    [[nodiscard]] std::string host() const;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
