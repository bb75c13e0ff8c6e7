#pragma once
#include <functional>
#include <string>
#include <vector>

#include "reports/Canvas.h"

namespace touchstone::reports {

struct TextStyle {
    float size = 9.5F;
    float leading = 13.5F;
    Weight weight = Weight::normal;
    Colour colour = black;
};

struct Cell {
    float width = 0;
    std::vector<std::u32string> lines;
    Align align = Align::left;
    TextStyle style;
    bool shaded = false;
};

using Row = std::vector<Cell>;

/// Puts rows of cells one under the other, onto as many pages as that takes.
class PageFlow {
public:
    static constexpr float pageWidth = mm(210), pageHeight = mm(297);
    static constexpr float left = mm(20), right = mm(190), width = right - left;
    static constexpr float bottom = mm(21);
    static constexpr float padding = 3.5F;

    /// beginPage draws what every page has at its top and returns where the flow goes on.
    PageFlow(Document& document, SubsetFont& font, std::function<float(PageFlow&, Canvas&)> beginPage)
        : document_(document), font_(font), beginPage_(std::move(beginPage)) {}

    void newPage();
    /// Rows that begin every further page from now on: the head of a table. Empty: none.
    void repeat(std::vector<Row> rows) { repeated_ = std::move(rows); }

    /// Text broken into lines for a cell of this width.
    [[nodiscard]] Cell cell(float cellWidth, const std::string& text, Align align = Align::left, TextStyle style = {},
                            bool shaded = false) const;
    [[nodiscard]] std::vector<std::u32string> lines(float lineWidth, const std::string& text, float size) const;

    /// With frame. Goes to the next page when it does not fit; a row too tall for that is split between lines.
    /// `flagged` draws a thick bar at its left.
    void row(Row row, bool flagged = false);
    /// Starts a new page unless so much room is left.
    void need(float height);
    void skip(float height) { y_ -= height; }

    [[nodiscard]] static float height(const Row& row);
    [[nodiscard]] float y() const { return y_; }
    [[nodiscard]] Canvas& canvas() { return pages_.back(); }
    [[nodiscard]] std::vector<Canvas>& pages() { return pages_; }

private:
    void draw(const Row& row, float rowHeight, bool flagged);
    [[nodiscard]] Row takeLines(Row& row, float room) const;

    Document& document_;
    SubsetFont& font_;
    std::function<float(PageFlow&, Canvas&)> beginPage_;
    std::vector<Canvas> pages_;
    std::vector<Row> repeated_;
    float y_ = 0;
    float top_ = 0;
};

}  // namespace touchstone::reports
