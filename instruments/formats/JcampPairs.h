#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

/// Tables of groups of numbers: (XY..XY), (XYA), (XYMA) … of JCAMP-DX.
namespace touchstone::instruments::jcamp {

/// Which place in a group holds x and y; y at `width` or beyond: the groups have none.
struct GroupForm {
    std::size_t width = 2;
    std::size_t x = 0, y = 1;
    bool bracketed = false;   ///< groups stand in brackets, texts in <> or between commas are among them: assignments
    char point = '.';
};

struct Pairs {
    std::vector<double> x, y;        ///< before factors; NaN where missing
    std::size_t unreadable = 0;      ///< texts where numbers should be
    std::size_t firstUnreadable = 0; ///< in the table
    bool incomplete = false;         ///< the last group, or a row, has too few numbers
};

[[nodiscard]] Pairs readPairs(std::string_view table, const GroupForm& form);

}  // namespace touchstone::instruments::jcamp
