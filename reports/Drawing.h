#pragma once
#include "reports/PageFlow.h"
#include "reports/Typesetter.h"

namespace touchstone::reports {

/// All pages of one paper, by its layout.
class Drawing {
public:
    Drawing(Document& document, SubsetFont& font, const LayoutTree& tree, const Data& data, bool sealed);

    /// Draws everything.
    void draw();
    /// Where the seal is, once drawn; without one, a spot of no size on the first page.
    [[nodiscard]] Typesetter::Sealed seal();

private:
    float beginPage(Canvas& page, std::size_t number);
    [[nodiscard]] const Blocks& headOf(std::size_t page) const;
    [[nodiscard]] Scope scope(std::size_t page, std::size_t pages) const;
    void drawHeadsAndFeet();
    void drawEdgeSeal(const EdgeSeal& seal);

    Document& document_;
    const LayoutTree& tree_;
    const Data& data_;
    bool sealed_;
    float width_;
    Typesetter typesetter_;
    PageFlow flow_;
};

}  // namespace touchstone::reports
