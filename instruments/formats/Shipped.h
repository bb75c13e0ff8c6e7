#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// A mapping that comes with the library: a file of instruments/mappings, compiled in.
struct ShippedMapping {
    std::string name;  ///< of its file without .json
    Mapping mapping;
};

/// By name. Safe to call from many threads.
[[nodiscard]] const std::vector<ShippedMapping>& shippedMappings();
[[nodiscard]] const ShippedMapping* shippedMapping(std::string_view name);

/// Whether a mapping's "recognise" fits; never where it says nothing.
[[nodiscard]] bool recognises(const Mapping& mapping, const std::vector<Sheet>& sheets);

/// The first that recognises the sheets of a workbook, or the beginning of a delimited text under its own delimiter.
[[nodiscard]] const ShippedMapping* recogniseWorkbook(const std::vector<Sheet>& sheets);
[[nodiscard]] const ShippedMapping* recogniseText(const Text& text);

}  // namespace touchstone::instruments
