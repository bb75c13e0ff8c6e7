#include "instruments/formats/BinaryData.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include "instruments/formats/Base64.h"
#include "instruments/formats/Numpress.h"

namespace touchstone::instruments {
namespace {

static_assert(std::endian::native == std::endian::little, "the numbers in mzML are copied as they stand");

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kibi = 1024;
constexpr std::size_t mebi = kibi * kibi;

struct Free {
    void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

/// Tries with the room that is likely and doubles it, so that a lie in the file costs no memory.
std::variant<Bytes, ArrayFault> inflate(const Bytes& packed, std::size_t declared) {
    const std::size_t expected = std::min(declared, 256 * mebi) * sizeof(double);
    const std::size_t most = std::min({2 * expected + 64 * kibi, std::max(16 * mebi, 64 * packed.size()), 256 * mebi});
    const std::unique_ptr<libdeflate_decompressor, Free> decompressor(libdeflate_alloc_decompressor());
    if (decompressor == nullptr) throw std::bad_alloc();
    std::size_t room = std::min({expected + 16, packed.size() * 8 + 64 * kibi, most});
    for (;;) {
        Bytes bytes(room);
        std::size_t size = 0;
        const auto result = libdeflate_zlib_decompress(decompressor.get(), packed.data(), packed.size(), bytes.data(),
                                                       bytes.size(), &size);
        if (result == LIBDEFLATE_SUCCESS) {
            bytes.resize(size);
            return bytes;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return ArrayFault{"bad_zlib", "an array is no zlib stream"};
        if (room == most)
            return ArrayFault{"array_too_large", "an array unpacks to more than " + std::to_string(most) + " bytes"};
        room = std::min(room * 2, most);
    }
}

template <class Number>
std::variant<std::vector<double>, ArrayFault> numbers(const Bytes& bytes) {
    if (bytes.size() % sizeof(Number) != 0) {
        return ArrayFault{"array_bytes", std::to_string(bytes.size()) + " bytes are no array of numbers of " +
                                             std::to_string(sizeof(Number)) + " bytes"};
    }
    std::vector<double> values(bytes.size() / sizeof(Number));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        values[i] = static_cast<double>(number);
    }
    return values;
}

std::variant<std::vector<double>, ArrayFault> plain(const Bytes& bytes, NumberType type) {
    switch (type) {
        case NumberType::Float32:
            return numbers<float>(bytes);
        case NumberType::Float64:
            return numbers<double>(bytes);
        case NumberType::Int32:
            return numbers<std::int32_t>(bytes);
        case NumberType::Int64:
            break;
    }
    return numbers<std::int64_t>(bytes);
}

std::optional<std::vector<double>> numpress(const Bytes& bytes, Numpress kind) {
    if (kind == Numpress::Linear) return decodeNumpressLinear(bytes);
    return kind == Numpress::Pic ? decodeNumpressPic(bytes) : decodeNumpressSlof(bytes);
}

}  // namespace

std::variant<std::vector<double>, ArrayFault> decodeArray(std::string_view base64, const ArrayEncoding& encoding,
                                                          std::size_t declared) {
    auto bytes = decodeBase64(base64);
    if (!bytes) return ArrayFault{"bad_base64", "an array is not base64"};
    if (encoding.zlib && !bytes->empty()) {
        auto inflated = inflate(*bytes, declared);
        if (auto* const fault = std::get_if<ArrayFault>(&inflated)) return std::move(*fault);
        bytes = std::get<Bytes>(std::move(inflated));
    }
    if (encoding.numpress == Numpress::None) return plain(*bytes, encoding.type);
    auto values = numpress(*bytes, encoding.numpress);
    if (!values) return ArrayFault{"bad_numpress", "an array is not as MS-Numpress writes it"};
    return std::move(*values);
}

}  // namespace touchstone::instruments
