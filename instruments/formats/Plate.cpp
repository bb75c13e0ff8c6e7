#include "instruments/formats/Plate.h"

#include <algorithm>
#include <optional>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostColumns = 48, mostRows = 32;  // 1536 wells

/// Where the column numbers stand.
struct Head {
    std::size_t column = 0, count = 0;  ///< of "1"; how many
};

bool isNumber(const std::string& text, std::size_t number) {
    const std::string wanted = std::to_string(number);
    return text == wanted || text == wanted + ".0" || text == "0" + wanted;
}

/// One cell alone is no row of column numbers, and in the first column there is no room for letters.
std::optional<Head> headOf(const Sheet& sheet, std::size_t row) {
    const auto cells = sheet.cells(row);
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
        if (cells[i].column == 0 || !isNumber(sheet.text(cells[i]), 1)) continue;
        std::size_t count = 1;
        while (i + count < cells.size() && count < mostColumns && cells[i + count].column == cells[i].column + count &&
               isNumber(sheet.text(cells[i + count]), count + 1)) {
            ++count;
        }
        if (count > 1) return Head{cells[i].column, count};
    }
    return std::nullopt;
}

/// "A" 0 … "Z" 25, "AA" 26 … "AF" 31.
std::optional<std::size_t> letterOf(const std::string& text) {
    std::size_t index = 0;
    if (text.empty() || text.size() > 2) return std::nullopt;
    for (const char c : text) {
        if (c < 'A' || c > 'Z') return std::nullopt;
        index = index * 26 + static_cast<std::size_t>(c - 'A') + 1;
    }
    return index <= mostRows ? std::optional(index - 1) : std::nullopt;
}

class PlateReader {
public:
    PlateReader(const Sheet& sheet, const Section::Plate& wanted, Head head)
        : sheet_(sheet), wanted_(wanted), head_(head) {}

    /// Behind its last row.
    std::size_t read(std::size_t row, std::size_t last) {
        std::optional<std::size_t> index;
        std::size_t begun = 0;
        std::string letter;
        for (; row < last; ++row) {
            const std::string label = sheet_.text(row, head_.column - 1);
            const auto next = letterOf(label);
            if (next && (!index || *next > *index)) {
                index = next;
                letter = label;
                begun = sheet_.number(row);
            } else if (!label.empty() || !index || sheet_.number(row) != sheet_.number(row - 1) + 1) {
                break;
            }
            readLine(row, letter, sheet_.number(row) - begun + 1);
        }
        return row;
    }
    Plate take() { return std::move(plate_); }

private:
    void readLine(std::size_t row, const std::string& letter, std::size_t number) {
        std::string text;
        for (const Sheet::Cell& cell : sheet_.cells(row)) {
            if (cell.column >= head_.column + head_.count && text.empty()) text = sheet_.text(cell);
        }
        if (text.empty()) text = std::to_string(number);
        auto captures = match(wanted_.line, text);
        if (!captures || std::ranges::any_of(wanted_.except, [&](const auto& p) { return match(p, text).has_value(); }))
            return;
        plate_.lines.push_back({text, std::move(*captures)});
        for (const Sheet::Cell& cell : sheet_.cells(row)) {
            if (cell.column < head_.column || cell.column >= head_.column + head_.count) continue;
            const std::string position = letter + std::to_string(cell.column - head_.column + 1);
            plate_.wells.push_back({position, plate_.lines.size() - 1, &cell});
        }
    }

    const Sheet& sheet_;
    const Section::Plate& wanted_;
    Head head_;
    Plate plate_;
};

}  // namespace

std::vector<Plate> findPlates(const Sheet& sheet, std::size_t first, std::size_t last, const Section::Plate& wanted) {
    std::vector<Plate> found;
    for (std::size_t row = first; row < last;) {
        const auto head = headOf(sheet, row++);
        if (!head || !match(wanted.corner, sheet.text(row - 1, head->column - 1))) continue;
        PlateReader reader(sheet, wanted, *head);
        const std::size_t end = reader.read(row, last);
        if (end > row) found.push_back(reader.take());
        row = end;
    }
    return found;
}

}  // namespace touchstone::instruments
