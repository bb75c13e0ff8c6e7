#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// An element of a report and where it stands in the raw bytes. Names are without namespaces.
struct XmlNode {
    std::string name;
    std::string text;  ///< its own, without blanks at both ends
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlNode> children;
    Span span;

    /// The first child of that name, or null.
    [[nodiscard]] const XmlNode* child(std::string_view wanted) const;
    /// The same, or an element without anything.
    [[nodiscard]] const XmlNode& childOrEmpty(std::string_view wanted) const;
    /// The text of that child; empty where there is none.
    [[nodiscard]] std::string_view textOf(std::string_view wanted) const;
    [[nodiscard]] std::string_view attribute(std::string_view wanted) const;
};

/// How many elements a report may have; bounds the memory that trees take.
constexpr std::size_t mostElements = 500'000;

/// A whole report in memory. A Finding where it is not well formed or too large.
[[nodiscard]] std::variant<XmlNode, Finding> readXmlTree(std::string_view bytes);
/// The same for one of several reports; takes its elements off those that are left.
[[nodiscard]] std::variant<XmlNode, Finding> readXmlTree(std::string_view bytes, std::size_t& elementsLeft);

/// A Reading that `read` makes of the tree, or which is refused as there is none.
[[nodiscard]] Reading readReport(const char* format, std::string_view bytes,
                                 const std::function<void(const XmlNode& root, Reading&)>& read);

}  // namespace touchstone::instruments
