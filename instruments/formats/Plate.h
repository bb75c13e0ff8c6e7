#pragma once
#include <string>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// A plate as instruments print it: a row of column numbers 1 2 3 …, below it rows that begin with the letters A B C …
/// (up to AF), each of one or more lines.
struct Plate {
    struct Line {
        std::string text;                   ///< at its right end; its number within the well where there is none
        std::vector<std::string> captures;  ///< of the pattern "line"
    };
    struct Well {
        std::string position;               ///< "A1" … "AF48"
        std::size_t line = 0;               ///< index of its Line
        const Sheet::Cell* cell = nullptr;  ///< belongs to the sheet
    };
    std::vector<Line> lines;
    std::vector<Well> wells;  ///< those that hold a text
};

/// Those between two rows of a sheet (last is behind) whose corner and lines fit.
[[nodiscard]] std::vector<Plate> findPlates(const Sheet& sheet, std::size_t first, std::size_t last,
                                            const Section::Plate& wanted);

}  // namespace touchstone::instruments
