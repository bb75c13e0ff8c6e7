#pragma once
#include <Poco/Net/HTTPClientSession.h>

#include <chrono>
#include <memory>
#include <string>

namespace touchstone::instruments {

/// Where the server is and how to be let in.
struct ServerAddress {
    std::string url;  ///< "http://host:port" or "https://…"
    std::string token{};            ///< of the gateway's account; empty: it is known by its certificate
    std::string caFile{};           ///< PEM of the authorities to trust for https; empty: those of the system
    std::string certificateFile{};  ///< PEM of the gateway's own certificate, with its key in keyFile; read at each connection
    std::string keyFile{};
};

/// One kept connection to the server's API with a bearer token or a client certificate; used by one thread at a time.
class ServerClient {
public:
    ServerClient(ServerAddress address, std::chrono::milliseconds timeout)
        : address_(std::move(address)), timeout_(timeout) {}

    struct Reply {
        int status = 0;
        std::string body;
    };
    /// Faults of the line are thrown; the next call then begins with a new connection.
    [[nodiscard]] Reply post(const std::string& path, const std::string& json);
    [[nodiscard]] Reply get(const std::string& path);

private:
    [[nodiscard]] Reply exchange(const std::string& verb, const std::string& path, const std::string& json);

    ServerAddress address_;
    std::chrono::milliseconds timeout_;
    std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

}  // namespace touchstone::instruments
