#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// A plate as instruments print it: a row of column numbers 1 2 3 …, below it rows that begin with the letters A B C …
/// (up to AF, or a … f behind Z where there are 48 columns), each of one or more lines. Lines of a well may be blank
/// where the next letter shows that more belong to it. Lines drawn of '_' may stand above
/// and below them, several plates side by side.
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
    std::size_t row = 0, column = 0;          ///< of the column number 1; row: index in the sheet
    std::string title;                        ///< the last text above it that is of no plate
    std::string corner;                       ///< where letters and numbers meet
    std::vector<std::string> cornerCaptures;  ///< of the pattern "corner"
    std::vector<Line> lines;
    std::vector<Well> wells;  ///< those that hold a text
    std::optional<std::size_t> uneven;  ///< a row of which it cannot be told which wells it is of
};

/// "A" … "Z", "AA" … "AF" of the rows from 0.
[[nodiscard]] std::string rowLetters(std::size_t row);

/// Takes those between two rows of a sheet (last is behind) whose corner and lines fit, one after the other.
void eachPlate(const Sheet& sheet, std::size_t first, std::size_t last, const Section::Plate& wanted,
               const std::function<void(const Plate&)>& take);

}  // namespace touchstone::instruments
