#include "instruments/gateway/Digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <stdexcept>

namespace touchstone::instruments {

std::string sha256Hex(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    // SHA256() would look for the algorithm each time, which takes as long as a short message.
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256, nullptr) != 1) {
        throw std::runtime_error("no SHA-256");
    }
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

namespace {

/// Taken from the generator many at a time: it takes as long for one.
template <class Bytes>
void randomize(Bytes& bytes) {
    thread_local std::array<unsigned char, 512> store;
    thread_local std::size_t left = 0;
    if (left < bytes.size()) {
        if (RAND_bytes(store.data(), static_cast<int>(store.size())) != 1) throw std::runtime_error("no random bytes");
        left = store.size();
    }
    left -= bytes.size();
    std::copy_n(store.begin() + static_cast<std::ptrdiff_t>(left), bytes.size(), bytes.begin());
}

}  // namespace

std::uint64_t randomNumber() {
    std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
    randomize(bytes);
    return std::bit_cast<std::uint64_t>(bytes);
}

std::string freshUuid() {
    std::array<unsigned char, 16> bytes{};
    randomize(bytes);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(milliseconds >> (40U - 8U * i));
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x70U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += "0123456789abcdef"[bytes[i] >> 4U];
        text += "0123456789abcdef"[bytes[i] & 15U];
    }
    return text;
}

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace touchstone::instruments
