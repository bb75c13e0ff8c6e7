#include "server/regulators/Zip.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>
#include <stdexcept>

namespace touchstone::regulators {
namespace {

constexpr std::uint64_t kMost32 = 0xFFFFFFFF;
constexpr std::uint64_t kMost16 = 0xFFFF;
constexpr std::uint16_t kUtf8Name = 0x0800;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kVersionZip64 = 45;

/// Little-endian numbers one after the other.
class Bytes {
public:
    Bytes& u16(std::uint64_t number) { return put(number, 2); }
    Bytes& u32(std::uint64_t number) { return put(number, 4); }
    Bytes& u64(std::uint64_t number) { return put(number, 8); }
    Bytes& text(const std::string& text) {
        out_ += text;
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(out_); }
    [[nodiscard]] std::size_t size() const { return out_.size(); }

private:
    Bytes& put(std::uint64_t number, int width) {
        for (int i = 0; i < width; ++i) out_ += static_cast<char>(number >> (8 * i) & 0xFF);
        return *this;
    }
    std::string out_;
};

std::uint32_t dosTime(Instant at) {
    const auto local = at + Zone{}.offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(local - day));
    const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()) - 1980);
    return year << 25 | static_cast<unsigned>(date.month()) << 21 | static_cast<unsigned>(date.day()) << 16 |
           static_cast<std::uint32_t>(clock.hours().count()) << 11 |
           static_cast<std::uint32_t>(clock.minutes().count()) << 5 |
           static_cast<std::uint32_t>(clock.seconds().count()) / 2;
}

/// Lets through what lies in [from, to) of the pieces that go by.
class Window {
public:
    Window(std::ostream& out, std::uint64_t from, std::uint64_t to) : out_(out), from_(from), to_(to) {}

    [[nodiscard]] bool done() const { return at_ >= to_ || !out_.good(); }
    /// A piece that is made only when a byte of it is wanted.
    template <class F>
    void piece(std::uint64_t size, F&& make) {
        const std::uint64_t begin = at_;
        at_ += size;
        if (at_ <= from_ || begin >= to_ || !out_.good()) return;
        const std::string bytes = make();
        if (bytes.size() != size) throw std::logic_error("a piece of an archive has another size than was said");
        const std::uint64_t first = std::max(from_, begin) - begin;
        out_.write(bytes.data() + first, static_cast<std::streamsize>(std::min(to_ - begin, size) - first));
    }

private:
    std::ostream& out_;
    std::uint64_t from_, to_, at_ = 0;
};

}  // namespace

Zip::Zip(std::vector<Entry> entries, Instant at) : entries_(std::move(entries)), time_(dosTime(at)) {
    std::uint64_t offset = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        offsets_.push_back(offset);
        offset += localHeader(i).size() + entries_[i].size;
        directorySize_ += directoryHeader(i).size();
    }
    offsets_.push_back(offset);
    size_ = offset + directorySize_ + end().size();
}

std::string Zip::localHeader(std::size_t entry) const {
    const Entry& e = entries_[entry];
    const bool big = e.size >= kMost32;
    Bytes out;
    out.u32(0x04034b50).u16(big ? kVersionZip64 : kVersion).u16(kUtf8Name).u16(0).u32(time_).u32(e.crc32);
    out.u32(std::min(e.size, kMost32)).u32(std::min(e.size, kMost32)).u16(e.name.size()).u16(big ? 20 : 0).text(e.name);
    if (big) out.u16(1).u16(16).u64(e.size).u64(e.size);
    return out.take();
}

std::string Zip::directoryHeader(std::size_t entry) const {
    const Entry& e = entries_[entry];
    const std::uint64_t offset = offsets_[entry];
    Bytes extra;
    if (e.size >= kMost32) extra.u64(e.size).u64(e.size);
    if (offset >= kMost32) extra.u64(offset);
    const bool big = extra.size() > 0;
    Bytes out;
    out.u32(0x02014b50).u16(big ? kVersionZip64 : kVersion).u16(big ? kVersionZip64 : kVersion).u16(kUtf8Name).u16(0);
    out.u32(time_).u32(e.crc32).u32(std::min(e.size, kMost32)).u32(std::min(e.size, kMost32)).u16(e.name.size());
    out.u16(big ? extra.size() + 4 : 0).u16(0).u16(0).u16(0).u32(0).u32(std::min(offset, kMost32)).text(e.name);
    if (big) out.u16(1).u16(extra.size()).text(extra.take());
    return out.take();
}

std::string Zip::end() const {
    const std::uint64_t count = entries_.size();
    const std::uint64_t offset = offsets_.back();
    Bytes out;
    if (count >= kMost16 || offset >= kMost32 || directorySize_ >= kMost32) {
        out.u32(0x06064b50).u64(44).u16(kVersionZip64).u16(kVersionZip64).u32(0).u32(0).u64(count).u64(count);
        out.u64(directorySize_).u64(offset);
        out.u32(0x07064b50).u32(0).u64(offset + directorySize_).u32(1);
    }
    out.u32(0x06054b50).u16(0).u16(0).u16(std::min(count, kMost16)).u16(std::min(count, kMost16));
    out.u32(std::min(directorySize_, kMost32)).u32(std::min(offset, kMost32)).u16(0);
    return out.take();
}

void Zip::write(std::ostream& out, std::uint64_t from, std::uint64_t to, const Content& content) const {
    Window window(out, from, to);
    for (std::size_t i = 0; i < entries_.size() && !window.done(); ++i) {
        window.piece(offsets_[i + 1] - offsets_[i] - entries_[i].size, [&] { return localHeader(i); });
        window.piece(entries_[i].size, [&] { return content(i); });
    }
    window.piece(directorySize_, [&] {
        std::string all;
        all.reserve(directorySize_);
        for (std::size_t i = 0; i < entries_.size(); ++i) all += directoryHeader(i);
        return all;
    });
    window.piece(size_ - offsets_.back() - directorySize_, [&] { return end(); });
}

ByteRange byteRange(const std::string& header, std::uint64_t size) {
    const ByteRange whole{ByteRange::Kind::Whole, 0, size};
    const std::string unit = "bytes=";
    const std::size_t dash = header.find('-');
    if (!header.starts_with(unit) || dash == std::string::npos) return whole;
    const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
        std::uint64_t out = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        return error == std::errc() && end == digits.data() + digits.size() ? std::optional(out) : std::nullopt;
    };
    const std::string first = header.substr(unit.size(), dash - unit.size());
    const std::string last = header.substr(dash + 1);
    const auto from = number(first);
    const auto to = number(last);
    if ((!first.empty() && !from) || (!last.empty() && !to) || (first.empty() && last.empty())) return whole;
    if (first.empty()) {  // the last so many
        if (*to == 0) return {ByteRange::Kind::Unsatisfiable, 0, 0};
        return {ByteRange::Kind::Part, size - std::min(size, *to), size};
    }
    if (to && *to < *from) return whole;
    if (*from >= size) return {ByteRange::Kind::Unsatisfiable, 0, 0};
    return {ByteRange::Kind::Part, *from, to && *to < size ? *to + 1 : size};
}

}  // namespace touchstone::regulators
