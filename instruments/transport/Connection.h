#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// An open byte stream to an instrument, whatever it runs over; used by the one thread that serves it.
class Connection {
public:
    virtual ~Connection() = default;
    /// What has come within 50 ms or so; empty when nothing has. closed() tells whether the other side is gone.
    [[nodiscard]] virtual std::string receive() = 0;
    /// Whether all of it went out. False when the other side is gone: what still came from it is kept all the same.
    virtual bool send(std::string_view bytes) = 0;
    [[nodiscard]] virtual bool closed() const = 0;
    [[nodiscard]] virtual std::string peer() const = 0;
};

/// The connections that one thread serves.
class Connections {
public:
    struct Heard {
        Connection& from;
        std::string bytes;
    };

    virtual ~Connections() = default;
    /// What has come within 50 ms or so, a piece from each that sent something. One that is new or closed() is among
    /// them without bytes; a closed one is gone when this is called again.
    [[nodiscard]] virtual std::vector<Heard> receive() = 0;
    /// Ends it now.
    virtual void hangUp(Connection& connection) = 0;
    /// All of them are closed and no more will come.
    [[nodiscard]] virtual bool over() const = 0;
};

/// One that has a thread of its own.
class OneConnection final : public Connections {
public:
    explicit OneConnection(Connection& only) : only_(only) {}

    [[nodiscard]] std::vector<Heard> receive() override { return {{only_, only_.receive()}}; }
    void hangUp(Connection&) override { hungUp_ = true; }
    [[nodiscard]] bool over() const override { return hungUp_ || only_.closed(); }

private:
    Connection& only_;
    bool hungUp_ = false;
};

/// Where connections come from: accepted or opened. Each is handed to the handler in a thread of its own; instruments
/// are few and keep their connection for days. Whoever destroys it waits for the handlers, whose connections are
/// closed().
class Endpoint {
public:
    using Handler = std::function<void(Connection&)>;

    virtual ~Endpoint() = default;
    [[nodiscard]] virtual std::string address() const = 0;  ///< "127.0.0.1:4001", "/dev/ttyUSB0"
    [[nodiscard]] virtual std::size_t connections() const = 0;
};

/// Files in PEM. TLS 1.2 at least. Without TLS all is empty.
struct TlsSettings {
    bool on = false;
    std::string certificateFile{};  ///< ours, with those between it and its authority; a server needs one
    std::string keyFile{};
    std::string caFile{};  ///< who may sign the other side's. Client: empty means the system's authorities. Server:
                           ///< where it is given, clients must show a certificate.
};

}  // namespace touchstone::instruments
