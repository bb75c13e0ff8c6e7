#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/Document.h"
#include "reports/TrueTypeFont.h"

namespace touchstone::reports {

/// A TrueType font inside one document, with only the glyphs it showed. Each character gets its
/// own code, so that text extraction gives back exactly what was printed. Exponents and indices (¹ ⁵ ⁻ ₂ …), of which
/// Han fonts have a few only, are all made from digits and signs, so that they look alike.
class SubsetFont {
public:
    SubsetFont(Document& document, const TrueTypeFont& font);
    SubsetFont(const SubsetFont&) = delete;
    SubsetFont& operator=(const SubsetFont&) = delete;

    [[nodiscard]] HPDF_Font handle() const { return font_; }
    /// Width at size 1. Throws std::runtime_error naming the first character for which the font has no glyph with ink.
    [[nodiscard]] float width(std::u32string_view text);
    [[nodiscard]] float advance(char32_t character) { return widths_[code(character)] / 1000.0F; }
    /// Appends the text as a string for the operator Tj.
    void show(std::string& to, std::u32string_view text);
    /// Adds glyphs, widths and the map back to Unicode. Once, when all text was shown.
    void finish();

private:
    [[nodiscard]] std::uint16_t code(char32_t character);
    [[nodiscard]] std::string toUnicode() const;

    Document& document_;
    const TrueTypeFont& source_;
    HPDF_Font font_;
    std::unordered_map<char32_t, std::uint16_t> codes_;
    std::vector<char32_t> characters_;         ///< by code
    std::vector<TrueTypeFont::Piece> glyphs_;  ///< by code
    std::vector<float> widths_;                ///< by code, thousandths
};

}  // namespace touchstone::reports
