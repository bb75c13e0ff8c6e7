#include "reports/PageFlow.h"

#include <stdexcept>

namespace touchstone::reports {
namespace {

constexpr float leastRoom = 60;
constexpr std::size_t mostPages = 2000;
constexpr float tallestChain = 450;  // of what is kept together because one thing follows the other
constexpr float tolerance = 0.05F;  // of sums of floating point numbers

}  // namespace

PageFlow::PageFlow(Document& document, SubsetFont& font, const LayoutTree& tree,
                   std::function<float(Canvas&, std::size_t)> beginPage)
    : document_(document), font_(font), tree_(tree), beginPage_(std::move(beginPage)) {
    newPage({});
}

float PageFlow::room() const {
    return y_ - tree_.bottom + tolerance;
}

void PageFlow::newPage(const Piece::Rows& repeated) {
    if (pages_.size() == mostPages) throw std::runtime_error("this would take more than 2000 pages");
    pages_.emplace_back(document_.addPage(tree_.width, tree_.height), font_);
    y_ = tree_.height - tree_.top - beginPage_(pages_.back(), pages_.size());
    if (repeated) {
        for (const Row& row : *repeated) {
            row.draw(pages_.back(), tree_.left, y_, row.height());
            y_ -= row.height();
        }
    }
    top_ = y_;
    if (room() < std::min(leastRoom, (tree_.height - tree_.top - tree_.bottom) / 2))
        throw std::runtime_error("the heads of page " + std::to_string(pages_.size()) +
                                 " leave no room for anything; make them lower");
}

void PageFlow::put(std::vector<Piece> pieces) {
    // From the end, so that each knows what its neighbour needs.
    for (std::size_t i = pieces.size(); i-- > 1;) {
        Piece& piece = pieces[i - 1];
        if (!piece.keepsWithNext) continue;
        const Piece& next = pieces[i];
        const float both = countedTogether(piece) + std::max(next.need, countedTogether(next));
        if (both <= tallestChain) piece.need = std::max(piece.need, both);
    }
    for (Piece& piece : pieces) put(std::move(piece));
}

void PageFlow::put(Piece piece) {
    const float wanted = std::max(piece.need, piece.row ? 0 : piece.height);
    const bool helps = wanted <= top_ - tree_.bottom;
    if (!isFresh() && (piece.startsPage || (wanted > room() && helps))) newPage(piece.repeated);
    if (piece.row) return putRow(std::move(*piece.row), piece.repeated);
    if (!piece.draw) {
        if (!isFresh()) y_ -= piece.height;
        return;
    }
    piece.draw(pages_.back(), tree_.left, y_);
    y_ -= piece.height;
}

// A row that fits on no page, or is tall and stands low, is split between lines.
void PageFlow::putRow(Row row, const Piece::Rows& repeated) {
    constexpr float tallestToMove = 160;
    for (;;) {
        const float height = row.height();
        if (height <= room()) {
            row.draw(pages_.back(), tree_.left, y_, height);
            y_ -= height;
            return;
        }
        const float twoLines = 2 * Row::padding + 2 * TextStyle{}.leading;
        if (!isFresh() && (height <= tallestToMove || room() < twoLines)) {
            newPage(repeated);
            continue;
        }
        const float height1 = y_ - tree_.bottom;
        row.take(height1).draw(pages_.back(), tree_.left, y_, height1);
        newPage(repeated);
    }
}

}  // namespace touchstone::reports
