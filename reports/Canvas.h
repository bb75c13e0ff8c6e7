#pragma once
#include <string_view>

#include "reports/SubsetFont.h"

namespace touchstone::reports {

struct Colour {
    float red = 0, green = 0, blue = 0;
};

inline constexpr Colour black{0, 0, 0};
inline constexpr Colour sealRed{0.80F, 0.08F, 0.10F};

/// Millimetres to the points that PDF counts in.
constexpr float mm(double value) {
    return static_cast<float>(value * 72.0 / 25.4);
}

enum class Align { left, centre, right };
enum class Weight { normal, bold };

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
    void spread(float x, float y, float size, float width, std::u32string_view characters, Weight weight);
    /// Centred on (x, y), turned by `angle` radians.
    void turned(float x, float y, float size, double angle, std::u32string_view text, Colour colour);

    void line(float x1, float y1, float x2, float y2, float width, Colour colour = black);
    void frame(float x, float y, float width, float height, float lineWidth, Colour colour = black);
    void fill(float x, float y, float width, float height, Colour colour);
    void circle(float x, float y, float radius, float lineWidth, Colour colour);

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
