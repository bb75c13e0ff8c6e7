#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// Views of the parts between delimiters; n delimiters make n + 1 parts. A delimiter of 0 never occurs.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, char delimiter) {
    std::vector<std::string_view> parts;
    parts.reserve(16);
    while (true) {
        const std::size_t end = delimiter == 0 ? std::string_view::npos : text.find(delimiter);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// The n-th part from 1; empty where there is none.
[[nodiscard]] inline std::string_view part(const std::vector<std::string_view>& parts, std::size_t n) {
    return n >= 1 && n <= parts.size() ? parts[n - 1] : std::string_view();
}

[[nodiscard]] inline std::string_view part(std::string_view text, char delimiter, std::size_t n) {
    while (true) {
        const std::size_t end = delimiter == 0 ? std::string_view::npos : text.find(delimiter);
        if (n <= 1) return n == 1 ? text.substr(0, end) : std::string_view();
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
        --n;
    }
}

/// Lines ended by CR, LF or CR LF; the line ends and empty lines are left out.
[[nodiscard]] inline std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> found;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && text[at] != '\r' && text[at] != '\n') continue;
        if (at > begin) found.push_back(text.substr(begin, at - begin));
        begin = at + 1;
    }
    return found;
}

}  // namespace touchstone::instruments
