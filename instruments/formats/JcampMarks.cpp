#include "instruments/formats/JcampMarks.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

namespace touchstone::instruments::jcamp {
namespace {

static_assert(std::endian::native == std::endian::little, "the first character is in the lowest byte");

/// Eight places, each behind the one before it.
using Places [[gnu::vector_size(8 * sizeof(std::uint16_t))]] = std::uint16_t;

/// For each set of bits in a byte which they are, and how many.
struct Bits {
    alignas(Places) std::array<std::array<std::uint16_t, 8>, 256> places{};
    std::array<std::uint8_t, 256> count{};
};

constexpr Bits bitsOfBytes() {
    Bits bits;
    for (std::size_t byte = 0; byte < 256; ++byte) {
        for (std::uint16_t bit = 0; bit < 8; ++bit) {
            if ((byte >> bit & 1U) != 0) bits.places[byte][bits.count[byte]++] = bit;
        }
    }
    return bits;
}

constexpr Bits bits = bitsOfBytes();

/// The places of the bits in a byte, each behind `at`.
inline std::uint16_t* put(std::uint16_t* out, std::size_t byte, const Places& at) {
    Places places;
    std::memcpy(&places, bits.places[byte].data(), sizeof places);
    places += at;
    std::memcpy(out, &places, sizeof places);
    return out + bits.count[byte];
}

/// A bit for each of eight characters that is no digit.
std::size_t nonDigits(const char* at) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    eight ^= 0x3030303030303030U;  // a digit becomes its value, all else more than 9
    const std::uint64_t tops = (((eight & 0x7F7F7F7F7F7F7F7FU) + 0x7676767676767676U) | eight) & 0x8080808080808080U;
    return (tops >> 7U) * 0x0102040810204080U >> 56U;
}

#ifdef __SSE2__
/// The same for 16, without the blanks between two blanks.
std::size_t nonDigitsOf16(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const auto others = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(values, _mm_set1_epi8(10)), values));
    const auto blanks = static_cast<std::size_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))));
    return static_cast<std::size_t>(others) & ~(blanks & blanks << 1U & blanks >> 1U);
}
#endif

}  // namespace

void Marks::take(const char* begin, const char* end) {
    begin_ = begin;
    end_ = begin + std::min(static_cast<std::size_t>(end - begin), window);
    while (end_ != begin && end_[-1] != '\n' && end_[-1] != '\r') --end_;
    const auto size = static_cast<std::size_t>(end_ - begin);
    std::uint16_t* out = places_.data();
    std::size_t at = 0;
    Places behind{};
#ifdef __SSE2__
    for (; at + 16 <= size; at += 16, behind += 16) {
        const std::size_t marks = nonDigitsOf16(begin + at);
        out = put(put(out, marks & 0xFFU, behind), marks >> 8U, behind + 8);
    }
#endif
    for (; at + 8 <= size; at += 8, behind += 8) out = put(out, nonDigits(begin + at), behind);
    for (; at < size; ++at) {
        if (begin[at] < '0' || begin[at] > '9') *out++ = static_cast<std::uint16_t>(at);
    }
    if (size > 0) *out = static_cast<std::uint16_t>(size - 1);
}

}  // namespace touchstone::instruments::jcamp
