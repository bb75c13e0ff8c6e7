#include "server/core/Bytes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "server/core/Error.h"

namespace touchstone {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::uint32_t byteAt(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

std::string encode64(std::string_view bytes, std::string_view alphabet, bool padded) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t taken = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = byteAt(bytes, i) << 16;
        if (taken > 1) group |= byteAt(bytes, i + 1) << 8;
        if (taken > 2) group |= byteAt(bytes, i + 2);
        for (std::size_t k = 0; k <= taken; ++k) out += alphabet[(group >> (18 - 6 * k)) & 63];
        if (padded) out.append(3 - taken, '=');
    }
    return out;
}

std::optional<std::uint32_t> hexDigit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
    return std::nullopt;
}

/// Length of the well-formed UTF-8 sequence at i (Unicode 15, table 3-7); 0 when there is none.
std::size_t sequenceLength(std::string_view bytes, std::size_t i) {
    const std::uint32_t lead = byteAt(bytes, i);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (i + length > bytes.size()) return 0;
    std::uint32_t least = 0x80;
    std::uint32_t most = 0xBF;
    if (lead == 0xE0) least = 0xA0;  // overlong
    if (lead == 0xED) most = 0x9F;   // surrogates
    if (lead == 0xF0) least = 0x90;  // overlong
    if (lead == 0xF4) most = 0x8F;   // beyond U+10FFFF
    for (std::size_t k = 1; k < length; ++k) {
        const std::uint32_t next = byteAt(bytes, i + k);
        if (next < least || next > most) return 0;
        least = 0x80;
        most = 0xBF;
    }
    return length;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
    Sha256 digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        throw Error(ErrorCode::Internal, {"SHA-256"});
    }
    return digest;
}

Sha256 hmacSha256(std::string_view key, std::string_view bytes) {
    Sha256 digest{};
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), digest.data(),
             nullptr) == nullptr) {
        throw Error(ErrorCode::Internal, {"HMAC"});
    }
    return digest;
}

std::string toHex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out += digits[byteAt(bytes, i) >> 4];
        out += digits[byteAt(bytes, i) & 15];
    }
    return out;
}

std::string toHex(const Sha256& digest) {
    return toHex(asString(digest));
}

std::optional<std::string> fromHex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string out;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const auto high = hexDigit(hex[i]);
        const auto low = hexDigit(hex[i + 1]);
        if (!high || !low) return std::nullopt;
        out += static_cast<char>(*high * 16 + *low);
    }
    return out;
}

std::string toBase64(std::string_view bytes) {
    return encode64(bytes, kAlphabet, true);
}

std::string toBase64Url(std::string_view bytes) {
    return encode64(bytes, kUrlAlphabet, false);
}

std::optional<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::string_view group = text.substr(i, 4);
        const bool last = i + 4 == text.size();
        while (last && group.size() > 2 && group.back() == '=') group.remove_suffix(1);
        std::uint32_t bits = 0;
        for (const char c : group) {
            const std::size_t value = kAlphabet.find(c);
            if (value == std::string_view::npos) return std::nullopt;
            bits = bits << 6 | static_cast<std::uint32_t>(value);
        }
        bits <<= 6 * (4 - group.size());
        // Bits that no byte takes must be zero, so that a text has one reading and bytes have one text.
        const std::size_t bytes = group.size() - 1;
        if ((bits & ((std::uint32_t{1} << (24 - 8 * bytes)) - 1)) != 0) return std::nullopt;
        for (std::size_t k = 0; k < bytes; ++k) out += static_cast<char>(bits >> (16 - 8 * k) & 255);
    }
    return out;
}

std::string asString(const Sha256& digest) {
    return {digest.begin(), digest.end()};
}

bool isUtf8(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = sequenceLength(bytes, i);
        if (length == 0) return false;
        i += length;
    }
    return true;
}

bool hasHan(std::string_view utf8) {
    for (std::size_t i = 0; i + 2 < utf8.size(); ++i) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(utf8[i + at]); };
        if (byte(0) >= 0xF0 && byte(1) >= 0xA0) return true;  // U+20000 and above
        if ((byte(0) & 0xF0) != 0xE0) continue;
        const unsigned point = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        const bool written = (point >= 0x2E80 && point <= 0xD7FF) || (point >= 0xF900 && point <= 0xFAFF);
        const bool wide = (point >= 0xFE30 && point <= 0xFE4F) || (point >= 0xFF00 && point <= 0xFFEF);
        if (written || wide) return true;
    }
    return false;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool equalSecret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string SystemRandom::bytes(std::size_t count) {
    std::string out(count, '\0');
    for (std::size_t filled = 0; filled < count;) {
        const ssize_t got = getrandom(out.data() + filled, count - filled, 0);
        if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
        if (got > 0) filled += static_cast<std::size_t>(got);
    }
    return out;
}

}  // namespace touchstone
