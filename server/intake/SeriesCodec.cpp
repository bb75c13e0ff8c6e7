#include "server/intake/SeriesCodec.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>

namespace touchstone::intake {
namespace {

constexpr std::size_t kChunk = 65'536;
constexpr std::size_t kWord = sizeof(double);
constexpr int kLevel = 6;

enum class Form : std::uint8_t { Plain, Differences };
enum class XForm : std::uint8_t { Even, Columns };

using Words = std::vector<std::uint64_t>;

[[noreturn]] void damaged() { throw std::runtime_error("the stored points of a series are damaged"); }

template <class T>
void put(std::string& out, T number) {
    for (std::size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>((number >> (8 * i)) & 0xFFU);
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::string_view take(std::size_t count) {
        if (rest_.size() < count) damaged();
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    template <class T>
    T number() {
        T out = 0;
        const std::string_view bytes = take(sizeof(T));
        for (std::size_t i = sizeof(T); i-- > 0;) out = static_cast<T>((std::uint64_t{out} << 8U) | static_cast<std::uint8_t>(bytes[i]));
        return out;
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

/// One rounding for the product and one for the sum: this file is compiled without fused multiplication and addition.
double evenly(double start, double step, std::size_t i) { return start + static_cast<double>(i) * step; }

std::optional<double> stepOf(std::span<const double> x) {
    if (x.size() < 3) return std::nullopt;
    for (const double step : {x[1] - x[0], (x.back() - x.front()) / static_cast<double>(x.size() - 1)}) {
        std::size_t i = 0;
        while (i < x.size() && same(x[i], evenly(x[0], step, i))) ++i;
        if (i == x.size()) return step;
    }
    return std::nullopt;
}

/// The first bytes of all words, then the second bytes: bytes of like significance are alike.
std::string shuffled(const Words& words) {
    std::string out(words.size() * kWord, '\0');
    for (std::size_t byte = 0; byte < kWord; ++byte) {
        for (std::size_t i = 0; i < words.size(); ++i) out[byte * words.size() + i] = static_cast<char>((words[i] >> (8 * byte)) & 0xFFU);
    }
    return out;
}

Words unshuffled(std::string_view bytes) {
    Words words(bytes.size() / kWord);
    for (std::size_t byte = 0; byte < kWord; ++byte) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] |= std::uint64_t{static_cast<std::uint8_t>(bytes[byte * words.size() + i])} << (8 * byte);
        }
    }
    return words;
}

class Packer {
public:
    Packer() : deflate_(libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor) {
        if (!deflate_) throw std::bad_alloc();
    }

    void column(std::string& out, std::span<const double> values) {
        Words words;
        words.reserve(values.size());
        for (const double value : values) words.push_back(std::bit_cast<std::uint64_t>(value));
        std::string best = deflated(shuffled(words));
        Form form = Form::Plain;
        for (std::size_t i = words.size(); i-- > 1;) words[i] -= words[i - 1];
        std::string differences = deflated(shuffled(words));
        if (differences.size() < best.size()) {
            best = std::move(differences);
            form = Form::Differences;
        }
        put(out, static_cast<std::uint8_t>(form));
        put(out, static_cast<std::uint32_t>(best.size()));
        out += best;
    }

private:
    std::string deflated(const std::string& bytes) {
        std::string out(libdeflate_deflate_compress_bound(deflate_.get(), bytes.size()), '\0');
        out.resize(libdeflate_deflate_compress(deflate_.get(), bytes.data(), bytes.size(), out.data(), out.size()));
        return out;
    }

    std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> deflate_;
};

class Unpacker {
public:
    Unpacker() : inflate_(libdeflate_alloc_decompressor(), libdeflate_free_decompressor) {
        if (!inflate_) throw std::bad_alloc();
    }

    void column(Reader& in, std::size_t count, std::vector<double>& into) {
        const auto form = in.number<std::uint8_t>();
        const std::string_view packed = in.take(in.number<std::uint32_t>());
        std::string bytes(count * kWord, '\0');
        const auto outcome = libdeflate_deflate_decompress(inflate_.get(), packed.data(), packed.size(), bytes.data(), bytes.size(), nullptr);
        if (outcome != LIBDEFLATE_SUCCESS || form > static_cast<std::uint8_t>(Form::Differences)) damaged();
        std::uint64_t before = 0;
        for (const std::uint64_t word : unshuffled(bytes)) {
            before = form == static_cast<std::uint8_t>(Form::Differences) ? before + word : word;
            into.push_back(std::bit_cast<double>(before));
        }
    }

private:
    std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflate_;
};

}  // namespace

std::string packPoints(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) throw std::logic_error("a series with more x than y");
    const auto step = stepOf(x);
    std::string out;
    put(out, static_cast<std::uint8_t>(step ? XForm::Even : XForm::Columns));
    if (step) {
        put(out, std::bit_cast<std::uint64_t>(x[0]));
        put(out, std::bit_cast<std::uint64_t>(*step));
    }
    Packer packer;
    for (std::size_t at = 0; at < y.size(); at += kChunk) {
        const std::size_t count = std::min(kChunk, y.size() - at);
        if (!step) packer.column(out, x.subspan(at, count));
        packer.column(out, y.subspan(at, count));
    }
    return out;
}

Points unpackPoints(std::string_view packed, std::size_t points) {
    Reader in(packed);
    Points out;
    out.x.reserve(points);
    out.y.reserve(points);
    const bool even = in.number<std::uint8_t>() == static_cast<std::uint8_t>(XForm::Even);
    if (even) {
        const auto start = std::bit_cast<double>(in.number<std::uint64_t>());
        const auto step = std::bit_cast<double>(in.number<std::uint64_t>());
        for (std::size_t i = 0; i < points; ++i) out.x.push_back(evenly(start, step, i));
    }
    Unpacker unpacker;
    while (out.y.size() < points) {
        const std::size_t count = std::min(kChunk, points - out.y.size());
        if (!even) unpacker.column(in, count, out.x);
        unpacker.column(in, count, out.y);
    }
    if (!in.done()) damaged();
    return out;
}

}  // namespace touchstone::intake
