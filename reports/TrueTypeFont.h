#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace touchstone::reports {

/// A TrueType font file (or the first font of a collection), mapped and never changed; safe to use from many threads.
/// Every read is checked against the file's size. Throws std::runtime_error when the file is not such a font.
class TrueTypeFont {
public:
    struct Metrics {
        int unitsPerEm = 0;
        int ascent = 0;
        int descent = 0;
        int box[4] = {};  ///< xMin, yMin, xMax, yMax
    };

    explicit TrueTypeFont(const std::string& file);
    ~TrueTypeFont();
    TrueTypeFont(const TrueTypeFont&) = delete;
    TrueTypeFont& operator=(const TrueTypeFont&) = delete;

    /// Glyph of a character; 0 when the font has none.
    [[nodiscard]] std::uint16_t glyph(char32_t character) const;
    [[nodiscard]] bool hasInk(std::uint16_t glyph) const { return !outline(glyph).empty(); }
    [[nodiscard]] const Metrics& metrics() const { return metrics_; }

    enum class Script : std::uint8_t { normal, raised, lowered };
    /// A glyph of this font, or a small one made of it for an exponent or an index.
    struct Piece {
        std::uint16_t glyph = 0;
        Script script = Script::normal;
    };
    [[nodiscard]] int advance(Piece piece) const;

    /// A font file that holds only these glyphs, renumbered in this order (number 0 should be .notdef), followed by the
    /// components that composite glyphs among them need. `count` becomes the number of glyphs in all.
    struct Subset {
        std::string file;
        std::uint16_t count = 0;
    };
    [[nodiscard]] Subset subset(std::vector<Piece> pieces) const;

private:
    using Bytes = std::span<const std::uint8_t>;

    [[nodiscard]] Bytes table(const char* tag) const;
    [[nodiscard]] Bytes outline(std::uint16_t glyph) const;
    [[nodiscard]] std::string smallOutline(Piece piece) const;
    [[nodiscard]] int bearing(Piece piece) const;
    void chooseCharacterMap();

    Bytes file_;
    std::size_t directory_ = 0;
    Bytes glyf_, loca_, hmtx_, characters_;
    bool longLoca_ = false;
    std::uint16_t glyphCount_ = 0;
    std::uint16_t advanceCount_ = 0;
    Metrics metrics_;
};

}  // namespace touchstone::reports
