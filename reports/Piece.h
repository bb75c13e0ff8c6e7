#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/Canvas.h"

namespace touchstone::reports {

/// A line of text that is ready to be printed.
struct Line {
    std::u32string text;
    TextStyle style;
};

struct Cell {
    float width = 0;
    std::vector<Line> lines;
    Align align = Align::left;
    bool shaded = false;
};

/// Cells side by side.
struct Row {
    static constexpr float padding = 3.5F;

    std::vector<Cell> cells;
    bool framed = true;
    bool flagged = false;  ///< a thick bar at its left

    [[nodiscard]] float height() const;
    /// (x, top): its upper left corner. height: at least its own.
    void draw(Canvas& page, float x, float top, float rowHeight) const;
    /// Takes the lines away that fit into so much height, at least one of each cell.
    [[nodiscard]] Row take(float room);
};

/// What is put onto a page in one go, or over several when it is a row too tall for one.
struct Piece {
    using Draw = std::function<void(Canvas& page, float x, float top)>;
    using Rows = std::shared_ptr<const std::vector<Row>>;

    float height = 0;
    Draw draw = {};                   ///< none for a row, and for room that is left free
    std::optional<Row> row = {};
    float need = 0;                   ///< room that must be left for it and what is to follow on the same page
    Rows repeated = {};               ///< begin a page that is begun for this piece: the head of its table
    bool startsPage = false;
    bool keepsWithNext = false;       ///< is not the last on its page if that can be helped
};

/// Its height where pieces are to stay together: no more than 70 mm of a row, as the rest may go over to the next page.
[[nodiscard]] float countedTogether(const Piece& piece);
[[nodiscard]] float heightOf(const std::vector<Piece>& pieces);
/// One under the other, rows unsplit.
void drawStack(const std::vector<Piece>& pieces, Canvas& page, float x, float top);

}  // namespace touchstone::reports
