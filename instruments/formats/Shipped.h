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

/// What a file shows of itself at its beginning: the names of its sheets and the first 200 rows of each.
class FirstRows {
public:
    explicit FirstRows(const std::vector<Sheet>& sheets);

    /// Whether a mapping's "recognise" fits; never where it says nothing.
    [[nodiscard]] bool areOf(const Mapping& mapping) const;

private:
    [[nodiscard]] bool hold(const std::string& wanted) const;
    [[nodiscard]] bool holdInOne(const std::vector<std::string>& cells) const;

    std::vector<std::string> texts_;              // names of sheets and whole rows, folded as all texts here
    std::vector<std::vector<std::string>> rows_;  // their cells
};

/// The first that recognises the sheets of a workbook, or the beginning of a delimited text under its own delimiter.
[[nodiscard]] const ShippedMapping* recogniseWorkbook(const std::vector<Sheet>& sheets);
[[nodiscard]] const ShippedMapping* recogniseText(const Text& text);

}  // namespace touchstone::instruments
