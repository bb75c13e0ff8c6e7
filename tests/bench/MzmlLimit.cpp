// What base64 and zlib alone cost in a file of mzML: the payloads of its <binary> elements are found, decoded and
// unpacked over and over, nothing else of it is looked at. Prints megabytes of the file per second.
#include <libdeflate.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Base64.h"

namespace {

/// Bytes that came out. room is kept, so that no memory is asked for twice.
std::size_t unpack(libdeflate_decompressor* zlib, const std::vector<std::uint8_t>& packed,
                   std::vector<std::uint8_t>& room) {
    if (packed.size() < 2 || packed[0] != 0x78) return packed.size();
    for (;;) {
        std::size_t size = 0;
        const auto result =
            libdeflate_zlib_decompress(zlib, packed.data(), packed.size(), room.data(), room.size(), &size);
        if (result == LIBDEFLATE_SUCCESS) return size;
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return packed.size();  // not zlib at all
        room.resize(room.size() * 2);
    }
}

std::size_t pass(libdeflate_decompressor* zlib, std::string_view file, std::vector<std::uint8_t>& room) {
    constexpr std::string_view opening = "<binary>";
    std::size_t bytes = 0;
    for (std::size_t at = file.find(opening); at != std::string_view::npos; at = file.find(opening, at)) {
        at += opening.size();
        const std::size_t end = file.find('<', at);
        if (const auto packed = touchstone::instruments::decodeBase64(file.substr(at, end - at))) {
            bytes += unpack(zlib, *packed, room);
        }
        at = end;
    }
    return bytes;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 2;
    std::ifstream stream(words[1], std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const double atLeast = std::atof(words[2]);
    libdeflate_decompressor* const zlib = libdeflate_alloc_decompressor();
    std::vector<std::uint8_t> room(1 << 20);
    std::size_t bytes = 0, passes = 0;
    double spent = 0;
    for (const auto start = std::chrono::steady_clock::now(); spent < atLeast; ++passes) {
        bytes += pass(zlib, file, room);
        spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    libdeflate_free_decompressor(zlib);
    if (bytes == 0) return 3;
    std::cout << static_cast<double>(file.size()) * static_cast<double>(passes) / spent / 1e6 << '\n';
}
