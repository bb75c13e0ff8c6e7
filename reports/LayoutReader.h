#pragma once
#include <map>
#include <string>
#include <vector>

#include "instruments/formats/Xml.h"
#include "reports/LayoutTree.h"

namespace touchstone::reports {

/// From the XML of a layout, which keeps to its schema, to its tree. Says with a LayoutError what the schema cannot say:
/// names of nothing, things wider than their room, tables where nothing flows.
class LayoutReader {
public:
    explicit LayoutReader(LayoutTree& tree) : tree_(tree) {}
    void read(const xml::Element& layout);

private:
    void page(const xml::Element& element);
    void words(const xml::Element& element);
    void picture(const xml::Element& element);
    void edgeSeal(const xml::Element& element);

    [[nodiscard]] Blocks blocks(const xml::Element& parent, float width);
    [[nodiscard]] Block block(const xml::Element& element);
    [[nodiscard]] Paragraph paragraph(const xml::Element& element) const;
    [[nodiscard]] Box box(const xml::Element& element);
    [[nodiscard]] Columns columns(const xml::Element& element);
    [[nodiscard]] Fields fields(const xml::Element& element) const;
    void addFields(std::vector<Field>& to, const xml::Element& parent, const Conditions& conditions) const;
    [[nodiscard]] Table table(const xml::Element& element);
    void addColumns(std::vector<TableColumn>& to, const xml::Element& parent, const Conditions& conditions,
                    const TextStyle& head);
    [[nodiscard]] Seal seal(const xml::Element& element);
    [[nodiscard]] Image image(const xml::Element& element) const;
    [[nodiscard]] Labels labels(const xml::Element& element);
    [[nodiscard]] Each each(const xml::Element& element);

    void requireFlow(const xml::Element& element) const;
    void requireRoom(const xml::Element& element, float needed, float room, const std::string& what) const;
    [[nodiscard]] Blocks stacked(const xml::Element& parent, float width);
    [[nodiscard]] Expression expression(const xml::Element& element, const std::string& text) const;
    [[nodiscard]] Expression textOf(const xml::Element& element) const;
    [[nodiscard]] Path path(const xml::Element& element, const std::string& text) const;
    [[nodiscard]] Condition condition(const xml::Element& element) const;
    [[nodiscard]] TextStyle named(const xml::Element& element, const char* attribute, TextStyle otherwise) const;
    [[nodiscard]] TextStyle style(const xml::Element& element, TextStyle base = {}) const;

    LayoutTree& tree_;
    std::map<std::string, TextStyle, std::less<>> styles_;
    std::vector<std::string> loops_;
    float width_ = 0;        ///< of the room that is being filled
    bool flowing_ = false;   ///< what is read may go over pages
};

}  // namespace touchstone::reports
