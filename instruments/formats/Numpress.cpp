#include "instruments/formats/Numpress.h"

#include <bit>
#include <cmath>
#include <cstddef>

namespace touchstone::instruments {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// The scale, the one number that stands with its highest byte first. Never 0, infinite or none.
std::optional<double> scaleOf(Bytes bytes) {
    if (bytes.size() < 8) return std::nullopt;
    std::uint64_t bits = 0;
    for (const std::uint8_t byte : bytes.first(8)) bits = bits << 8U | byte;
    const double scale = std::bit_cast<double>(bits);
    return std::isfinite(scale) && scale != 0 ? std::optional(scale) : std::nullopt;
}

std::uint32_t fourBytes(Bytes bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{bytes[at + i]} << (8 * i);
    return value;
}

/// Integers in half bytes: one says how many of the eight, counted from the highest, are left out as 0 (0 to 8) or as
/// F (9 to 15: one to seven), the others follow with the lowest first.
class HalfBytes {
public:
    explicit HalfBytes(Bytes bytes) : bytes_(bytes) {}

    /// Whether nothing is left but the half byte 0 that fills up the last byte.
    [[nodiscard]] bool done() const {
        const std::size_t left = bytes_.size() * 2 - at_;
        return left == 0 || (left == 1 && (bytes_.back() & 0xFU) == 0);
    }

    std::optional<std::uint32_t> next() {
        const std::uint32_t head = half();
        const std::uint32_t leftOut = head <= 8 ? head : head - 8;
        if (bytes_.size() * 2 - at_ < 8 - leftOut) return std::nullopt;
        std::uint32_t value = head <= 8 ? 0 : ~std::uint32_t{0} << (4 * (8 - leftOut));
        for (std::uint32_t i = 0; i < 8 - leftOut; ++i) value |= half() << (4 * i);
        return value;
    }

private:
    std::uint32_t half() {
        const std::uint32_t byte = bytes_[at_ / 2];
        return (at_++ % 2 == 0 ? byte >> 4U : byte) & 0xFU;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<double>> decodeNumpressLinear(Bytes bytes) {
    std::vector<double> values;
    if (bytes.empty() || bytes.size() == 8) return values;
    const auto scale = scaleOf(bytes);
    if (!scale || (bytes.size() != 12 && bytes.size() < 16)) return std::nullopt;
    values.reserve(bytes.size());
    std::uint64_t before = fourBytes(bytes, 8);  // without a sign, so that hostile steps run over without harm
    values.push_back(static_cast<double>(before) / *scale);
    if (bytes.size() == 12) return values;
    std::uint64_t last = fourBytes(bytes, 12);
    values.push_back(static_cast<double>(last) / *scale);
    HalfBytes rest(bytes.subspan(16));
    while (!rest.done()) {
        const auto step = rest.next();
        if (!step) return std::nullopt;
        const std::uint64_t value =
            last + (last - before) + static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(*step)});
        before = last;
        last = value;
        values.push_back(static_cast<double>(static_cast<std::int64_t>(value)) / *scale);
    }
    return values;
}

std::optional<std::vector<double>> decodeNumpressPic(Bytes bytes) {
    std::vector<double> values;
    values.reserve(bytes.size());
    HalfBytes rest(bytes);
    while (!rest.done()) {
        const auto value = rest.next();
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

std::optional<std::vector<double>> decodeNumpressSlof(Bytes bytes) {
    std::vector<double> values;
    if (bytes.empty() || bytes.size() == 8) return values;
    const auto scale = scaleOf(bytes);
    if (!scale || bytes.size() % 2 != 0) return std::nullopt;
    values.reserve(bytes.size() / 2 - 4);
    for (std::size_t at = 8; at < bytes.size(); at += 2) {
        values.push_back(std::exp((bytes[at] | unsigned{bytes[at + 1]} << 8U) / *scale) - 1);
    }
    return values;
}

}  // namespace touchstone::instruments
