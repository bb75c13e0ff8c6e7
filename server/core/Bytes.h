#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone {

/// Raw bytes are std::string everywhere: never text until a rule decoded them.
using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);
[[nodiscard]] Sha256 hmacSha256(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string toHex(std::string_view bytes);
[[nodiscard]] std::string toHex(const Sha256& digest);
[[nodiscard]] std::optional<std::string> fromHex(std::string_view hex);
[[nodiscard]] std::string toBase64(std::string_view bytes);
/// Nothing when a character or the padding is wrong (RFC 4648 4).
[[nodiscard]] std::optional<std::string> fromBase64(std::string_view text);
/// URL-safe, without padding (RFC 4648 5).
[[nodiscard]] std::string toBase64Url(std::string_view bytes);
[[nodiscard]] std::string asString(const Sha256& digest);
/// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool isUtf8(std::string_view bytes);
/// Whether a reader of English would meet a character of East Asian writing in it: Han, kana, hangul, their punctuation, or a
/// form as wide as they are. Of well-formed UTF-8.
[[nodiscard]] bool hasHan(std::string_view utf8);
/// Number of Unicode characters of well-formed UTF-8.
[[nodiscard]] std::size_t characters(std::string_view utf8);
/// In constant time; for secrets and digests.
[[nodiscard]] bool equalSecret(std::string_view a, std::string_view b);

/// Where randomness comes from; injected. Safe to use from many threads.
class Random {
public:
    virtual ~Random() = default;
    [[nodiscard]] virtual std::string bytes(std::size_t count) = 0;
};
/// The operating system's generator.
class SystemRandom final : public Random {
public:
    [[nodiscard]] std::string bytes(std::size_t count) override;
};

}  // namespace touchstone
