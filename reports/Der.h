#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Distinguished Encoding Rules (X.690), as much of them as a signature needs.
namespace touchstone::reports::der {

inline std::string value(unsigned char tag, std::string_view content) {
    std::string length;
    if (content.size() < 0x80) {
        length.push_back(static_cast<char>(content.size()));
    } else {
        for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
            length.insert(length.begin(), static_cast<char>(rest));
        length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
    }
    std::string out(1, static_cast<char>(tag));
    return out.append(length).append(content);
}

inline std::string join(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) out += part;
    return out;
}

inline std::string sequence(std::initializer_list<std::string_view> parts) {
    return value(0x30, join(parts));
}
inline std::string octets(std::string_view content) {
    return value(0x04, content);
}
inline std::string integer(char small) {
    return value(0x02, {&small, 1});
}
inline std::string context(unsigned char number, std::string_view content) {
    return value(static_cast<unsigned char>(0xA0 | number), content);
}
/// Elements of a set come in the order of their encodings.
inline std::string set(std::vector<std::string> parts) {
    std::sort(parts.begin(), parts.end(), [](const std::string& left, const std::string& right) {
        return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
            return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
        });
    });
    std::string content;
    for (const std::string& part : parts) content += part;
    return value(0x31, content);
}

}  // namespace touchstone::reports::der
