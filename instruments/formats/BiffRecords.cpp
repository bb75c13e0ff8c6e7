#include "instruments/formats/BiffRecords.h"

#include <unicode/ustring.h>

#include <algorithm>
#include <bit>

#include "instruments/formats/LittleEndian.h"

namespace touchstone::instruments::biff {
namespace {

constexpr std::size_t headSize = 4;

/// Halves of surrogate pairs become U+FFFD.
std::string utf8(const std::u16string& text) {
    constexpr std::size_t longestUnit = 3;
    constexpr UChar32 replacement = 0xFFFD;
    std::string out(text.size() * longestUnit, '\0');
    std::int32_t length = 0;
    UErrorCode error = U_ZERO_ERROR;
    u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), replacement, nullptr, &error);
    out.resize(static_cast<std::size_t>(length));
    return out;
}

}  // namespace

Fields::Fields(std::vector<std::string_view> pieces) : pieces_(std::move(pieces)) {
    for (const std::string_view piece : pieces_) left_ += piece.size();
}

std::string_view Fields::piece() {
    while (at_ < pieces_.size() && pieces_[at_].empty()) ++at_;
    if (at_ == pieces_.size()) throw Fault("a record ends before its fields");
    return pieces_[at_];
}

std::string_view Fields::take(std::size_t most) {
    const std::string_view taken = piece().substr(0, most);
    pieces_[at_].remove_prefix(taken.size());
    left_ -= taken.size();
    return taken;
}

std::string Fields::bytes(std::size_t count) {
    std::string out;
    while (out.size() < count) out += take(count - out.size());
    return out;
}

void Fields::skip(std::size_t count) {
    while (count > 0) count -= take(count).size();
}

std::uint64_t Fields::number(std::size_t width) {
    return piece().size() < width ? little(bytes(width), 0, width) : little(take(width), 0, width);
}

double Fields::real() {
    return std::bit_cast<double>(number(8));
}

double Fields::rk() {
    const auto packed = static_cast<std::uint32_t>(number(4));
    const bool hundredfold = (packed & 1U) != 0, integer = (packed & 2U) != 0;
    const double value = integer ? static_cast<std::int32_t>(packed) >> 2
                                 : std::bit_cast<double>(static_cast<std::uint64_t>(packed & ~3U) << 32U);
    return hundredfold ? value / 100 : value;
}

/// Where the characters go on in a further record, new flags stand there before them.
std::string Fields::unicode(std::size_t units) {
    constexpr std::uint64_t wide = 1, phonetic = 4, rich = 8;
    const std::uint64_t flags = number(1);
    const std::size_t runs = (flags & rich) != 0 ? number(2) : 0;
    const std::size_t extra = (flags & phonetic) != 0 ? number(4) : 0;
    std::size_t width = 1 + (flags & wide);
    std::u16string text;
    for (std::size_t at = at_; text.size() < units; at = at_) {
        piece();
        if (at_ != at) width = 1 + (number(1) & wide);
        const std::size_t part = std::min(units - text.size(), pieces_[at_].size() / width);
        if (part == 0) throw Fault("a character is cut in two");
        const std::string_view characters = take(part * width);
        for (std::size_t i = 0; i < part; ++i) text += static_cast<char16_t>(little(characters, i * width, width));
    }
    skip(runs * 4);
    skip(extra);
    return utf8(text);
}

void Records::next() {
    if (at_ > stream_.size() || stream_.size() - at_ < headSize) throw Fault("the stream ends before its last record");
    const std::size_t size = little(stream_, at_ + 2, 2);
    if (stream_.size() - at_ - headSize < size) throw Fault("a record ends behind the stream");
    type_ = static_cast<std::uint16_t>(little(stream_, at_, 2));
    body_ = stream_.substr(at_ + headSize, size);
    at_ += headSize + size;
}

bool Records::continues() const {
    return at_ <= stream_.size() && stream_.size() - at_ >= headSize && little(stream_, at_, 2) == Continue;
}

Fields Records::continued() {
    std::vector<std::string_view> pieces{body_};
    while (continues()) {
        next();
        pieces.push_back(body_);
    }
    return Fields(std::move(pieces));
}

}  // namespace touchstone::instruments::biff
