#pragma once
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

/// Writes binary workbooks record by record, right ones and such as no program writes.
namespace touchstone::instruments::test {

inline std::string little(std::uint64_t value, std::size_t width) {
    std::string bytes;
    for (; width > 0; --width, value >>= 8U) bytes += static_cast<char>(value & 0xFFU);
    return bytes;
}

inline std::string words(std::initializer_list<std::uint64_t> values) {
    std::string bytes;
    for (const std::uint64_t value : values) bytes += little(value, 2);
    return bytes;
}

inline std::string record(std::uint16_t type, const std::string& body) {
    return words({type, body.size()}) + body;
}

inline std::string real(double value) {
    return little(std::bit_cast<std::uint64_t>(value), 8);
}

/// A text of one byte a character, its length in so many bytes.
inline std::string narrow(const std::string& text, std::size_t lengthWidth = 2) {
    return little(text.size(), lengthWidth) + '\0' + text;
}

inline std::string wide(const std::u16string& text) {
    std::string bytes = words({text.size()}) + '\1';
    for (const char16_t c : text) bytes += little(c, 2);
    return bytes;
}

enum class Biff : std::uint16_t { Excel95 = 0x0500, Excel97 = 0x0600 };

inline std::string bof(std::uint16_t kind, Biff version = Biff::Excel97) {
    const auto number = static_cast<std::uint16_t>(version);
    return record(0x0809, words({number, kind, 0, 0}) + std::string(version == Biff::Excel97 ? 8 : 0, '\0'));
}

inline const std::string eof = record(0x000A, "");
constexpr std::uint16_t globalsKind = 0x0005, sheetKind = 0x0010, chartKind = 0x0020;

/// A bare stream: what holds for all sheets, then "S1", "S2", … with the records given for each.
inline std::string binaryWorkbook(const std::vector<std::string>& sheets, const std::string& globals = "",
                                  Biff version = Biff::Excel97) {
    const auto listed = [&](std::size_t i, std::size_t at) {
        const std::string name = "S" + std::to_string(i + 1);
        const std::string text = version == Biff::Excel97 ? narrow(name, 1) : little(name.size(), 1) + name;
        return record(0x0085, little(at, 4) + words({0}) + text);
    };
    std::string list;
    for (std::size_t i = 0; i < sheets.size(); ++i) list += listed(i, 0);
    std::string bytes = bof(globalsKind, version);
    std::size_t at = bytes.size() + globals.size() + list.size() + eof.size();
    list.clear();
    std::string parts;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        list += listed(i, at + parts.size());
        parts += bof(sheetKind, version) + sheets[i] + eof;
    }
    return bytes + globals + list + eof + parts;
}

}  // namespace touchstone::instruments::test
