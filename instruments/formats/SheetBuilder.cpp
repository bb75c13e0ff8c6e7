#include "instruments/formats/SheetBuilder.h"

#include <algorithm>
#include <set>

namespace touchstone::instruments {
namespace {

constexpr std::size_t longestText = 32'767;  // Excel's own

}  // namespace

void SheetBuilder::add(SheetPlace place, std::string_view text, bool binary) {
    put(place, keep(text), binary);
}

void SheetBuilder::addShared(SheetPlace place, std::size_t index, std::string_view text) {
    const auto [found, isNew] = shared_.try_emplace(index);
    if (isNew) found->second = keep(text);
    put(place, found->second, false);
}

void SheetBuilder::merge(std::size_t column, std::size_t firstRow, std::size_t lastRow) {
    if (firstRow < lastRow) merged_.push_back({column, firstRow, lastRow});
}

Sheet SheetBuilder::finish(const std::string& name, Span span) {
    repeatMerged();
    std::ranges::stable_sort(entries_, [](const Entry& a, const Entry& b) {
        return a.row != b.row ? a.row < b.row : a.cell.column < b.cell.column;
    });
    Text text;
    text.append(texts_, span);
    Sheet sheet(name, std::move(text), false);
    for (const Entry& e : entries_) sheet.add(e.row, e.cell);
    return sheet;
}

SheetBuilder::Part SheetBuilder::keep(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    const std::size_t begin = texts_.size();
    texts_.append(text, 0, longestText);
    const std::size_t added = texts_.size() - begin;
    if (added > room_) throw TooLarge();
    room_ -= added;
    return {begin, texts_.size()};
}

void SheetBuilder::put(SheetPlace place, Part part, bool binary) {
    if (part.first == part.second) return;
    entries_.push_back({place.row, {static_cast<std::uint32_t>(place.column), binary, part.first, part.second}});
}

/// At most as many cells more as there are; areas over rows without any cell add nothing. Areas of a workbook do not
/// overlap; where they do, no more places are looked at than that.
void SheetBuilder::repeatMerged() {
    std::set<std::size_t> rows;
    std::map<std::pair<std::size_t, std::size_t>, Sheet::Cell> cells;
    if (merged_.empty()) return;
    for (const Entry& e : entries_) {
        rows.insert(e.row);
        cells.try_emplace({e.row, e.cell.column}, e.cell);
    }
    std::size_t left = entries_.size();
    for (const Merged& area : merged_) {
        const auto found = cells.find({area.first, area.column});
        if (found == cells.end()) continue;
        for (auto row = rows.upper_bound(area.first); row != rows.end() && *row <= area.last; ++row) {
            if (left-- == 0) return;
            if (!cells.contains({*row, area.column})) entries_.push_back({*row, found->second});
        }
    }
}

}  // namespace touchstone::instruments
