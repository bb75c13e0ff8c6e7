#include "reports/SignedRange.h"

#include <array>
#include <charconv>

namespace touchstone::reports {
namespace {

constexpr std::string_view blanks("\0\t\n\f\r ", 6);

std::size_t skipBlanks(std::string_view pdf, std::size_t at) {
    return std::min(pdf.find_first_not_of(blanks, at), pdf.size());
}

std::optional<std::array<std::size_t, 4>> parseRange(std::string_view pdf, std::size_t at) {
    at = skipBlanks(pdf, at);
    if (at == pdf.size() || pdf[at] != '[') return std::nullopt;
    std::array<std::size_t, 4> numbers{};
    ++at;
    for (std::size_t& number : numbers) {
        at = skipBlanks(pdf, at);
        const char* begin = pdf.data() + at;
        const auto [end, error] = std::from_chars(begin, pdf.data() + pdf.size(), number);
        if (error != std::errc{} || end == begin) return std::nullopt;
        at += static_cast<std::size_t>(end - begin);
    }
    at = skipBlanks(pdf, at);
    if (at == pdf.size() || pdf[at] != ']') return std::nullopt;
    return numbers;
}

int digit(char c, char letterBase) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= letterBase && c <= letterBase + 5 ? c - letterBase + 10 : -1;
}

// One spelling only, or else bytes could change without the signature noticing: letters all of one case, padding all
// zero.
std::optional<std::string> parseHex(std::string_view hex) {
    const std::size_t letter = hex.find_first_not_of("0123456789");
    const char base = letter != std::string_view::npos && hex[letter] >= 'a' ? 'a' : 'A';
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = digit(hex[i], base), low = digit(hex[i + 1], base);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high << 4 | low));
    }
    return bytes;
}

// Length of the DER value at the start, its header included.
std::optional<std::size_t> derLength(std::string_view bytes) {
    if (bytes.size() < 2) return std::nullopt;
    std::size_t length = static_cast<unsigned char>(bytes[1]), header = 2;
    if (length >= 0x80) {
        const std::size_t count = length & 0x7F;
        if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length << 8 | static_cast<unsigned char>(bytes[2 + i]);
        header += count;
    }
    if (length > bytes.size() - header) return std::nullopt;
    return header + length;
}

std::string findDate(std::string_view dictionary) {
    for (std::size_t at = dictionary.find("/M"); at != std::string_view::npos; at = dictionary.find("/M", at + 2)) {
        const std::size_t open = skipBlanks(dictionary, at + 2);
        if (open == dictionary.size() || dictionary[open] != '(') continue;
        const std::size_t close = dictionary.find(')', open);
        if (close != std::string_view::npos) return std::string(dictionary.substr(open + 1, close - open - 1));
    }
    return {};
}

}  // namespace

std::variant<SignedRange, std::string> findSignedRange(std::string_view pdf) {
    constexpr std::string_view rangeKey = "/ByteRange", contentsKey = "/Contents";
    const std::size_t key = pdf.find(rangeKey);
    if (!pdf.starts_with("%PDF-") || key == std::string_view::npos) return std::string();
    if (pdf.find(rangeKey, key + 1) != std::string_view::npos) return "there is more than one signature";
    const auto range = parseRange(pdf, key + rangeKey.size());
    if (!range) return "the byte range cannot be read";
    const auto [first, firstLength, second, secondLength] = *range;
    if (first != 0 || firstLength >= second || second > pdf.size() || secondLength > pdf.size() - second)
        return "the byte range does not fit the file";

    const std::size_t begin = pdf.rfind(" obj", key), end = pdf.find("endobj", key);
    if (begin == std::string_view::npos || end == std::string_view::npos) return "the signature is not in an object";
    const std::string_view dictionary = pdf.substr(begin, end - begin);
    const std::size_t contents = dictionary.find(contentsKey);
    if (contents == std::string_view::npos || dictionary.find(contentsKey, contents + 1) != std::string_view::npos ||
        skipBlanks(pdf, begin + contents + contentsKey.size()) != firstLength)
        return "the byte range leaves out something that is not the signature";
    const std::string_view gap = pdf.substr(firstLength, second - firstLength);
    if (gap.size() < 2 || gap.front() != '<' || gap.back() != '>')
        return "the byte range leaves out more than the signature";

    auto bytes = parseHex(gap.substr(1, gap.size() - 2));
    const auto length = bytes ? derLength(*bytes) : std::nullopt;
    if (!length || bytes->find_first_not_of('\0', *length) != std::string::npos)
        return "the signature is not well-formed";
    bytes->resize(*length);
    // What follows the gap is searched apart: the hex before it may be long and says nothing of dates.
    std::string date = findDate(dictionary.substr(0, firstLength - begin));
    if (date.empty() && second < end) date = findDate(pdf.substr(second, end - second));
    return SignedRange{firstLength, second, second + secondLength, *std::move(bytes), std::move(date)};
}

}  // namespace touchstone::reports
