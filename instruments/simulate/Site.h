#pragma once
#include <functional>
#include <memory>
#include <string>

#include "instruments/transport/Connection.h"
#include "instruments/transport/Dialer.h"

namespace touchstone::instruments {

/// Where the gateway is met.
struct Site {
    enum class Kind : std::uint8_t {
        Call,    ///< host and port
        Listen,  ///< the gateway calls us there
        Serial,
        Pty,     ///< a pseudo terminal of ours, whose other end is a serial line for the gateway
        Folder,  ///< or anything else that the protocol itself knows how to reach
    };
    Kind kind = Kind::Call;
    std::string where{};  ///< "host:port", a device, a folder, a URL
    TlsSettings tls{};
    SerialSettings serial{};
};

/// Opens a connection or throws; called again after one was cut.
using Opener = std::function<std::unique_ptr<Connection>()>;

/// tell hears where we can be met: the port that was taken, the name of the terminal. Safe to call from many threads,
/// except that one terminal serves one.
[[nodiscard]] Opener openerOf(const Site& site, const std::function<void(const std::string&)>& tell);

}  // namespace touchstone::instruments
