#include "reports/Canvas.h"

#include <cmath>

#include "reports/Text.h"

namespace touchstone::reports {

void Canvas::show(float size, std::u32string_view text, Weight weight, Colour colour, HPDF_TransMatrix at) {
    if (text.empty()) return;
    // The font has one weight: bold is the same outlines with a thin stroke around them.
    constexpr float boldness = 0.035F;
    if (weight == Weight::bold) {
        HPDF_Page_SetLineWidth(page_, size * boldness);
        strokeColour(colour);
    }
    fillColour(colour);
    HPDF_Page_BeginText(page_);
    HPDF_Page_SetFontAndSize(page_, font_->handle(), size);
    HPDF_Page_SetTextRenderingMode(page_, weight == Weight::bold ? HPDF_FILL_THEN_STROKE : HPDF_FILL);
    HPDF_Page_SetTextMatrix(page_, at.a, at.b, at.c, at.d, at.x, at.y);
    font_->show(page_, text);
    HPDF_Page_EndText(page_);
}

void Canvas::text(float x, float y, float size, std::u32string_view text, Align align, Weight weight, Colour colour) {
    if (align != Align::left) x -= font_->width(text) * size * (align == Align::centre ? 0.5F : 1.0F);
    show(size, text, weight, colour, {1, 0, 0, 1, x, y});
}

void Canvas::text(float x, float y, float size, std::string_view utf8, Align align, Weight weight, Colour colour) {
    text(x, y, size, decode(utf8), align, weight, colour);
}

void Canvas::spread(float x, float y, float size, float width, std::u32string_view characters, Weight weight,
                    Colour colour) {
    const float natural = font_->width(characters) * size;
    if (characters.size() < 2 || natural >= width)
        return text(x + width / 2, y, size, characters, Align::centre, weight, colour);
    HPDF_Page_SetCharSpace(page_, (width - natural) / static_cast<float>(characters.size() - 1));
    text(x, y, size, characters, Align::left, weight, colour);
    HPDF_Page_SetCharSpace(page_, 0);
}

void Canvas::turned(float x, float y, float size, double angle, std::u32string_view text, Colour colour) {
    const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
    // The ink of Han characters is centred about this far above the base line.
    const float left = -font_->width(text) * size / 2, down = -0.36F * size;
    show(size, text, Weight::normal, colour,
         {cosine, sine, -sine, cosine, x + left * cosine - down * sine, y + left * sine + down * cosine});
}

void Canvas::beginReadAs(std::string_view utf8) {
    const std::string tag = "/Span <</ActualText " + Document::string(utf8) + ">> BDC\n";
    HPDF_Stream_WriteStr(static_cast<HPDF_PageAttr>(page_->attr)->stream, tag.c_str());
}

void Canvas::endReadAs() {
    HPDF_Stream_WriteStr(static_cast<HPDF_PageAttr>(page_->attr)->stream, "EMC\n");
}

void Canvas::line(float x1, float y1, float x2, float y2, float width, Colour colour) {
    strokeColour(colour);
    HPDF_Page_SetLineWidth(page_, width);
    HPDF_Page_MoveTo(page_, x1, y1);
    HPDF_Page_LineTo(page_, x2, y2);
    HPDF_Page_Stroke(page_);
}

void Canvas::frame(float x, float y, float width, float height, float lineWidth, Colour colour) {
    strokeColour(colour);
    HPDF_Page_SetLineWidth(page_, lineWidth);
    HPDF_Page_Rectangle(page_, x, y, width, height);
    HPDF_Page_Stroke(page_);
}

void Canvas::fill(float x, float y, float width, float height, Colour colour) {
    fillColour(colour);
    HPDF_Page_Rectangle(page_, x, y, width, height);
    HPDF_Page_Fill(page_);
}

void Canvas::circle(float x, float y, float radius, float lineWidth, Colour colour) {
    strokeColour(colour);
    HPDF_Page_SetLineWidth(page_, lineWidth);
    HPDF_Page_Circle(page_, x, y, radius);
    HPDF_Page_Stroke(page_);
}

}  // namespace touchstone::reports
