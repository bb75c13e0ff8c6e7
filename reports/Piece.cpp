#include "reports/Piece.h"

#include <algorithm>

namespace touchstone::reports {
namespace {

constexpr Colour shade{0.945F, 0.945F, 0.945F};
constexpr float frameWidth = 0.6F, flagWidth = 2.4F;

float textHeight(const Cell& cell) {
    float sum = 0;
    for (const Line& line : cell.lines) sum += line.style.leading;
    return sum;
}

}  // namespace

float Row::height() const {
    float most = 0;
    for (const Cell& cell : cells) most = std::max(most, textHeight(cell));
    return most + 2 * padding;
}

void Row::draw(Canvas& page, float x, float top, float rowHeight) const {
    if (flagged) page.fill(x - flagWidth / 2, top - rowHeight, flagWidth, rowHeight, sealRed);
    for (const Cell& cell : cells) {
        if (cell.shaded) page.fill(x, top - rowHeight, cell.width, rowHeight, shade);
        if (framed) page.frame(x, top - rowHeight, cell.width, rowHeight, frameWidth);
        const float textX = cell.align == Align::left     ? x + padding
                            : cell.align == Align::centre ? x + cell.width / 2
                                                          : x + cell.width - padding;
        float lineTop = top - (rowHeight - textHeight(cell)) / 2;
        for (const Line& line : cell.lines) {
            page.text(textX, baseLine(lineTop, line.style), line.style.size, line.text, cell.align, line.style.weight,
                      line.style.colour);
            lineTop -= line.style.leading;
        }
        x += cell.width;
    }
}

Row Row::take(float room) {
    Row first = *this;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::vector<Line>& rest = cells[i].lines;
        float left = room - 2 * padding;
        std::size_t count = 0;
        while (count < rest.size() && (count == 0 || rest[count].style.leading <= left))
            left -= rest[count++].style.leading;
        const auto end = rest.begin() + static_cast<std::ptrdiff_t>(count);
        first.cells[i].lines.assign(rest.begin(), end);
        rest.erase(rest.begin(), end);
    }
    return first;
}

float countedTogether(const Piece& piece) {
    return piece.row ? std::min(piece.height, mm(70)) : piece.height;
}

float heightOf(const std::vector<Piece>& pieces) {
    float sum = 0;
    for (const Piece& piece : pieces) sum += piece.height;
    return sum;
}

void drawStack(const std::vector<Piece>& pieces, Canvas& page, float x, float top) {
    for (const Piece& piece : pieces) {
        if (piece.row) piece.row->draw(page, x, top, piece.height);
        if (piece.draw) piece.draw(page, x, top);
        top -= piece.height;
    }
}

}  // namespace touchstone::reports
