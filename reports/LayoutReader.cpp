#include "reports/LayoutReader.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "reports/Layout.h"
#include "reports/Text.h"

namespace touchstone::reports {
namespace {

using xml::Element;

constexpr float leastRoom = mm(5), leastBody = mm(20);
constexpr TextStyle headStyle{9, 12, Weight::bold, black};

[[noreturn]] void refuse(const Element& element, const std::string& what) {
    throw LayoutError(element.line, element.column, "<" + element.name + ">: " + what);
}

float number(const std::string& text) {
    float value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

float length(const Element& element, const char* attribute) {
    return mm(number(element.at(attribute)));
}

std::size_t whole(const Element& element, const char* attribute) {
    return static_cast<std::size_t>(number(element.at(attribute)));
}

bool isTrue(const std::string& text) {
    return text == "true" || text == "1";
}

Align align(const Element& element) {
    const std::string& name = element.at("align");
    return name == "left" ? Align::left : name == "centre" ? Align::centre : Align::right;
}

Colour colour(const std::string& text) {
    const auto part = [&](std::size_t at) {
        int value = 0;
        std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
        return static_cast<float>(value) / 255.0F;
    };
    return {part(1), part(3), part(5)};
}

// What indents the XML is not printed.
std::string withoutIndents(const std::string& text) {
    constexpr std::string_view blanks = " \t\r";
    std::string out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        const std::size_t first = line.find_first_not_of(blanks);
        if (at > 0) out += '\n';
        if (first != std::string::npos) out += line.substr(first, line.find_last_not_of(blanks) - first + 1);
        at = end + 1;
    }
    return out;
}

std::string millimetres(float points) {
    const long tenths = std::lround(points / mm(0.1));
    return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " mm";
}

std::string fromBase64(const Element& element) {
    std::string digits;
    for (const char c : element.text)
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') digits += c;
    std::string bytes(digits.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(digits.data()),
                                       static_cast<int>(digits.size()));
    if (digits.size() % 4 != 0 || length < 0) refuse(element, "this is no base64");
    return bytes;
}

}  // namespace

void LayoutReader::read(const Element& layout) {
    tree_.title = layout.at("title");
    tree_.language = layout.at("language");
    tree_.separator = layout.at("separator");
    page(layout.child("page"));
    const float room = tree_.width - tree_.left - tree_.right;
    for (const Element& part : layout.children) {
        if (part.name == "style") {
            if (!styles_.emplace(part.at("name"), style(part)).second) refuse(part, "this name is taken");
        } else if (part.name == "words" || part.name == "date") {
            words(part);
        } else if (part.name == "picture") {
            picture(part);
        } else if (part.name == "watermark") {
            tree_.watermark = textOf(part);
        } else if (part.name == "edge-seal") {
            edgeSeal(part);
        } else if (part.name == "first-head") {
            tree_.firstHead = stacked(part, room);
        } else if (part.name == "head") {
            tree_.head = stacked(part, room);
        } else if (part.name == "foot") {
            tree_.footBlocks = stacked(part, room);
        } else if (part.name == "body") {
            flowing_ = true;
            tree_.body = blocks(part, room);
        }
    }
    if (std::ranges::none_of(layout.children, [](const Element& part) { return part.name == "first-head"; }))
        tree_.firstHead = tree_.head;
}

void LayoutReader::page(const Element& element) {
    tree_.width = length(element, "width");
    tree_.height = length(element, "height");
    tree_.left = length(element, "left");
    tree_.right = length(element, "right");
    tree_.top = length(element, "top");
    tree_.bottom = length(element, "bottom");
    tree_.foot = length(element, "foot");
    requireRoom(element, tree_.left + tree_.right + leastBody, tree_.width, "the margins leave no room at width");
    requireRoom(element, tree_.top + tree_.bottom + leastBody, tree_.height, "the margins leave no room at height");
    if (tree_.foot > tree_.bottom) refuse(element, "the foot begins above bottom; make bottom larger or foot smaller");
}

void LayoutReader::words(const Element& element) {
    Format format;
    if (element.name == "date") {
        format.date = std::make_shared<Expression>(textOf(element));
    } else {
        format.keepsOthers = element.at("other") == "keep";
        for (const Element& word : element.children)
            if (!format.words.emplace(word.at("code"), withoutIndents(word.text)).second)
                refuse(word, "this code is there already");
    }
    if (!tree_.formats.emplace(element.at("name"), std::move(format)).second) refuse(element, "this name is taken");
}

void LayoutReader::picture(const Element& element) {
    std::variant<Picture, std::string> read = readPng(fromBase64(element));
    if (const std::string* const problem = std::get_if<std::string>(&read)) refuse(element, *problem);
    if (!tree_.pictures.emplace(element.at("name"), std::get<Picture>(std::move(read))).second)
        refuse(element, "this name is taken");
}

void LayoutReader::edgeSeal(const Element& element) {
    tree_.edgeSeal.push_back({expression(element, element.at("text")), expression(element, element.at("under")),
                              length(element, "radius"), length(element, "centre"), whole(element, "pages")});
    const EdgeSeal& seal = tree_.edgeSeal.back();
    requireRoom(element, seal.height + seal.radius, tree_.height, "it begins above the paper");
    if (seal.height < seal.radius) refuse(element, "it ends below the paper; make centre larger");
}

Blocks LayoutReader::stacked(const Element& parent, float width) {
    const bool before = std::exchange(flowing_, false);
    Blocks read = blocks(parent, width);
    flowing_ = before;
    return read;
}

Blocks LayoutReader::blocks(const Element& parent, float width) {
    if (width < leastRoom) refuse(parent, "there is no room left at width");
    const float before = std::exchange(width_, width);
    Blocks read;
    read.reserve(parent.children.size());
    for (const Element& child : parent.children) read.push_back(block(child));
    width_ = before;
    return read;
}

Block LayoutReader::block(const Element& element) {
    const auto made = [&](auto content) { return Block{std::move(content), {element.line, element.column}}; };
    const std::string& name = element.name;
    if (name == "p") return made(paragraph(element));
    if (name == "space") return made(Space{length(element, "height")});
    if (name == "rule") return made(Rule{number(element.at("width")), colour(element.at("colour"))});
    if (name == "box") return made(box(element));
    if (name == "columns") return made(columns(element));
    if (name == "fields") return made(fields(element));
    if (name == "table") return made(table(element));
    if (name == "when") return made(When{{condition(element)}, blocks(element, width_)});
    if (name == "each") return made(each(element));
    if (name == "seal") return made(seal(element));
    if (name == "image") return made(image(element));
    if (name == "labels") return made(labels(element));
    if (name == "barcode") return made(BarCode{textOf(element), length(element, "height")});
    if (name == "qr") {
        requireRoom(element, length(element, "side"), width_, "it is wider than its place");
        return made(QrCode{textOf(element), length(element, "side"), align(element)});
    }
    requireFlow(element);
    if (name == "together") return made(Together{blocks(element, width_)});
    return made(NewPage{});
}

Paragraph LayoutReader::paragraph(const Element& element) const {
    ParagraphStyle set;
    set.text = style(element);
    set.align = align(element);
    set.before = length(element, "before");
    set.after = length(element, "after");
    set.spread = number(element.at("spread"));
    if (const auto least = element.find("least")) set.least = number(*least);
    set.cut = isTrue(element.at("cut"));
    return {textOf(element), set};
}

Box LayoutReader::box(const Element& element) {
    const float padding = length(element, "padding");
    return {number(element.at("line")), padding, colour(element.at("colour")),
            stacked(element, width_ - 2 * padding)};
}

Columns LayoutReader::columns(const Element& element) {
    Columns out;
    out.gap = length(element, "gap");
    float left = width_ - out.gap * static_cast<float>(element.children.size() - 1);
    std::size_t sharing = 0;
    for (const Element& column : element.children) {
        const auto width = column.find("width");
        if (width) left -= mm(number(*width));
        if (!width) ++sharing;
    }
    if (left < -0.1F || (sharing > 0 && left < leastRoom * static_cast<float>(sharing)))
        refuse(element, "its columns are wider than the room they have, " + millimetres(width_));
    for (const Element& column : element.children) {
        const auto width = column.find("width");
        const float points = width ? mm(number(*width)) : left / static_cast<float>(sharing);
        out.columns.push_back({points, stacked(column, std::max(points, leastRoom))});
    }
    return out;
}

Fields LayoutReader::fields(const Element& element) const {
    Fields out;
    out.columns = whole(element, "columns");
    out.labelWidth = length(element, "label-width");
    out.englishBeside = element.at("english") == "beside";
    out.widen = isTrue(element.at("widen"));
    out.framed = isTrue(element.at("framed"));
    out.align = align(element);
    out.value = style(element);
    out.label = named(element, "label-style", {});
    out.after = length(element, "after");
    requireRoom(element, out.labelWidth + leastRoom, width_ / static_cast<float>(out.columns),
                "label-width leaves no room for values");
    addFields(out.fields, element, {});
    return out;
}

void LayoutReader::addFields(std::vector<Field>& to, const Element& parent, const Conditions& conditions) const {
    for (const Element& child : parent.children) {
        if (child.name == "when") {
            Conditions all = conditions;
            all.push_back(condition(child));
            addFields(to, child, all);
        } else {
            to.push_back({expression(child, child.at("label")), expression(child, child.at("english")), textOf(child),
                          whole(child, "span"), conditions});
        }
    }
}

Table LayoutReader::table(const Element& element) {
    requireFlow(element);
    Table out{path(element, element.at("list")), {}, {}, {}, {}, {}, named(element, "head-style", headStyle)};
    for (const Element& child : element.children) {
        if (child.name == "empty") out.empty = textOf(child);
        if (child.name == "end") out.end = textOf(child);
    }
    loops_.push_back(element.at("as"));
    addColumns(out.columns, element, {}, out.head);
    for (const Element& child : element.children) {
        if (child.name == "flag") out.flag.push_back(condition(child));
        if (child.name != "group") continue;
        out.group.push_back({path(child, child.at("by")), expression(child, child.at("heading")),
                             expression(child, child.at("continued")), {}});
        if (const auto alone = child.find("unless-alone")) out.group.back().unlessAlone.push_back(path(child, *alone));
    }
    loops_.pop_back();
    float shares = 0;
    for (const TableColumn& column : out.columns) shares += column.share;
    for (const TableColumn& column : out.columns)
        requireRoom(element, leastRoom, width_ * column.share / shares, "a column is too narrow; give it a larger share");
    return out;
}

void LayoutReader::addColumns(std::vector<TableColumn>& to, const Element& parent, const Conditions& conditions,
                              const TextStyle& head) {
    for (const Element& child : parent.children) {
        if (child.name == "when") {
            Conditions all = conditions;
            all.push_back(condition(child));
            addColumns(to, child, all, head);
        } else if (child.name == "column") {
            TableColumn column;
            column.share = number(child.at("share"));
            column.head = expression(child, child.at("head"));
            column.english = expression(child, child.at("english"));
            column.value = textOf(child);
            column.align = align(child);
            column.style = style(child);
            column.flagged = named(child, "flagged-style", column.style);
            column.conditions = conditions;
            to.push_back(std::move(column));
        }
    }
}

Seal LayoutReader::seal(const Element& element) {
    requireFlow(element);
    Seal out{expression(element, element.at("text")), expression(element, element.at("under")),
             length(element, "radius"), length(element, "inset"), length(element, "overlap"), {}};
    requireRoom(element, 2 * out.radius + out.inset, width_, "it is wider than its place");
    if (out.overlap > 2 * out.radius) refuse(element, "it lies wholly over what stands above it; make overlap smaller");
    if (!element.children.empty()) out.beside = stacked(element, width_ - 2 * out.radius - out.inset - sealGap);
    return out;
}

Image LayoutReader::image(const Element& element) const {
    const auto found = tree_.pictures.find(element.at("picture"));
    if (found == tree_.pictures.end()) refuse(element, "no <picture> is named \"" + element.at("picture") + "\"");
    const Picture& picture = found->second;
    const float ratio = static_cast<float>(picture.width) / static_cast<float>(picture.height);
    const auto width = element.find("width"), height = element.find("height");
    if (!width && !height) refuse(element, "give it a width or a height");
    Image out{&picture, 0, 0, align(element)};
    out.width = width ? mm(number(*width)) : mm(number(*height)) * ratio;
    out.height = height ? mm(number(*height)) : out.width / ratio;
    requireRoom(element, out.width, width_, "it is wider than its place");
    requireRoom(element, out.height, tree_.height - tree_.top - tree_.bottom, "it is higher than a page");
    return out;
}

Labels LayoutReader::labels(const Element& element) {
    requireFlow(element);
    Labels out{path(element, element.at("list")), whole(element, "columns"), whole(element, "rows"),
               length(element, "width"), length(element, "height"), length(element, "padding"), {}};
    requireRoom(element, out.width * static_cast<float>(out.columns), width_, "they are wider than the page's room");
    requireRoom(element, out.height * static_cast<float>(out.rows), tree_.height - tree_.top - tree_.bottom,
                "they are higher than the page's room");
    requireRoom(element, 2 * out.padding + mm(1), out.height, "the padding fills the label");
    loops_.push_back(element.at("as"));
    out.blocks = stacked(element, out.width - 2 * out.padding);
    loops_.pop_back();
    return out;
}

Each LayoutReader::each(const Element& element) {
    Each out{path(element, element.at("list")), {}};
    loops_.push_back(element.at("as"));
    out.blocks = blocks(element, width_);
    loops_.pop_back();
    return out;
}

void LayoutReader::requireFlow(const Element& element) const {
    if (!flowing_) refuse(element, "it stands in the body and not inside columns, boxes, labels, heads and feet");
}

void LayoutReader::requireRoom(const Element& element, float needed, float room, const std::string& what) const {
    constexpr float tolerance = 0.1F;
    if (needed > room + tolerance)
        refuse(element, what + " (" + millimetres(needed) + " of " + millimetres(room) + ")");
}

Expression LayoutReader::expression(const Element& element, const std::string& text) const {
    return {text, loops_, tree_.formats, tree_.separator, {element.line, element.column}};
}

Expression LayoutReader::textOf(const Element& element) const {
    return expression(element, withoutIndents(element.text));
}

Path LayoutReader::path(const Element& element, const std::string& text) const {
    return {text, loops_, {element.line, element.column}};
}

Condition LayoutReader::condition(const Element& element) const {
    using Kind = Condition::Kind;
    const auto is = element.find("is"), isNot = element.find("is-not"), present = element.find("present");
    if (int{is.has_value()} + int{isNot.has_value()} + int{present.has_value()} > 1)
        refuse(element, "one of is, is-not and present is enough; put one condition inside the other");
    const Kind kind = is ? Kind::is : isNot ? Kind::isNot : present && !isTrue(*present) ? Kind::absent : Kind::present;
    return {path(element, element.at("path")), kind, is ? *is : isNot.value_or("")};
}

TextStyle LayoutReader::named(const Element& element, const char* attribute, TextStyle otherwise) const {
    const auto name = element.find(attribute);
    if (!name) return otherwise;
    const auto found = styles_.find(*name);
    if (found == styles_.end()) refuse(element, "no <style> is named \"" + *name + "\"");
    return found->second;
}

TextStyle LayoutReader::style(const Element& element, TextStyle base) const {
    TextStyle out = named(element, "style", base);
    constexpr float usualLeading = 1.42F;
    if (const auto size = element.find("size")) {
        out.size = number(*size);
        out.leading = out.size * usualLeading;
    }
    if (const auto leading = element.find("leading")) out.leading = number(*leading);
    if (const auto weight = element.find("weight")) out.weight = *weight == "bold" ? Weight::bold : Weight::normal;
    if (const auto value = element.find("colour")) out.colour = colour(*value);
    return out;
}

}  // namespace touchstone::reports
