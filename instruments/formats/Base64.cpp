#include "instruments/formats/Base64.h"

#include <array>
#include <cstddef>

namespace touchstone::instruments {
namespace {

constexpr std::uint32_t wrong = 1U << 24U;
using Table = std::array<std::uint32_t, 256>;

/// The value of a character at its place in a group of four, which is a number of 24 bits.
constexpr Table tableFor(unsigned shift) {
    Table table{};
    table.fill(wrong);
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::uint32_t value = 0; value < 64; ++value) {
        table[static_cast<unsigned char>(alphabet[value])] = value << shift;
    }
    return table;
}

constexpr Table first = tableFor(18), second = tableFor(12), third = tableFor(6), fourth = tableFor(0);

bool isBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

class Base64 {
public:
    explicit Base64(std::string_view text) : text_(text), bytes_(text.size() / 4 * 3 + 3) {}

    std::optional<std::vector<std::uint8_t>> decode() {
        do {
            wholeGroups();
        } while (group());
        if (!good_) return std::nullopt;
        bytes_.resize(size_);
        return std::move(bytes_);
    }

private:
    /// As far as nothing but the alphabet comes.
    void wholeGroups() {
        const auto* const in = reinterpret_cast<const std::uint8_t*>(text_.data());
        for (; text_.size() - at_ >= 4; at_ += 4) {
            const std::uint32_t value = first[in[at_]] | second[in[at_ + 1]] | third[in[at_ + 2]] | fourth[in[at_ + 3]];
            if (value >= wrong) return;
            put(value, 3);
        }
    }

    /// One group with blanks in it or padding. False at the end of the text.
    bool group() {
        std::uint32_t value = 0;
        unsigned characters = 0, pads = 0;
        while (characters + pads < 4) {
            while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
            if (at_ == text_.size()) break;
            const char c = text_[at_++];
            const std::uint32_t six = fourth[static_cast<unsigned char>(c)];
            if (c == '=') {
                ++pads;
            } else if (six == wrong || pads > 0) {
                return good_ = false;
            } else {
                value |= six << (18 - 6 * characters++);
            }
        }
        if (characters + pads == 0) return false;
        good_ = characters >= 2 && characters + pads == 4;
        if (good_) put(value, characters - 1);
        if (pads > 0) good_ = good_ && text_.find_first_not_of(" \t\r\n", at_) == std::string_view::npos;
        return good_ && pads == 0;
    }

    /// Three bytes are written, so many of them count; there is always room.
    void put(std::uint32_t value, std::size_t count) {
        bytes_[size_] = static_cast<std::uint8_t>(value >> 16U);
        bytes_[size_ + 1] = static_cast<std::uint8_t>(value >> 8U);
        bytes_[size_ + 2] = static_cast<std::uint8_t>(value);
        size_ += count;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::uint8_t> bytes_;
    std::size_t size_ = 0;
    bool good_ = true;
};

}  // namespace

std::optional<std::vector<std::uint8_t>> decodeBase64(std::string_view text) {
    return Base64(text).decode();
}

}  // namespace touchstone::instruments
