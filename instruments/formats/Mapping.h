#pragma once
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Line.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// What an instrument does its own way. Read from a JSON file that an administrator writes; every key may be left out:
///   "encoding"    charset of its texts, "auto" (default) or "auto-gb"; see Text.h
///   "decimal"     "." (default) or ","
///   "fields"      for astm and hl7: where to take specimen, code and value from, such as
///                 {"specimen": "O.3.2", "code": "R.3.2 R.3.7 R.3.8", "value": "R.4.1"} or {"specimen": "OBR-2"};
///                 several places are joined with '^', empty ones left out
///   "delimiter"   for csv: one character or "tab"; default: the most frequent of , ; tab | in the first line
///   "header_row"  for csv: number of the line with the column names, from 1; 0: there is none
///   "columns"     for csv: {"specimen": "Sample ID", "value": 7, …} column names or numbers from 1; keys: specimen,
///                 position, code, name, value, unit, flags, status, observed_at, operator, instrument
///   "constants"   for csv: {"unit": "mg/L"} the same keys with a fixed text
///   "wide"        for csv: [{"column": "Pb", "code": "Pb", "unit": "mg/kg"}] several values in one row
///   "template"    for lines of devices without a protocol: a regular expression, or {"pattern": it, "code": "pH", …}
///                 with fixed texts; see Line.h
struct Mapping {
    struct WideColumn {
        std::string column, code, unit;
    };
    std::string encoding{};
    char decimal = '.';
    std::map<std::string, std::string> fields{};
    char delimiter = 0;
    std::size_t headerRow = 1;
    std::map<std::string, std::string> columns{};  ///< a number is written "#7"
    std::map<std::string, std::string> constants{};
    std::vector<WideColumn> wide{};
    LineTemplate line{};

    [[nodiscard]] static std::variant<Mapping, Finding> parse(std::string_view json);
};

}  // namespace touchstone::instruments
