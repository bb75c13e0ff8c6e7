#include "reports/Typesetter.h"

#include <algorithm>
#include <cmath>

#include "reports/Layout.h"
#include "reports/Marks.h"
#include "reports/Text.h"

namespace touchstone::reports {
namespace {

constexpr std::size_t mostPieces = 200'000;

float leftOf(Align align, float x, float room, float width) {
    return align == Align::left ? x : align == Align::centre ? x + (room - width) / 2 : x + room - width;
}

}  // namespace

Typesetter::Pieces Typesetter::set(const Blocks& blocks, float width, const Scope& scope) {
    Pieces pieces;
    for (const Block& block : blocks) add(pieces, block, width, scope);
    return pieces;
}

void Typesetter::count() {
    if (++pieces_ > mostPieces)
        throw LayoutError(position_.line, position_.column, "this prints more than one paper ever holds");
}

void Typesetter::add(Pieces& to, const Block& block, float width, const Scope& scope) {
    count();
    position_ = block.position;
    std::visit([&](const auto& content) { add(to, content, width, scope); }, block.content);
}

std::vector<Line> Typesetter::lines(const std::string& text, float width, TextStyle style) {
    std::vector<Line> out;
    addLines(out, text, width, style);
    return out;
}

void Typesetter::addLines(std::vector<Line>& to, const std::string& text, float width, TextStyle style) {
    for (std::u32string& line :
         breakLines(decode(text), width / style.size, [this](char32_t c) { return font_.advance(c); }))
        to.push_back({std::move(line), style});
}

Cell Typesetter::cell(const std::string& text, float width, TextStyle style, Align align) {
    return {width, lines(text, width - 2 * Row::padding, style), align, false};
}

std::u32string Typesetter::cut(std::u32string line, float width, float size) {
    if (font_.width(line) * size <= width) return line;
    while (!line.empty() && font_.width(line + U"…") * size > width) line.pop_back();
    return line + U"…";
}

void Typesetter::add(Pieces& to, const Paragraph& paragraph, float width, const Scope& scope) {
    const ParagraphStyle& style = paragraph.style;
    const std::string text = paragraph.text.print(scope);
    TextStyle type = style.text;
    if (style.least > 0) {
        const float natural = std::max(font_.width(decode(text)) * style.spread, 0.1F);
        const float fitting = std::max(width / natural, std::min(style.least, type.size));
        if (fitting < type.size) {
            type.leading *= fitting / type.size;
            type.size = fitting;
        }
    }
    std::vector<Line> set;
    if (style.cut) {
        set.push_back({cut(decode(text), width, type.size), type});
    } else {
        set = lines(text, width, type);
    }
    if (style.before > 0) to.push_back({style.before});
    for (std::size_t i = 0; i < set.size(); ++i) {
        count();
        // No first and no last line stands alone on a page.
        const bool hasPartner = set.size() > 1 && (i == 0 || i + 2 == set.size());
        to.push_back({.height = type.leading,
                      .draw =
                          [line = std::move(set[i]), style, width](Canvas& page, float x, float top) {
                              const float base = baseLine(top, line.style), size = line.style.size;
                              const float wide = page.font().width(line.text) * size * style.spread;
                              if (style.spread > 1)
                                  return page.spread(leftOf(style.align, x, width, std::min(wide, width)), base, size,
                                                     std::min(wide, width), line.text, line.style.weight,
                                                     line.style.colour);
                              const float anchor = leftOf(style.align, x, width, 0);
                              page.text(anchor, base, size, line.text, style.align, line.style.weight,
                                        line.style.colour);
                          },
                      .need = hasPartner ? 2 * type.leading : 0});
    }
    if (style.after > 0) to.push_back({style.after});
}

void Typesetter::add(Pieces& to, const Space& space, float, const Scope&) {
    to.push_back({space.height});
}

void Typesetter::add(Pieces& to, const Rule& rule, float width, const Scope&) {
    to.push_back({rule.width, [rule, width](Canvas& page, float x, float top) {
                      page.line(x, top - rule.width / 2, x + width, top - rule.width / 2, rule.width, rule.colour);
                  }});
}

void Typesetter::add(Pieces& to, const Box& box, float width, const Scope& scope) {
    Pieces inside = set(box.blocks, width - 2 * box.padding, scope);
    const float height = heightOf(inside) + 2 * box.padding;
    to.push_back({height, [&box, width, height, inside = std::move(inside)](Canvas& page, float x, float top) {
                      page.frame(x, top - height, width, height, box.line, box.colour);
                      drawStack(inside, page, x + box.padding, top - box.padding);
                  }});
}

void Typesetter::add(Pieces& to, const Columns& columns, float, const Scope& scope) {
    std::vector<std::pair<float, Pieces>> stacks;
    float height = 0, used = 0;
    for (const Column& column : columns.columns) {
        stacks.emplace_back(used, set(column.blocks, column.width, scope));
        used += column.width + columns.gap;
        height = std::max(height, heightOf(stacks.back().second));
    }
    if (height == 0) return;
    to.push_back({height, [stacks = std::move(stacks)](Canvas& page, float x, float top) {
                      for (const auto& [offset, pieces] : stacks) drawStack(pieces, page, x + offset, top);
                  }});
}

void Typesetter::add(Pieces& to, const When& when, float width, const Scope& scope) {
    if (!hold(when.conditions, scope)) return;
    for (const Block& block : when.blocks) add(to, block, width, scope);
}

const Data::List* Typesetter::listOf(const Path& path, const Scope& scope) const {
    const Data* const data = path.find(scope);
    if (data == nullptr || data->blank()) return nullptr;
    if (data->list() == nullptr)
        throw LayoutError(path.position().line, path.position().column, "\"" + path.name() + "\" is no list");
    return data->list();
}

void Typesetter::add(Pieces& to, const Each& each, float width, const Scope& scope) {
    const Data::List* const items = listOf(each.list, scope);
    if (items == nullptr) return;
    Scope inner = scope;
    inner.rows.emplace_back();
    for (const Data& item : *items) {
        inner.rows.back() = {&item, inner.rows.back().number + 1};
        for (const Block& block : each.blocks) add(to, block, width, inner);
    }
}

void Typesetter::add(Pieces& to, const Together& together, float width, const Scope& scope) {
    Pieces inside = set(together.blocks, width, scope);
    if (inside.empty()) return;
    float sum = 0;
    for (const Piece& piece : inside) sum += countedTogether(piece);
    inside.front().need = std::max(inside.front().need, sum);
    std::ranges::move(inside, std::back_inserter(to));
}

void Typesetter::add(Pieces& to, const Seal& seal, float width, const Scope& scope) {
    constexpr float below = 4, aboveText = 6;
    const float room = 2 * seal.radius - seal.overlap + below;
    const std::string name = seal.name.print(scope), underStar = seal.underStar.print(scope);
    const auto drawn = [this, &seal, name, underStar, width](Canvas& page, float x, float top) {
        if (!sealed_) return;
        const float centreX = x + width - seal.radius - seal.inset, centreY = top + seal.overlap - seal.radius;
        drawSeal(document_, page, {centreX, centreY, seal.radius}, name, underStar);
        seal_ = {page.page(), {centreX - seal.radius, centreY - seal.radius, centreX + seal.radius, centreY + seal.radius}};
    };
    Pieces beside = set(seal.beside, std::max(width - 2 * seal.radius - seal.inset - sealGap, 1.0F), scope);
    const float height = heightOf(beside) + aboveText;
    if (height <= room) {
        to.push_back({room, [drawn, beside = std::move(beside)](Canvas& page, float x, float top) {
                          drawStack(beside, page, x, top - aboveText);
                          drawn(page, x, top);
                      }});
        return;
    }
    to.push_back({room, drawn});
    std::ranges::move(set(seal.beside, width, scope), std::back_inserter(to));
}

void Typesetter::add(Pieces& to, const QrCode& code, float width, const Scope& scope) {
    const std::string text = code.text.print(scope);
    if (text.empty()) return;
    to.push_back({code.side, [this, text, &code, width](Canvas& page, float x, float top) {
                      drawQrCode(document_, page, leftOf(code.align, x, width, code.side), top - code.side, code.side,
                                 text);
                  }});
}

void Typesetter::add(Pieces& to, const BarCode& code, float width, const Scope& scope) {
    to.push_back({code.height, [text = code.text.print(scope), &code, width](Canvas& page, float x, float top) {
                      if (!text.empty()) drawCode128(page, x, top - code.height, width, code.height, text);
                  }});
}

HPDF_Dict Typesetter::object(const Picture& picture) {
    const auto [found, isNew] = pictures_.emplace(&picture, nullptr);
    if (!isNew) return found->second;
    const std::string head = "/Type /XObject /Subtype /Image /BitsPerComponent 8 /Width " +
                             std::to_string(picture.width) + " /Height " + std::to_string(picture.height);
    std::string mask;
    if (!picture.opacity.empty())
        mask = " /SMask " + Document::reference(document_.addCompressed(head + " /ColorSpace /DeviceGray",
                                                                        picture.opacity));
    found->second = document_.addCompressed(head + " /ColorSpace /DeviceRGB" + mask, picture.colours);
    found->second->header.obj_class |= HPDF_OSUBCLASS_XOBJECT;
    return found->second;
}

void Typesetter::add(Pieces& to, const Image& image, float width, const Scope&) {
    to.push_back({image.height, [this, &image, width](Canvas& page, float x, float top) {
                      page.image(object(*image.picture), leftOf(image.align, x, width, image.width), top - image.height,
                                 image.width, image.height);
                  }});
}

void Typesetter::add(Pieces& to, const Labels& labels, float, const Scope& scope) {
    const Data::List* const items = listOf(labels.list, scope);
    if (items == nullptr) return;
    Scope inner = scope;
    inner.rows.emplace_back();
    std::vector<Pieces> stacks;
    for (std::size_t i = 0; i < items->size(); ++i) {
        inner.rows.back() = {&(*items)[i], i + 1};
        stacks.push_back(set(labels.blocks, labels.width - 2 * labels.padding, inner));
        // A label has no second page: what would not fit is left out.
        const float most = labels.height - labels.padding;
        float height = 0;
        std::erase_if(stacks.back(), [&](const Piece& piece) { return (height += piece.height) > most; });
        if (stacks.size() < labels.columns && i + 1 < items->size()) continue;
        const bool startsPage = (i / labels.columns) % labels.rows == 0;
        to.push_back({.height = labels.height,
                      .draw =
                          [&labels, stacks = std::move(stacks)](Canvas& page, float x, float top) {
                              for (const Pieces& stack : stacks) {
                                  drawStack(stack, page, x + labels.padding, top - labels.padding);
                                  x += labels.width;
                              }
                          },
                      .startsPage = startsPage});
        stacks.clear();
    }
}

void Typesetter::add(Pieces& to, const NewPage&, float, const Scope&) {
    to.push_back({.startsPage = true});
}

}  // namespace touchstone::reports
