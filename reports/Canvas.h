#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "reports/Style.h"
#include "reports/SubsetFont.h"

namespace touchstone::reports {

/// The base line of text whose line begins at `top`: the ink of Han characters is centred about 0.36 of their size
/// above it.
[[nodiscard]] constexpr float baseLine(float top, const TextStyle& style) {
    return top - style.leading / 2 - 0.36F * style.size;
}

/// One page to draw on, the only one for its page, as it remembers which colours and widths are in force. Points, from the
/// lower left corner. Text is black unless said.
class Canvas {
public:
    Canvas(Document::Page page, SubsetFont& font) : page_(page), font_(&font) {}

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
    struct Point {
        float x, y;
    };
    void fill(std::span<const Point> corners, Colour colour);
    void circle(float x, float y, float radius, float lineWidth, Colour colour);
    /// An image of the document, stretched over the rectangle.
    void image(HPDF_Dict image, float x, float y, float width, float height);

    /// What is set in between is forgotten by restore().
    void save();
    void restore();
    void clip(float x, float y, float width, float height);
    void blend(HPDF_ExtGState mode);

    /// What is drawn until endReadAs() is read by machines as this text instead.
    void beginReadAs(std::string_view utf8);
    void endReadAs();

    [[nodiscard]] SubsetFont& font() const { return *font_; }
    [[nodiscard]] HPDF_Page page() const { return page_.handle; }

private:
    struct State {
        Colour fill, stroke;
        float lineWidth = 1, fontSize = 0;
        Weight weight = Weight::normal;
    };
    struct Turn {
        float cosine, sine;
    };
    void show(float x, float y, float size, std::u32string_view text, Weight weight, Colour colour, Turn turn = {1, 0});
    void fillColour(Colour colour);
    void strokeColour(Colour colour);
    void lineWidth(float width);
    void colour(Colour colour, const char* command);
    /// Operands, then their operator.
    Canvas& put(float value);
    Canvas& fine(float value);
    void command(const char* name);
    void rectangle(float x, float y, float width, float height);

    Document::Page page_;
    SubsetFont* font_;
    State state_;  ///< what a page begins with, then what was written last
    std::vector<State> saved_;
};

}  // namespace touchstone::reports
