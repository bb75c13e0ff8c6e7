#include "reports/Drawing.h"

#include <algorithm>

#include "reports/Marks.h"

namespace touchstone::reports {

Drawing::Drawing(Document& document, SubsetFont& font, const LayoutTree& tree, const Data& data, bool sealed)
    : document_(document),
      tree_(tree),
      data_(data),
      sealed_(sealed),
      width_(tree.width - tree.left - tree.right),
      typesetter_(document, font, sealed),
      flow_(document, font, tree, [this](Canvas& page, std::size_t number) { return beginPage(page, number); }) {
}

void Drawing::draw() {
    flow_.put(typesetter_.set(tree_.body, width_, scope(0, 0)));
    drawHeadsAndFeet();
    if (sealed_ && !tree_.edgeSeal.empty()) drawEdgeSeal(tree_.edgeSeal.front());
}

Scope Drawing::scope(std::size_t page, std::size_t pages) const {
    return {&data_, {}, page, pages};
}

const Blocks& Drawing::headOf(std::size_t page) const {
    return page == 1 ? tree_.firstHead : tree_.head;
}

// Heads are drawn when the number of pages is known; here only their height is.
float Drawing::beginPage(Canvas& page, std::size_t number) {
    drawWatermark(page, tree_.width, tree_.height, tree_.watermark.print(scope(number, number)));
    return heightOf(typesetter_.set(headOf(number), width_, scope(number, number)));
}

void Drawing::drawHeadsAndFeet() {
    std::vector<Canvas>& pages = flow_.pages();
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const Scope at = scope(i + 1, pages.size());
        drawStack(typesetter_.set(headOf(i + 1), width_, at), pages[i], tree_.left, tree_.height - tree_.top);
        drawStack(typesetter_.set(tree_.footBlocks, width_, at), pages[i], tree_.left, tree_.foot);
    }
}

void Drawing::drawEdgeSeal(const EdgeSeal& seal) {
    std::vector<Canvas>& pages = flow_.pages();
    if (pages.size() < 2) return;
    const std::string name = seal.name.print(scope(0, 0)), underStar = seal.underStar.print(scope(0, 0));
    // As many seals as it takes, each over as many pages as the others, so that no page is left with a seal of its own.
    const std::size_t seals = (pages.size() + seal.pagesPerSeal - 1) / seal.pagesPerSeal;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const std::size_t mine = i * seals / pages.size();
        const auto first = [&](std::size_t number) { return (number * pages.size() + seals - 1) / seals; };
        const SealSlice slice{i - first(mine), first(mine + 1) - first(mine)};
        drawSealSlice(document_, pages[i], tree_.width, {0, seal.height, seal.radius}, slice, name, underStar);
    }
}

Typesetter::Sealed Drawing::seal() {
    if (typesetter_.seal().page != nullptr) return typesetter_.seal();
    return {flow_.pages().front().page(), {}};
}

}  // namespace touchstone::reports
