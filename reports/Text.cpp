#include "reports/Text.h"

#include <cstdint>
#include <cstdio>
#include <stdexcept>

namespace touchstone::reports {
namespace {

constexpr std::u32string_view closing = U"。，、；：？！）〉》」』】〕〗”’…—～·／％‰℃℉′″,.;:?!)]}>/%°'\"";
constexpr std::u32string_view opening = U"（〈《「『【〔〖“‘／([{</";

// The unified ideographs, which most characters are, are neither.
bool isMark(char32_t c) {
    return c < 0x4E00 || c > 0x9FFF;
}
bool isClosing(char32_t c) {
    return isMark(c) && closing.find(c) != std::u32string_view::npos;
}
bool isOpening(char32_t c) {
    return isMark(c) && opening.find(c) != std::u32string_view::npos;
}

// Scripts written without spaces, where a line may end after any character.
bool isIdeographic(char32_t c) {
    return (c >= 0x2E80 && c < 0xE000) || (c >= 0xF900 && c < 0xFE00) || c >= 0xFE30;
}

bool mayBreak(char32_t before, char32_t after) {
    if (isBlank(after) || isClosing(after) || isOpening(before)) return false;
    if (isBlank(before)) return true;
    return isIdeographic(before) || isIdeographic(after);
}

std::u32string_view trimEnd(std::u32string_view line) {
    while (!line.empty() && isBlank(line.back())) line.remove_suffix(1);
    return line;
}

// Where a line that begins at `from` ends.
std::size_t lineEnd(std::u32string_view text, std::size_t from, float width,
                    const std::function<float(char32_t)>& advance) {
    float used = 0;
    std::size_t good = from;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (i > from && mayBreak(text[i - 1], text[i])) good = i;
        used += advance(text[i]);
        if (used > width && !isBlank(text[i])) {
            if (good > from) return good;
            return i > from ? i : i + 1;
        }
    }
    return text.size();
}

}  // namespace

bool isBlank(char32_t c) {
    return c == U' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}

std::u32string decode(std::string_view utf8) {
    std::u32string text;
    text.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
        if (length == 0 || length > utf8.size() - i) throw std::runtime_error("text is not UTF-8");
        char32_t c = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(utf8[i + k]);
            if (next >> 6 != 2) throw std::runtime_error("text is not UTF-8");
            c = c << 6 | (next & 0x3FU);
        }
        constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
            throw std::runtime_error("text is not UTF-8");
        text.push_back(c);
        i += length;
    }
    return text;
}

std::string utf16Hex(std::u32string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    const auto put = [&](std::uint32_t unit) {
        for (int shift = 12; shift >= 0; shift -= 4) out.push_back(digits[unit >> shift & 0xF]);
    };
    for (const char32_t c : text) {
        if (c < 0x10000) {
            put(c);
        } else {
            put(0xD800 + ((c - 0x10000) >> 10));
            put(0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
    return out;
}

std::string codePointName(char32_t character) {
    char name[16];
    std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(character));
    return name;
}

std::vector<std::u32string> breakLines(std::u32string_view text, float width,
                                       const std::function<float(char32_t)>& advance) {
    std::vector<std::u32string> lines;
    for (std::size_t paragraph = 0; paragraph <= text.size();) {
        const std::size_t end = std::min(text.find(U'\n', paragraph), text.size());
        const std::u32string_view line = text.substr(paragraph, end - paragraph);
        std::size_t at = 0;
        do {
            const std::size_t next = lineEnd(line, at, width, advance);
            lines.emplace_back(trimEnd(line.substr(at, next - at)));
            at = next;
        } while (at < line.size());
        paragraph = end + 1;
    }
    return lines;
}

}  // namespace touchstone::reports
