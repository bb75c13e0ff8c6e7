#include <algorithm>

#include "reports/Canvas.h"
#include "reports/Certificate.h"
#include "reports/Marks.h"
#include "reports/Text.h"

namespace touchstone::reports {
namespace {

constexpr std::size_t columns = 3, rows = 8;
constexpr float pageWidth = mm(210), pageHeight = mm(297);
constexpr float labelWidth = mm(70), labelHeight = mm(37), padding = mm(3);
constexpr float topMargin = (pageHeight - static_cast<float>(rows) * labelHeight) / 2;

// What is too long for its line is cut and says so: a label has no second page.
std::u32string fitted(SubsetFont& font, const std::string& text, float size, float width) {
    std::u32string line = decode(text);
    if (font.width(line) * size <= width) return line;
    while (!line.empty() && font.width(line + U"…") * size > width) line.pop_back();
    return line + U"…";
}

void drawLabel(Canvas& page, float x, float top, const Label& label) {
    constexpr float width = labelWidth - 2 * padding, bars = mm(14), numberSize = 9, size = 8, leading = 10.5F,
                    inset = mm(3.2);
    drawCode128(page, x + padding, top - padding - bars, width, bars, label.barcode);
    float base = top - padding - bars - numberSize - 1;
    page.text(x + labelWidth / 2, base, numberSize, label.barcode, Align::centre, Weight::bold);
    for (const std::string& text : label.lines) {
        base -= leading;
        if (base < top - labelHeight + padding / 2) return;
        page.text(x + padding + inset, base, size, fitted(page.font(), text, size, width - 2 * inset));
    }
}

}  // namespace

std::string printLabels(const std::string& fontFile, const std::vector<Label>& labels) {
    const TrueTypeFont outlines(fontFile);
    Document document;
    SubsetFont font(document, outlines);
    constexpr std::size_t perPage = columns * rows;
    for (std::size_t first = 0; first == 0 || first < labels.size(); first += perPage) {
        Canvas page(document.addPage(pageWidth, pageHeight), font);
        for (std::size_t i = first; i < std::min(first + perPage, labels.size()); ++i) {
            const std::size_t place = i - first;
            drawLabel(page, static_cast<float>(place % columns) * labelWidth,
                      pageHeight - topMargin - static_cast<float>(place / columns) * labelHeight, labels[i]);
        }
    }
    font.finish();
    return document.save();
}

}  // namespace touchstone::reports
