#include "reports/Layout.h"

#include <fstream>

#include "instruments/formats/Xml.h"
#include "reports/LayoutReader.h"
#include "reports/LayoutSchema.h"
#include "reports/LayoutTree.h"

namespace touchstone::reports {

Layout Layout::read(std::string_view document) {
    // Deep and wide enough for any paper; what is more was not made by a person.
    constexpr xml::Limits limits{.bytes = mostBytes, .depth = 32, .elements = 5000};
    try {
        auto tree = std::make_shared<LayoutTree>();
        LayoutReader(*tree).read(xml::parseBy(layoutSchema(), document, limits));
        return Layout(std::move(tree));
    } catch (const xml::Fault& fault) {
        throw LayoutError(fault.line(), fault.column(), fault.what());
    }
}

Layout Layout::load(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file);
    return read(std::string{std::istreambuf_iterator<char>(in), {}});
}

const std::string& Layout::title() const {
    return tree_->title;
}

const std::string& Layout::language() const {
    return tree_->language;
}

}  // namespace touchstone::reports
