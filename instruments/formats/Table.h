#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Text.h"

namespace touchstone::instruments {

/// A grid of texts: a delimited file, or a sheet of a workbook. Cells without text and rows without cells are not
/// kept, so that neither a file of commas nor a cell in the last column of the last row takes memory for what is not
/// there.
class Sheet {
public:
    struct Cell {
        std::uint32_t column = 0;  ///< from 0
        bool binary = false;       ///< a number that a workbook keeps as a double
        std::size_t begin = 0, end = 0;
    };
    struct Row {
        std::size_t number = 0;  ///< from 1, as a person counts lines
        std::size_t first = 0;   ///< of its cells
    };

    /// Takes the text in which cells lie; quoted: cells may stand in quotation marks as RFC 4180 has it; counted: a cell
    /// without text does not show, so that in a row with fewer cells nothing tells which are missing.
    explicit Sheet(std::string name, Text text, bool quoted, bool counted = false)
        : name_(std::move(name)), text_(std::move(text)), quoted_(quoted), counted_(counted) {}

    /// Cells come row by row and column by column; one before the last that came is left out.
    void add(std::size_t rowNumber, Cell cell);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool counted() const { return counted_; }
    [[nodiscard]] const Text& source() const { return text_; }
    [[nodiscard]] std::size_t rowCount() const { return rows_.size(); }
    [[nodiscard]] std::size_t number(std::size_t row) const { return rows_[row].number; }
    [[nodiscard]] std::span<const Cell> cells(std::size_t row) const;
    [[nodiscard]] const Cell* cell(std::size_t row, std::size_t column) const;  ///< null where there is no text
    [[nodiscard]] std::string text(const Cell& cell) const;                     ///< without blanks at its ends
    [[nodiscard]] std::string text(std::size_t row, std::size_t column) const;  ///< "" where there is none
    [[nodiscard]] std::string rowText(std::size_t row) const;  ///< its texts joined with a blank; the first 400 bytes
    [[nodiscard]] Span span(const Cell& cell) const { return text_.wire(cell.begin, cell.end); }
    [[nodiscard]] Span span(std::size_t row) const;

private:
    std::string name_;
    Text text_;
    bool quoted_, counted_;
    std::vector<Row> rows_;
    std::vector<Cell> cells_;
};

/// A delimiter: blanks and tabs, however many. Those at the beginning of a line stand behind an empty cell; there are no
/// quotation marks.
inline constexpr char blanks = '\x01';
[[nodiscard]] constexpr bool isDelimiter(char c, char delimiter) {
    return delimiter == blanks ? c == ' ' || c == '\t' : c == delimiter;
}

/// Splits delimited text (RFC 4180, any line end, ragged rows) into a sheet. delimiter 0: what the line "sep=;" says,
/// else the most frequent of , ; tab | in the first line that holds any. A quotation mark that does not open a cell is
/// a character like others; one that is never closed is a Finding.
[[nodiscard]] std::variant<Sheet, Finding> splitText(Text text, char delimiter);

/// The same of the first 64 KiB, in which a quotation mark may stay open. For a look at what a file is; spans are those
/// of the text.
[[nodiscard]] Sheet splitHead(const Text& text, char delimiter);

}  // namespace touchstone::instruments
