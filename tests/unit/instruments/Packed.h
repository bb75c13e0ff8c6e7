#pragma once
#include <Poco/Zip/Compress.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <cstring>
#include <libmsnumpress/MSNumpress.hpp>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// The writing side of what the readers unpack, by other people's libraries.
namespace touchstone::instruments::test {

inline std::string base64(const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

/// windowBits: as deflateInit2 takes it.
inline std::string packed(const std::string& bytes, int windowBits) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) throw std::runtime_error("deflate");
    return out;
}

inline std::string zlib(const std::string& bytes) {
    return packed(bytes, 15);
}

inline std::string gzip(const std::string& bytes) {
    return packed(bytes, 16 + 15);
}

template <class Number>
std::string bytesOf(const std::vector<Number>& numbers) {
    std::string bytes(numbers.size() * sizeof(Number), '\0');
    if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

inline std::string pic(const std::vector<double>& numbers) {
    std::vector<unsigned char> bytes;
    ms::numpress::MSNumpress::encodePic(numbers, bytes);
    return {bytes.begin(), bytes.end()};
}

/// The files of an archive: name, bytes.
using Members = std::map<std::string, std::string>;

inline std::string zipped(const Members& members) {
    std::ostringstream out;
    Poco::Zip::Compress zip(out, true);
    for (const auto& [name, text] : members) {
        std::istringstream in(text);
        zip.addFile(in, Poco::DateTime(2026, 1, 5), Poco::Path(name, Poco::Path::PATH_UNIX));
    }
    zip.close();
    return out.str();
}

}  // namespace touchstone::instruments::test
