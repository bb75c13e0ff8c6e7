#include "instruments/formats/Plate.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostColumns = 48, mostRows = 32;  // 1536 wells
constexpr std::size_t mostLines = 256;                  // of a well
constexpr std::size_t titleSize = 400;

/// Where the column numbers stand.
struct Head {
    std::size_t column = 0, count = 0;  ///< of "1"; how many
    std::size_t limit = 0;              ///< the column at which the plate beside it begins
};

bool isNumber(const std::string& text, std::size_t number) {
    const std::string wanted = std::to_string(number);
    return text == wanted || text == wanted + ".0" || text == "0" + wanted;
}

/// How many cells from one on are numbers 1 2 3 … in neighbouring columns.
std::size_t numbersFrom(const Sheet& sheet, std::span<const Sheet::Cell> cells) {
    std::size_t count = 0;
    while (count < std::min(cells.size(), mostColumns) && cells[count].column == cells[0].column + count &&
           isNumber(sheet.text(cells[count]), count + 1)) {
        ++count;
    }
    return count;
}

/// From left to right. One cell alone is no row of column numbers, and in the first column there is no room for
/// letters.
std::vector<Head> headsOf(const Sheet& sheet, std::size_t row) {
    std::vector<Head> heads;
    const auto cells = sheet.cells(row);
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
        const std::size_t count = cells[i].column == 0 ? 0 : numbersFrom(sheet, cells.subspan(i));
        if (count < 2) continue;
        if (!heads.empty()) heads.back().limit = cells[i].column - 1;
        heads.push_back({cells[i].column, count, std::numeric_limits<std::size_t>::max()});
        i += count - 1;
    }
    return heads;
}

/// "A" 0 … "Z" 25, "AA" 26 … "AF" 31; of 48 columns also "a" 26 … "f" 31.
std::optional<std::size_t> letterOf(const std::string& text, const Head& head) {
    std::size_t index = 0;
    if (text.empty() || text.size() > 2) return std::nullopt;
    if (head.count == mostColumns && text.size() == 1 && text[0] >= 'a' && text[0] <= 'f') return 26 + (text[0] - 'a');
    for (const char c : text) {
        if (c < 'A' || c > 'Z') return std::nullopt;
        index = index * 26 + static_cast<std::size_t>(c - 'A') + 1;
    }
    return index <= mostRows ? std::optional(index - 1) : std::nullopt;
}

bool isExcepted(const Section::Plate& wanted, const std::string& text) {
    return std::ranges::any_of(wanted.except, [&](const auto& pattern) { return match(pattern, text).has_value(); });
}

class PlateReader {
public:
    PlateReader(const Sheet& sheet, const Section::Plate& wanted, Head head)
        : sheet_(sheet), wanted_(wanted), head_(head) {}

    /// Behind its last row.
    std::size_t read(std::size_t row, std::size_t last) {
        std::optional<std::size_t> index;
        for (; row < last; ++row) {
            const std::string label = labelOf(row);
            const auto next = letterOf(label, head_);
            if (!index && isRule(row)) continue;
            if (next && (!index || *next > *index)) {
                if (!index) most_ = linesOf(row, last);
                index = next;
                letter_ = label;
                begun_ = sheet_.number(row);
            } else if (!label.empty() || !index || !isLine(row)) {
                break;
            }
            readLine(row);
        }
        return row;
    }
    Plate take() { return std::move(plate_); }

private:
    /// "" where there is none, and where a merged cell of a workbook says the letter of the row above once more.
    [[nodiscard]] std::string labelOf(std::size_t row) const {
        const Sheet::Cell* const cell = sheet_.cell(row, head_.column - 1);
        if (cell == nullptr) return {};
        const Sheet::Cell* const above = row > 0 ? sheet_.cell(row - 1, head_.column - 1) : nullptr;
        const bool repeats = above != nullptr && above->begin == cell->begin && above->end == cell->end;
        return repeats ? std::string() : sheet_.text(*cell);
    }

    /// How many lines lie between the first letter and the next; 0 where there is no other.
    [[nodiscard]] std::size_t linesOf(std::size_t row, std::size_t last) const {
        const std::size_t first = sheet_.number(row);
        while (++row < last && sheet_.number(row) - first < mostLines) {
            const std::string label = labelOf(row);
            if (letterOf(label, head_)) return sheet_.number(row) - first;
            if (!label.empty()) break;
        }
        return 0;
    }

    /// A line drawn of '_' below the numbers or the last well.
    [[nodiscard]] bool isRule(std::size_t row) const {
        const std::string text = sheet_.text(row, head_.column);
        return !text.empty() && text.find_first_not_of('_') == std::string::npos;
    }

    /// Whether a row without a letter belongs to the well above it.
    [[nodiscard]] bool isLine(std::size_t row) const {
        if (isRule(row)) return false;
        if (sheet_.number(row) != sheet_.number(row - 1) + 1 && sheet_.number(row) - begun_ >= most_) return false;
        const auto cells = sheet_.cells(row);
        const auto from = std::ranges::lower_bound(cells, head_.column, {}, &Sheet::Cell::column);
        return numbersFrom(sheet_, std::span(from, cells.end())) < head_.count;
    }

    void readLine(std::size_t row) {
        const std::size_t end = head_.column + head_.count;
        const auto cells = sheet_.cells(row);
        if (sheet_.counted() && cells.back().column + 1 != end) plate_.uneven = row;
        const auto right = std::ranges::lower_bound(cells, end, {}, &Sheet::Cell::column);
        std::string text;
        if (right != cells.end() && right->column < head_.limit) text = sheet_.text(*right);
        if (text.empty()) text = std::to_string(sheet_.number(row) - begun_ + 1);
        auto captures = match(wanted_.line, text);
        if (!captures || isExcepted(wanted_, text)) return;
        plate_.lines.push_back({text, std::move(*captures)});
        for (auto cell = std::ranges::lower_bound(cells, head_.column, {}, &Sheet::Cell::column); cell != right;
             ++cell) {
            const std::string position = letter_ + std::to_string(cell->column - head_.column + 1);
            plate_.wells.push_back({position, plate_.lines.size() - 1, &*cell});
        }
    }

    const Sheet& sheet_;
    const Section::Plate& wanted_;
    Head head_;
    std::string letter_;                // of the well that is read
    std::size_t begun_ = 0, most_ = 0;  // the number of its first row; lines of a well
    Plate plate_;
};

std::string titleOf(const Sheet& sheet, std::optional<std::size_t> row, std::size_t from, std::size_t limit) {
    std::string title;
    if (!row) return title;
    for (const Sheet::Cell& cell : sheet.cells(*row)) {
        if (cell.column < from || cell.column >= limit || title.size() > titleSize) continue;
        title.append(title.empty() ? "" : " ").append(sheet.text(cell), 0, titleSize);
    }
    return title;
}

}  // namespace

std::string rowLetters(std::size_t row) {
    const char last = static_cast<char>('A' + row % 26);
    return row < 26 ? std::string(1, last) : std::string("A") + last;
}

void eachPlate(const Sheet& sheet, std::size_t first, std::size_t last, const Section::Plate& wanted,
               const std::function<void(const Plate&)>& take) {
    std::optional<std::size_t> above;  // the last row of no plate
    for (std::size_t row = first; row < last;) {
        std::size_t end = row + 1, from = 0;
        for (const Head& head : headsOf(sheet, row)) {
            PlateReader reader(sheet, wanted, head);
            const std::size_t behind = reader.read(row + 1, last);
            end = std::max(end, behind);
            Plate plate = reader.take();
            plate.row = row;
            plate.column = head.column;
            plate.corner = sheet.text(row, head.column - 1);
            plate.title = titleOf(sheet, above, std::exchange(from, head.limit), head.limit);
            auto captures = match(wanted.corner, plate.corner);
            if (behind == row + 1 || !captures || isExcepted(wanted, plate.corner)) continue;
            plate.cornerCaptures = std::move(*captures);
            take(plate);
        }
        if (end == row + 1 && !sheet.rowText(row).empty()) above = row;
        row = end;
    }
}

}  // namespace touchstone::instruments
