#pragma once
#include <chrono>
#include <cstdint>

#include "instruments/transport/Connection.h"

namespace touchstone::instruments {

struct DialPauses {
    std::chrono::milliseconds first{500};  ///< after a connection ended or could not be opened; doubled each time
    std::chrono::milliseconds longest{30'000};
};

/// Opens a connection, hands it over, and opens it again when it has ended, with growing pauses.
class Dialer final : public Endpoint {
public:
    /// Opens it or throws. The connection is closed() once stopping is true.
    using Open = std::function<std::unique_ptr<Connection>(const std::atomic<bool>& stopping)>;
    /// Told once when it cannot be opened, and again only after it could be.
    using Fault = std::function<void(const std::string& what)>;

    Dialer(std::string address, Open open, Handler handler, Fault fault, DialPauses pauses = {});
    ~Dialer() override;

    [[nodiscard]] std::string address() const override;
    [[nodiscard]] std::size_t connections() const override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// To an instrument that listens itself. The name is looked up at every attempt.
[[nodiscard]] Dialer::Open tcpTo(const std::string& host, std::uint16_t port, const TlsSettings& tls = {});

enum class Parity : std::uint8_t { None, Even, Odd };
enum class FlowControl : std::uint8_t { None, RtsCts, XonXoff };

/// LIS01-A2 5.2: 9600 baud, 8 bits, no parity, one stop bit is what devices begin with.
struct SerialSettings {
    std::string device;  ///< "/dev/ttyUSB0"; a name below /dev/serial/by-id stays with the plug
    std::uint32_t baud = 9'600;
    std::uint8_t dataBits = 8;
    Parity parity = Parity::None;
    std::uint8_t stopBits = 1;
    FlowControl flow = FlowControl::None;
};

/// A serial line in raw mode, for us alone. A device that was unplugged ends the connection.
[[nodiscard]] Dialer::Open serialOver(const SerialSettings& settings);

/// Whether termios knows the speed.
[[nodiscard]] bool knownBaud(std::uint32_t baud);

}  // namespace touchstone::instruments
