#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a reverse proxy in front of the server says of a caller, and when it is believed.
namespace touchstone::http {

/// The proxies whose word is believed. Immutable, safe to share.
class TrustedProxies {
public:
    /// "127.0.0.1, 10.1.0.0/16, fd00::/8"; empty: nobody. Throws Error(BadConfiguration).
    [[nodiscard]] static TrustedProxies parse(std::string_view list);

    [[nodiscard]] bool contains(std::string_view address) const;
    /// The address of whoever speaks to the outermost trusted proxy: X-Forwarded-For read from its end, as long as trusted
    /// proxies wrote it. The peer itself when it is not trusted, whatever it says.
    [[nodiscard]] std::string origin(const std::string& peer, std::string_view forwardedFor) const;

private:
    /// Of IPv6; those of IPv4 are mapped (RFC 4291 2.5.5.2).
    struct Network {
        std::array<std::uint8_t, 16> address{};
        unsigned bits = 128;
    };
    std::vector<Network> networks_;
};

/// The SHA-256 of a client certificate as a proxy passes it on: 64 hexadecimal digits, with or without colons, or the PEM
/// percent-encoded (nginx: $ssl_client_escaped_cert). 32 bytes, or nothing when it is neither.
[[nodiscard]] std::optional<std::string> forwardedFingerprint(std::string_view header);

/// Under what an address is counted: of IPv6 the first 64 bits, which one subscriber has.
[[nodiscard]] std::string countedAs(const std::string& address);

}  // namespace touchstone::http
