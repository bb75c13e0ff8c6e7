#include "instruments/formats/XmlTree.h"

#include <algorithm>

#include "instruments/formats/Opening.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Xml.h"

namespace touchstone::instruments {
namespace {

constexpr xml::Limits limits{.bytes = std::size_t{256} << 20U, .depth = 64};

std::string_view withoutBlanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

class Builder final : public xml::Handler {
public:
    Builder(std::string_view document, std::size_t& left) : document_(document), left_(left) {}

    void start(const xml::Tag& tag) override {
        if (left_ == 0) throw xml::Fault(tag.line(), "more elements than a report has");
        --left_;
        XmlNode& node = open_.back()->children.emplace_back();
        node.name = tag.name();
        node.attributes = tag.attributes();
        node.span.offset = tagBegin(document_, tag.offset());
        open_.push_back(&node);
    }
    void end(const std::string&, std::string text, std::size_t offset) override {
        XmlNode& node = *open_.back();
        node.text = withoutBlanks(text);
        node.span.length = std::max(std::min(offset, document_.size()), node.span.offset) - node.span.offset;
        open_.pop_back();
    }
    XmlNode take() { return std::move(top_.children.front()); }

private:
    std::string_view document_;
    std::size_t& left_;
    XmlNode top_;
    std::vector<XmlNode*> open_{&top_};
};

}  // namespace

const XmlNode* XmlNode::child(std::string_view wanted) const {
    const auto found = std::ranges::find(children, wanted, &XmlNode::name);
    return found == children.end() ? nullptr : &*found;
}

std::string_view XmlNode::textOf(std::string_view wanted) const {
    const XmlNode* const found = child(wanted);
    return found == nullptr ? std::string_view() : std::string_view(found->text);
}

const XmlNode& XmlNode::childOrEmpty(std::string_view wanted) const {
    static const XmlNode empty;
    const XmlNode* const found = child(wanted);
    return found == nullptr ? empty : *found;
}

std::string_view XmlNode::attribute(std::string_view wanted) const {
    const auto found = std::ranges::find(attributes, wanted, &std::pair<std::string, std::string>::first);
    return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

std::variant<XmlNode, Finding> readXmlTree(std::string_view bytes) {
    std::size_t left = mostElements;
    return readXmlTree(bytes, left);
}

std::variant<XmlNode, Finding> readXmlTree(std::string_view bytes, std::size_t& elementsLeft) {
    try {
        Builder builder(bytes, elementsLeft);
        xml::read(bytes, builder, limits);
        return builder.take();
    } catch (const xml::Fault& e) {
        return badXml(e);
    }
}

Reading readReport(const char* format, std::string_view bytes,
                   const std::function<void(const XmlNode& root, Reading&)>& read) {
    Reading reading;
    reading.format = format;
    const auto tree = readXmlTree(bytes);
    if (const auto* const fault = std::get_if<Finding>(&tree)) {
        reading.refused = *fault;
    } else {
        read(std::get<XmlNode>(tree), reading);
    }
    return reading;
}

}  // namespace touchstone::instruments
