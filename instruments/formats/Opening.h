#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// The first characters of a text for looking at, not for reading: UTF-16 is told by its mark or by its zero bytes,
/// what is not ASCII becomes '?' there; other bytes are given as they are, without their mark.
[[nodiscard]] std::string opening(std::string_view bytes, std::size_t characters);

/// The first start tag of an XML document as far as it can be told without parsing.
struct RootTag {
    std::string name;  ///< without prefix; empty where the bytes are not XML
    std::string text;  ///< the whole tag, with its namespaces and attributes
};
[[nodiscard]] RootTag rootTag(std::string_view bytes);

/// Where the tag begins that ends at `end`, in a document of one or of two bytes for a '<'.
[[nodiscard]] std::size_t tagBegin(std::string_view document, std::size_t end);

}  // namespace touchstone::instruments
