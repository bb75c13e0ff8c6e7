#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instruments/formats/Table.h"

namespace touchstone::instruments {

struct SheetPlace {
    std::size_t row = 0;     ///< from 1
    std::size_t column = 0;  ///< from 0
};

/// Makes a Sheet of the cells of a workbook, whatever kind of file it came in. They may come in any order; a cell of
/// blanks is left out.
class SheetBuilder {
public:
    class TooLarge {};

    /// room: how many bytes of text the sheets of the workbook may hold from here on, all together. Where they hold
    /// more, TooLarge is thrown.
    explicit SheetBuilder(std::size_t& room) : room_(room) {}

    void add(SheetPlace place, std::string_view text, bool binary = false);
    /// A text that many cells share is kept once.
    void addShared(SheetPlace place, std::size_t index, std::string_view text);
    /// The text in an area's first row and column stands in all rows of that column.
    void merge(std::size_t column, std::size_t firstRow, std::size_t lastRow);
    /// span: of every cell.
    [[nodiscard]] Sheet finish(const std::string& name, Span span);

private:
    struct Entry {
        std::size_t row;
        Sheet::Cell cell;
    };
    struct Merged {
        std::size_t column, first, last;
    };
    using Part = std::pair<std::size_t, std::size_t>;  ///< of texts_

    Part keep(std::string_view text);
    void put(SheetPlace place, Part part, bool binary);
    void repeatMerged();

    std::size_t& room_;
    std::string texts_;
    std::vector<Entry> entries_;
    std::vector<Merged> merged_;
    std::map<std::size_t, Part> shared_;
};

}  // namespace touchstone::instruments
