#pragma once
#include <string>

namespace Poco::Net {
class HTTPServerRequest;
class ServerSocket;
}  // namespace Poco::Net

/// The server's own end of TLS (RFC 8446, RFC 5246), version 1.2 or later.
namespace touchstone::http {

/// Files in PEM.
struct TlsSettings {
    std::string certificateFile;   ///< the server's, then those above it; empty: no TLS. Renewed while the server runs (TlsIdentity)
    std::string keyFile;
    std::string clientRootsFile;   ///< authorities of machines' certificates; empty: none is asked for

    [[nodiscard]] bool on() const { return !certificateFile.empty(); }
};

/// A socket, not yet bound, whose connections speak TLS. A client is asked for a certificate and need not have one; one that
/// does not chain to the roots ends the handshake. One out of its time does not: the request is told (Error of its account's
/// certificate), which a broken connection cannot tell. Throws Error(BadConfiguration).
[[nodiscard]] Poco::Net::ServerSocket secureSocket(const TlsSettings& settings);

/// SHA-256 of the certificate whose key the other side of this connection holds; empty without one.
[[nodiscard]] std::string presentedFingerprint(Poco::Net::HTTPServerRequest& request);

}  // namespace touchstone::http
