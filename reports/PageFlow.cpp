#include "reports/PageFlow.h"

#include <algorithm>

#include "reports/Text.h"

namespace touchstone::reports {
namespace {

constexpr Colour shade{0.945F, 0.945F, 0.945F};
constexpr float frameWidth = 0.6F, flagWidth = 2.4F;

float textHeight(const Cell& cell) {
    return static_cast<float>(cell.lines.size()) * cell.style.leading;
}

}  // namespace

void PageFlow::newPage() {
    const bool isFirst = pages_.empty();
    pages_.emplace_back(document_.addPage(pageWidth, pageHeight), font_);
    y_ = beginPage_(*this, pages_.back());
    if (!isFirst)
        for (const Row& row : repeated_) draw(row, height(row), false);
    top_ = y_;
}

Cell PageFlow::cell(float cellWidth, const std::string& text, Align align, TextStyle style, bool shaded) const {
    return {cellWidth, lines(cellWidth - 2 * padding, text, style.size), align, style, shaded};
}

std::vector<std::u32string> PageFlow::lines(float lineWidth, const std::string& text, float size) const {
    return breakLines(decode(text), lineWidth / size, [this](char32_t c) { return font_.advance(c); });
}

float PageFlow::height(const Row& row) {
    float most = 0;
    for (const Cell& cell : row) most = std::max(most, textHeight(cell));
    return most + 2 * padding;
}

void PageFlow::need(float room) {
    if (y_ - room < bottom && y_ < top_) newPage();
}

Row PageFlow::takeLines(Row& row, float room) const {
    Row first = row;
    for (std::size_t i = 0; i < row.size(); ++i) {
        std::vector<std::u32string>& rest = row[i].lines;
        const auto fitting = static_cast<std::ptrdiff_t>((room - 2 * padding) / row[i].style.leading);
        const auto count = std::min(std::max<std::ptrdiff_t>(fitting, 1), static_cast<std::ptrdiff_t>(rest.size()));
        first[i].lines.assign(rest.begin(), rest.begin() + count);
        rest.erase(rest.begin(), rest.begin() + count);
    }
    return first;
}

void PageFlow::row(Row row, bool flagged) {
    constexpr float tallestToMove = 160;
    for (;;) {
        const float rowHeight = height(row), room = y_ - bottom;
        if (rowHeight <= room) return draw(row, rowHeight, flagged);
        const bool isFresh = y_ >= top_;
        const float twoLines = 2 * padding + 2 * row.front().style.leading;
        if (!isFresh && (rowHeight <= tallestToMove || room < twoLines)) {
            newPage();
            continue;
        }
        const Row first = takeLines(row, room);
        draw(first, room, flagged);
        newPage();
    }
}

void PageFlow::draw(const Row& row, float rowHeight, bool flagged) {
    Canvas& page = pages_.back();
    float x = left;
    for (const Cell& cell : row) {
        if (cell.shaded) page.fill(x, y_ - rowHeight, cell.width, rowHeight, shade);
        page.frame(x, y_ - rowHeight, cell.width, rowHeight, frameWidth);
        const float textX = cell.align == Align::left     ? x + padding
                            : cell.align == Align::centre ? x + cell.width / 2
                                                          : x + cell.width - padding;
        // The ink of Han characters is centred about 0.36 of their size above the base line.
        float base = y_ - (rowHeight - textHeight(cell)) / 2 - cell.style.leading / 2 - 0.36F * cell.style.size;
        for (const std::u32string& line : cell.lines) {
            page.text(textX, base, cell.style.size, line, cell.align, cell.style.weight, cell.style.colour);
            base -= cell.style.leading;
        }
        x += cell.width;
    }
    if (flagged) page.fill(left - flagWidth / 2, y_ - rowHeight, flagWidth, rowHeight, sealRed);
    y_ -= rowHeight;
}

}  // namespace touchstone::reports
