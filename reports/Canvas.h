#pragma once
#include <string_view>

#include "reports/Style.h"
#include "reports/SubsetFont.h"

namespace touchstone::reports {

/// The base line of text whose line begins at `top`: the ink of Han characters is centred about 0.36 of their size
/// above it.
[[nodiscard]] constexpr float baseLine(float top, const TextStyle& style) {
    return top - style.leading / 2 - 0.36F * style.size;
}

/// One page to draw on. Points, from the lower left corner. Text is black unless said.
class Canvas {
public:
    Canvas(HPDF_Page page, SubsetFont& font) : page_(page), font_(&font) {}

    /// (x, y): left end, centre or right end of the base line.
    void text(float x, float y, float size, std::u32string_view text, Align align = Align::left,
              Weight weight = Weight::normal, Colour colour = black);
    void text(float x, float y, float size, std::string_view utf8, Align align = Align::left,
              Weight weight = Weight::normal, Colour colour = black);
    /// Spread over the given width, first character at its left, last at its right; as titles are set.
    void spread(float x, float y, float size, float width, std::u32string_view characters, Weight weight,
                Colour colour = black);
    /// Centred on (x, y), turned by `angle` radians.
    void turned(float x, float y, float size, double angle, std::u32string_view text, Colour colour);

    void line(float x1, float y1, float x2, float y2, float width, Colour colour = black);
    void frame(float x, float y, float width, float height, float lineWidth, Colour colour = black);
    void fill(float x, float y, float width, float height, Colour colour);
    void circle(float x, float y, float radius, float lineWidth, Colour colour);

    /// What is drawn until endReadAs() is read by machines as this text instead.
    void beginReadAs(std::string_view utf8);
    void endReadAs();

    [[nodiscard]] SubsetFont& font() const { return *font_; }
    [[nodiscard]] HPDF_Page page() const { return page_; }

private:
    void strokeColour(Colour colour) { HPDF_Page_SetRGBStroke(page_, colour.red, colour.green, colour.blue); }
    void fillColour(Colour colour) { HPDF_Page_SetRGBFill(page_, colour.red, colour.green, colour.blue); }
    void show(float size, std::u32string_view text, Weight weight, Colour colour, HPDF_TransMatrix at);

    HPDF_Page page_;
    SubsetFont* font_;
};

}  // namespace touchstone::reports
