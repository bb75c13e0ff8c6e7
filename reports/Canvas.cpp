#include "reports/Canvas.h"

#include <array>
#include <charconv>
#include <cmath>

#include "reports/Text.h"

namespace touchstone::reports {
namespace {

// As few decimals as the eye needs: they are written some thousand times a page.
void append(std::string& out, float value, long unit) {
    long rest = std::lround(value * static_cast<float>(unit));
    if (rest < 0) {
        out += '-';
        rest = -rest;
    }
    std::array<char, 24> digits{};
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), rest / unit).ptr);
    rest %= unit;
    if (rest != 0) out += '.';
    for (long place = unit / 10; rest != 0; place /= 10) {
        out += static_cast<char>('0' + rest / place);
        rest %= place;
    }
    out += ' ';
}

}  // namespace

Canvas& Canvas::put(float value) {
    append(*page_.drawing, value, 100);
    return *this;
}

Canvas& Canvas::fine(float value) {
    append(*page_.drawing, value, 100'000);
    return *this;
}

void Canvas::command(const char* name) {
    page_.drawing->append(name) += '\n';
}

void Canvas::colour(Colour colour, const char* name) {
    fine(colour.red).fine(colour.green).fine(colour.blue).command(name);
}

void Canvas::fillColour(Colour wanted) {
    if (state_.fill == wanted) return;
    state_.fill = wanted;
    colour(wanted, "rg");
}

void Canvas::strokeColour(Colour wanted) {
    if (state_.stroke == wanted) return;
    state_.stroke = wanted;
    colour(wanted, "RG");
}

void Canvas::lineWidth(float width) {
    if (state_.lineWidth == width) return;
    state_.lineWidth = width;
    put(width).command("w");
}

void Canvas::show(float x, float y, float size, std::u32string_view text, Weight weight, Colour colour, Turn turn) {
    if (text.empty()) return;
    // The font has one weight: bold is the same outlines with a thin stroke around them.
    constexpr float boldness = 0.035F;
    if (weight == Weight::bold) {
        lineWidth(size * boldness);
        strokeColour(colour);
    }
    fillColour(colour);
    if (state_.fontSize != size) {
        state_.fontSize = size;
        page_.drawing->append("/").append(HPDF_Page_GetLocalFontName(page_.handle, font_->handle())) += ' ';
        put(size).command("Tf");
    }
    if (state_.weight != weight) {
        state_.weight = weight;
        command(weight == Weight::bold ? "2 Tr" : "0 Tr");
    }
    page_.drawing->append("BT ");
    if (turn.cosine == 1) {
        put(x).put(y);
        page_.drawing->append("Td ");
    } else {
        fine(turn.cosine).fine(turn.sine).fine(-turn.sine).fine(turn.cosine).put(x).put(y);
        page_.drawing->append("Tm ");
    }
    font_->show(*page_.drawing, text);
    command("Tj ET");
}

void Canvas::text(float x, float y, float size, std::u32string_view text, Align align, Weight weight, Colour colour) {
    if (align != Align::left) x -= font_->width(text) * size * (align == Align::centre ? 0.5F : 1.0F);
    show(x, y, size, text, weight, colour);
}

void Canvas::text(float x, float y, float size, std::string_view utf8, Align align, Weight weight, Colour colour) {
    text(x, y, size, decode(utf8), align, weight, colour);
}

void Canvas::spread(float x, float y, float size, float width, std::u32string_view characters, Weight weight,
                    Colour colour) {
    const float natural = font_->width(characters) * size;
    if (characters.size() < 2 || natural >= width)
        return text(x + width / 2, y, size, characters, Align::centre, weight, colour);
    put((width - natural) / static_cast<float>(characters.size() - 1)).command("Tc");
    text(x, y, size, characters, Align::left, weight, colour);
    command("0 Tc");
}

void Canvas::turned(float x, float y, float size, double angle, std::u32string_view text, Colour colour) {
    const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
    // The ink of Han characters is centred about this far above the base line.
    const float left = -font_->width(text) * size / 2, down = -0.36F * size;
    show(x + left * cosine - down * sine, y + left * sine + down * cosine, size, text, Weight::normal, colour,
         {cosine, sine});
}

void Canvas::beginReadAs(std::string_view utf8) {
    page_.drawing->append("/Span <</ActualText ").append(Document::string(utf8)).append(">> BDC\n");
}

void Canvas::endReadAs() {
    command("EMC");
}

void Canvas::line(float x1, float y1, float x2, float y2, float width, Colour colour) {
    strokeColour(colour);
    lineWidth(width);
    put(x1).put(y1).command("m");
    put(x2).put(y2).command("l S");
}

void Canvas::rectangle(float x, float y, float width, float height) {
    put(x).put(y).put(width).put(height);
}

void Canvas::frame(float x, float y, float width, float height, float thickness, Colour colour) {
    strokeColour(colour);
    lineWidth(thickness);
    rectangle(x, y, width, height);
    command("re S");
}

void Canvas::fill(float x, float y, float width, float height, Colour colour) {
    fillColour(colour);
    rectangle(x, y, width, height);
    command("re f");
}

void Canvas::fill(std::span<const Point> corners, Colour colour) {
    fillColour(colour);
    const char* next = "m";
    for (const Point& corner : corners) {
        put(corner.x).put(corner.y).command(next);
        next = "l";
    }
    command("f");
}

void Canvas::circle(float x, float y, float radius, float thickness, Colour colour) {
    strokeColour(colour);
    lineWidth(thickness);
    constexpr float share = 0.552285F;  // with which four curves come nearest to a circle
    const auto quarter = [&](Point from, Point to) {  // both relative to the centre, on its axes
        const auto by = [&](Point at) { put(x + at.x).put(y + at.y); };
        by({from.x + to.x * share, from.y + to.y * share});
        by({to.x + from.x * share, to.y + from.y * share});
        by(to);
        command("c");
    };
    put(x + radius).put(y).command("m");
    quarter({radius, 0}, {0, radius});
    quarter({0, radius}, {-radius, 0});
    quarter({-radius, 0}, {0, -radius});
    quarter({0, -radius}, {radius, 0});
    command("s");
}

void Canvas::image(HPDF_Dict image, float x, float y, float width, float height) {
    page_.drawing->append("q ");
    put(width).put(0).put(0).put(height).put(x).put(y);
    page_.drawing->append("cm /").append(HPDF_Page_GetXObjectName(page_.handle, image));
    command(" Do Q");
}

void Canvas::save() {
    saved_.push_back(state_);
    command("q");
}

void Canvas::restore() {
    state_ = saved_.back();
    saved_.pop_back();
    command("Q");
}

void Canvas::clip(float x, float y, float width, float height) {
    rectangle(x, y, width, height);
    command("re W n");
}

void Canvas::blend(HPDF_ExtGState mode) {
    page_.drawing->append("/").append(HPDF_Page_GetExtGStateName(page_.handle, mode));
    command(" gs");
}

}  // namespace touchstone::reports
