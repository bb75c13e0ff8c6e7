#include "instruments/formats/JcampRecords.h"

#include <algorithm>
#include <array>

#include "instruments/formats/Values.h"

namespace touchstone::instruments::jcamp {
namespace {

/// What becomes of a character of a label: in upper case, blanks, dashes, slashes and underscores left out.
constexpr char leftOut = ' ';
constexpr std::array<char, 256> letters = [] {
    std::array<char, 256> all{};
    for (std::size_t c = 0; c < all.size(); ++c) all[c] = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    for (const char c : {' ', '\t', '-', '/', '_'}) all[static_cast<unsigned char>(c)] = leftOut;
    return all;
}();

std::string normalised(std::string_view label) {
    std::string result(label.size(), leftOut);
    char* end = result.data();
    for (const char c : label) {
        *end = letters[static_cast<unsigned char>(c)];
        if (*end != leftOut) ++end;
    }
    result.resize(static_cast<std::size_t>(end - result.data()));
    return result;
}

/// Labels and first lines are short: what searches for several characters at a time costs more.
std::size_t lineEnd(std::string_view text) {
    const auto isEnd = [](char c) { return c == '\r' || c == '\n'; };
    return static_cast<std::size_t>(std::ranges::find_if(text, isEnd) - text.begin());
}

}  // namespace

Records::Records(std::string_view text) : text_(text), at_(startFrom(0)) {}

std::size_t Records::startFrom(std::size_t at) const {
    for (at = text_.find("##", at); at != std::string_view::npos; at = text_.find("##", at + 1)) {
        std::size_t before = at;
        while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t')) --before;
        const bool afterMark = before == 3 && text_.starts_with("\xEF\xBB\xBF");
        if (before == 0 || afterMark || text_[before - 1] == '\n' || text_[before - 1] == '\r') return at;
    }
    return text_.size();
}

std::optional<Record> Records::next() {
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t begin = at_;
    at_ = startFrom(begin + 2);
    const std::string_view all = text_.substr(begin, at_ - begin);
    const std::string_view line = all.substr(0, lineEnd(all));
    const std::size_t labelEnd = std::min(line.find('='), line.size());
    const std::size_t valueBegin = labelEnd < line.size() ? labelEnd + 1 : labelEnd;
    return Record{normalised(all.substr(2, labelEnd - 2)), all.substr(valueBegin), {begin, all.size()}};
}

std::string_view firstLine(std::string_view value) {
    const std::string_view line = value.substr(0, lineEnd(value));
    return trimmed(line.substr(0, line.find("$$")));
}

std::string_view rows(std::string_view value) {
    const std::size_t end = lineEnd(value);
    return end == value.size() ? std::string_view() : value.substr(end + 1);
}

std::vector<std::string_view> listOf(std::string_view line) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = line.find(',');
        parts.push_back(trimmed(line.substr(0, comma)));
        if (comma == std::string_view::npos) return parts;
        line.remove_prefix(comma + 1);
    }
}

}  // namespace touchstone::instruments::jcamp
