#include "server/http/Proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "server/core/Bytes.h"
#include "server/core/Error.h"

namespace touchstone::http {
namespace {

using Address = std::array<std::uint8_t, 16>;

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;

bool isMapped(const Address& address) { return std::equal(kMapped.begin(), kMapped.begin() + kMappedBits / 8, address.begin()); }

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::optional<Address> addressOf(std::string_view text) {
    const std::string word(text);
    Address out = kMapped;
    if (inet_pton(AF_INET, word.c_str(), out.data() + kMappedBits / 8) == 1) return out;
    if (inet_pton(AF_INET6, word.c_str(), out.data()) == 1) return out;
    return std::nullopt;
}

std::string textOf(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool four = isMapped(address);
    inet_ntop(four ? AF_INET : AF_INET6, address.data() + (four ? kMappedBits / 8 : 0), text.data(), text.size());
    return text.data();
}

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711".
std::optional<Address> hopOf(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        return end == std::string_view::npos ? std::nullopt : addressOf(text.substr(1, end - 1));
    }
    if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
    return addressOf(text);
}

bool covers(const Address& network, unsigned bits, const Address& address) {
    const std::size_t whole = bits / 8;
    if (!std::equal(network.begin(), network.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || ((network.at(whole) ^ address.at(whole)) >> (8 - rest)) == 0;
}

std::optional<std::string> percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = i + 2 < text.size() ? fromHex(text.substr(i + 1, 2)) : std::nullopt;
        if (!byte) return std::nullopt;
        out += *byte;
        i += 2;
    }
    return out;
}

}  // namespace

TrustedProxies TrustedProxies::parse(std::string_view list) {
    TrustedProxies out;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view word = trimmed(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        if (word.empty()) continue;
        const std::size_t slash = std::min(word.find('/'), word.size());
        const auto address = addressOf(word.substr(0, slash));
        if (!address) throw Error(ErrorCode::BadConfiguration, {"http.trusted_proxies", "no address: " + std::string(word)});
        const unsigned before = isMapped(*address) && word.find(':') == std::string_view::npos ? kMappedBits : 0;
        unsigned bits = 128 - before;
        if (slash < word.size()) {
            const auto [end, error] = std::from_chars(word.data() + slash + 1, word.data() + word.size(), bits);
            if (error != std::errc() || end != word.data() + word.size() || bits > 128 - before) {
                throw Error(ErrorCode::BadConfiguration, {"http.trusted_proxies", "no network: " + std::string(word)});
            }
        }
        out.networks_.push_back({*address, before + bits});
    }
    return out;
}

bool TrustedProxies::contains(std::string_view address) const {
    const auto wanted = addressOf(address);
    return wanted && std::ranges::any_of(networks_, [&](const Network& each) { return covers(each.address, each.bits, *wanted); });
}

std::string TrustedProxies::origin(const std::string& peer, std::string_view forwardedFor) const {
    std::string nearest = peer;
    while (!forwardedFor.empty() && contains(nearest)) {
        const std::size_t comma = forwardedFor.rfind(',');
        const auto hop = hopOf(trimmed(forwardedFor.substr(comma == std::string_view::npos ? 0 : comma + 1)));
        if (!hop) break;  // "unknown" and the like (RFC 7239 6.2): the proxy that wrote it is the nearest that is known
        nearest = textOf(*hop);
        forwardedFor = comma == std::string_view::npos ? std::string_view{} : forwardedFor.substr(0, comma);
    }
    return nearest;
}

std::optional<std::string> forwardedFingerprint(std::string_view header) {
    constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    std::string digits(trimmed(header));
    std::erase(digits, ':');
    if (digits.size() == 64) return fromHex(digits);
    const auto pem = percentDecoded(trimmed(header));
    if (!pem || !pem->starts_with(kBegin)) return std::nullopt;
    const std::size_t end = pem->find(kEnd);
    if (end == std::string::npos) return std::nullopt;
    std::string base64 = pem->substr(kBegin.size(), end - kBegin.size());
    std::erase_if(base64, [](char each) { return each == '\n' || each == '\r' || each == ' '; });
    const auto der = fromBase64(base64);
    if (!der || der->empty()) return std::nullopt;
    return asString(sha256(*der));
}

std::string countedAs(const std::string& address) {
    auto parsed = addressOf(address);
    if (!parsed || isMapped(*parsed)) return address;
    std::fill(parsed->begin() + 8, parsed->end(), std::uint8_t{0});
    return textOf(*parsed) + "/64";
}

}  // namespace touchstone::http
