#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// XML in, over Xerces-C. The one way in, so that the one place is hardened: a document type that declares anything is
/// refused, so there are no entities to expand or to fetch; nothing is ever loaded but the schema that the caller names.
namespace touchstone::xml {

/// An element as it stood; a value type. Names are without namespaces.
struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text;                ///< its own, without blanks at both ends
    std::vector<Element> children;
    std::size_t line = 0;

    [[nodiscard]] std::optional<std::string> find(std::string_view attribute) const;
    /// For attributes that a schema made sure of; throws std::logic_error without it.
    [[nodiscard]] const std::string& at(std::string_view attribute) const;
    /// The first child of that name; throws std::logic_error without one.
    [[nodiscard]] const Element& child(std::string_view child) const;
};

/// The root of a document of at most 16 MB, nested at most 64 deep. With a schema file (XSD without a target namespace)
/// the document must keep to it. Throws Error(BadDocument) with the line and what is wrong there.
[[nodiscard]] Element parse(std::string_view text, const std::optional<std::string>& schemaFile = std::nullopt);

}  // namespace touchstone::xml
