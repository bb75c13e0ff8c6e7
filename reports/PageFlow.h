#pragma once
#include <functional>
#include <vector>

#include "reports/LayoutTree.h"
#include "reports/Piece.h"

namespace touchstone::reports {

/// Puts pieces one under the other, onto as many pages as that takes.
class PageFlow {
public:
    /// beginPage is told the number of a new page, from 1, and returns how high its head is.
    PageFlow(Document& document, SubsetFont& font, const LayoutTree& tree,
             std::function<float(Canvas&, std::size_t)> beginPage);

    /// Throws std::runtime_error when heads leave no room or there is no end to the pages.
    void put(std::vector<Piece> pieces);
    [[nodiscard]] std::vector<Canvas>& pages() { return pages_; }

private:
    void newPage(const Piece::Rows& repeated);
    void put(Piece piece);
    void putRow(Row row, const Piece::Rows& repeated);
    [[nodiscard]] bool isFresh() const { return y_ >= top_; }
    [[nodiscard]] float room() const;

    Document& document_;
    SubsetFont& font_;
    const LayoutTree& tree_;
    std::function<float(Canvas&, std::size_t)> beginPage_;
    std::vector<Canvas> pages_;
    float y_ = 0;
    float top_ = 0;  ///< where the flow began on this page
};

}  // namespace touchstone::reports
