#include "instruments/formats/Rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostTransposed = 4'096;                // columns of a transposed table
constexpr std::size_t longestNames = std::size_t{1} << 20U;  // of columns that stand under common ones, together

/// Columns of a table without a mapping.
constexpr std::array<std::string_view, 11> keys{"specimen", "position", "code",        "name",     "value",     "unit",
                                                "flags",    "status",   "observed_at", "operator", "instrument"};

bool isTemplate(const std::string& name) {
    return name.find('{') != std::string::npos;
}

bool saysText(const std::string& pattern, const std::string& text) {
    return isPattern(pattern) ? match(pattern, text).has_value() : sameText(pattern, text);
}

}  // namespace

Rows::Rows(const Section& section, const Block& block, const Mapping& mapping)
    : section_(section), block_(block), sheet_(block.sheet()), columns_(section.columns), end_(block.last()) {
    findHeader();
    if (!fault_ && sheet_.counted()) checkColumns();
    if (fault_) return;
    nameColumns();
    if (columns_.empty() && section.wide.empty() && !mapping.table.plate) {
        for (const std::string_view key : keys) {
            if (has(std::string(key))) columns_[std::string(key)] = Place{{std::string(key)}, {}};
        }
    }
    for (const auto& [key, place] : columns_) need(place);
    for (const auto& [column, pattern] : section.only) need(Place{{column}, {}});
    findWide();
    if (!section.transposed) return;
    std::size_t columns = 1;
    for (std::size_t row = block.first(); row < block.last(); ++row) {
        columns = std::max<std::size_t>(columns, sheet_.cells(row).back().column + 1);
    }
    row_ = 0;
    end_ = columns;
    if (columns > mostTransposed && !fault_) {
        fault_ = Finding{"too_large", "a transposed table has too many columns", sheet_.span(block.first())};
    }
}

/// Whether the rows of the names may begin here.
bool Rows::isHeader(std::size_t row) const {
    const std::size_t end = row + section_.headerRows;
    const auto isSaid = [&](const std::string& wanted) {
        for (std::size_t i = row; i < end; ++i) {
            if (std::ranges::any_of(sheet_.cells(i),
                                    [&](const Sheet::Cell& c) { return saysText(wanted, sheet_.text(c)); }))
                return true;
        }
        return false;
    };
    return end <= end_ && sheet_.number(end - 1) == sheet_.number(row) + section_.headerRows - 1 &&
           std::ranges::all_of(section_.header, isSaid);
}

bool Rows::repeatsHeader(std::size_t row) const {
    const std::string first = sheet_.text(sheet_.cells(row)[0]);
    return std::ranges::any_of(
        nameRows_, [&](const std::string& names) { return names.starts_with(first) && names == sheet_.rowText(row); });
}

/// Whether a row begins another table of the same kind, with other columns. A row that holds a number is none of names.
bool Rows::isOtherHeader(std::size_t row) const {
    if (anchor_ == nullptr || row < anchorRow_) return false;
    const Sheet::Cell* const cell = sheet_.cell(row, anchor_->column);
    if (cell == nullptr || sheet_.text(*cell) != anchorText_ || !isHeader(row - anchorRow_)) return false;
    return std::ranges::none_of(sheet_.cells(row),
                                [this](const Sheet::Cell& c) { return match("<n>", sheet_.text(c)).has_value(); });
}

void Rows::findAnchor() {
    const std::size_t begin = *header_ + 1 - section_.headerRows;
    for (std::size_t row = begin; row <= *header_; ++row) {
        for (const Sheet::Cell& cell : sheet_.cells(row)) {
            if (!saysText(section_.header.front(), sheet_.text(cell))) continue;
            anchor_ = &cell;
            anchorText_ = sheet_.text(cell);
            anchorRow_ = row - begin;
            return;
        }
    }
}

void Rows::findHeader() {
    row_ = block_.first();
    if (section_.transposed) return;
    if (!section_.header.empty()) {
        while (row_ < end_ && !isHeader(row_)) ++row_;
    } else if (section_.headerRow == 0) {
        row_ = block_.first();
        return;
    } else {
        const std::size_t before = block_.begun() ? sheet_.number(block_.first()) : 0;
        while (row_ < end_ && sheet_.number(row_) < before + section_.headerRow) ++row_;
        if (row_ < end_ && sheet_.number(row_) != before + section_.headerRow) row_ = end_;
    }
    row_ += section_.headerRows - 1;
    if (row_ < end_) header_ = row_;
    if (!header_) fault_ = Finding{"no_header", "the row of the column names is missing", {}};
    if (header_ && !section_.header.empty()) findAnchor();
}

/// Where cells without text do not show, every row must have as many as the first.
void Rows::checkColumns() {
    const std::size_t first = header_ ? *header_ + 1 - section_.headerRows : block_.first();
    const auto shape = [this](std::size_t row) {
        const auto cells = sheet_.cells(row);
        return std::pair(cells.front().column, cells.size());
    };
    for (std::size_t row = first + 1; row < end_; ++row) {
        const bool gap = sheet_.number(row) != sheet_.number(row - 1) + 1;
        if (gap && section_.end && section_.end->empty()) return;
        if (shape(row) == shape(first)) continue;
        fault_ = Finding{"row_uneven", "a row has other columns than the first one", sheet_.span(row)};
        return;
    }
}

void Rows::nameColumns() {
    if (section_.transposed) {
        for (std::size_t row = block_.first(); row < block_.last(); ++row) names_.push_back({row, sheet_.text(row, 0)});
    } else if (header_) {
        const std::size_t begin = *header_ + 1 - section_.headerRows;
        std::map<std::size_t, std::string> names;
        for (std::size_t row = begin; row <= *header_; ++row) {
            for (const Sheet::Cell& c : sheet_.cells(row)) names.try_emplace(c.column);
        }
        std::size_t spread = 0;
        for (std::size_t row = begin; row <= *header_; ++row) {
            nameRows_.push_back(sheet_.rowText(row));
            std::string left;
            for (auto& [column, name] : names) {
                const std::string text = sheet_.text(row, column);
                if (!text.empty() || row == *header_) left = text;
                if (!left.empty()) name += (name.empty() ? "" : " ") + left;
                if (text.empty()) spread += left.size();
                if (spread > longestNames) {
                    fault_ = Finding{"too_large", "names of columns are too long", sheet_.span(*header_)};
                    return;
                }
            }
        }
        for (auto& [column, name] : names) names_.push_back({column, std::move(name)});
    }
}

void Rows::findWide() {
    for (const Section::WideColumn& wanted : section_.wide) {
        bool found = false;
        const auto add = [&](std::size_t column, std::vector<std::string> captures) {
            found = true;
            wide_.try_emplace(column, Wide{&wanted, std::move(captures)});
        };
        if (const auto index = isPattern(wanted.column) ? std::nullopt : indexOf(wanted.column)) add(*index, {});
        for (std::size_t i = 0; isPattern(wanted.column) && i < names_.size(); ++i) {
            auto captures = match(wanted.column, names_[i].text);
            if (captures && !isTaken(names_[i].column)) add(names_[i].column, std::move(*captures));
        }
        if (!found && !wanted.optional) need(Place{{wanted.column}, {}});
    }
    std::erase_if(wide_, [](const auto& entry) { return entry.second.wanted->code.empty(); });
    if (!section_.wide.empty() && wide_.empty() && !fault_) {
        fault_ = Finding{"no_column", "there is none of the columns with values", {}};
    }
}

bool Rows::isTaken(std::size_t column) const {
    return std::ranges::any_of(columns_, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.names, [&](const std::string& name) {
            return !name.empty() && !isTemplate(name) && indexOf(name) == column;
        });
    });
}

void Rows::need(const Place& place) {
    const bool found = std::ranges::any_of(
        place.names, [&](const std::string& name) { return name.empty() || isTemplate(name) || has(name); });
    if (found || fault_) return;
    fault_ = Finding{"no_column", "a column is missing", header_ ? sheet_.span(*header_) : Span{},
                     place.names.empty() ? "" : place.names.front()};
}

/// From 0. "#7" is the seventh column.
std::optional<std::size_t> Rows::indexOf(const std::string& column) const {
    const auto known = indexes_.find(column);
    if (known != indexes_.end()) return known->second;
    return indexes_[column] = named(column);
}

std::optional<std::size_t> Rows::named(const std::string& column) const {
    std::size_t number = 0;
    const char* const end = column.data() + column.size();
    if (column.starts_with('#') && column.size() < 7 && std::from_chars(column.data() + 1, end, number).ptr == end &&
        number > 0) {
        return number - 1;
    }
    const auto found = std::ranges::find_if(names_, [&](const Name& n) { return saysText(column, n.text); });
    return found == names_.end() ? std::nullopt : std::optional(found->column);
}

bool Rows::next() {
    while (true) {
        const bool first = !std::exchange(started_, true);
        if (!first || header_ || section_.transposed) ++row_;
        if (row_ >= end_) return false;
        if (section_.transposed) return true;
        const bool gap = row_ > 0 && (!first || header_) && sheet_.number(row_) != sheet_.number(row_ - 1) + 1;
        if (gap && section_.end && section_.end->empty()) {
            row_ = end_;
            return false;
        }
        if (repeatsHeader(row_)) continue;
        if (isOtherHeader(row_)) {
            cut_ = Finding{"other_header", "names of other columns stand in a table, which is read as far as there",
                           sheet_.span(row_)};
            end_ = row_;
            return false;
        }
        if (!section_.carry.empty()) carry();
        if (wanted()) return true;
    }
}

void Rows::carry() {
    for (const std::string& column : section_.carry) {
        const auto index = indexOf(column);
        if (!index) continue;
        if (const Sheet::Cell* const found = cell(*index)) carried_[*index] = sheet_.text(*found);
    }
}

bool Rows::wanted() const {
    return std::ranges::all_of(section_.only,
                               [&](const auto& entry) { return match(entry.second, text(entry.first)).has_value(); });
}

const Sheet::Cell* Rows::cell(std::size_t column) const {
    return section_.transposed ? sheet_.cell(column, row_) : sheet_.cell(row_, column);
}

std::string Rows::text(const std::string& column) const {
    const auto index = indexOf(column);
    if (!index || (section_.transposed && *index >= sheet_.rowCount())) return {};
    const Sheet::Cell* const found = cell(*index);
    if (found != nullptr) return sheet_.text(*found);
    const auto carried = carried_.find(*index);
    return carried == carried_.end() ? std::string() : carried->second;
}

const Sheet::Cell* Rows::valueCell() const {
    const auto column = columns_.find("value");
    if (column == columns_.end()) return nullptr;
    for (const std::string& name : column->second.names) {
        const auto index = indexOf(name);
        if (!index || (section_.transposed && *index >= sheet_.rowCount())) continue;
        if (const Sheet::Cell* const found = cell(*index)) return found;
    }
    return nullptr;
}

std::string Rows::next(const Sheet::Cell& cell) const {
    return section_.transposed ? std::string() : sheet_.text(row_, cell.column + 1);
}

std::string Rows::before(const Sheet::Cell& cell) const {
    return section_.transposed || cell.column == 0 ? std::string() : sheet_.text(row_, cell.column - 1);
}

Span Rows::span() const {
    if (!section_.transposed) return sheet_.span(row_);
    const Span first = sheet_.span(block_.first()), last = sheet_.span(block_.last() - 1);
    return {first.offset, last.offset + last.length - first.offset};
}

void Rows::eachWide(const std::function<void(const Wide&, const Sheet::Cell&)>& take) const {
    if (section_.transposed) {
        for (const auto& [row, wide] : wide_) {
            if (const Sheet::Cell* const found = cell(row)) take(wide, *found);
        }
        return;
    }
    for (const Sheet::Cell& found : sheet_.cells(row_)) {
        if (const auto wide = wide_.find(found.column); wide != wide_.end()) take(wide->second, found);
    }
}

}  // namespace touchstone::instruments
