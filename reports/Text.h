#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::reports {

/// UTF-8 to code points. Throws std::runtime_error on bytes that are not UTF-8.
[[nodiscard]] std::u32string decode(std::string_view utf8);

/// Hexadecimal UTF-16BE, as PDF's ToUnicode maps and text strings want it.
[[nodiscard]] std::string utf16Hex(std::u32string_view text);

/// "U+4E2D"
[[nodiscard]] std::string codePointName(char32_t character);

[[nodiscard]] bool isBlank(char32_t character);

/// Lines no wider than `width`, by the rules for Chinese (GB/T 15834-2011 5.1, 避头尾): no closing mark begins a line, no
/// opening mark ends one, a stroke (/) does neither, dashes and ellipses are not parted, Latin words and numbers stay whole unless one alone is wider than the line. '\n' ends a line.
/// At least one line.
[[nodiscard]] std::vector<std::u32string> breakLines(std::u32string_view text, float width,
                                                     const std::function<float(char32_t)>& advance);

}  // namespace touchstone::reports
