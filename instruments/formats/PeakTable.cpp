#include "instruments/formats/PeakTable.h"

#include <algorithm>
#include <utility>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments::cds {

std::vector<std::string_view> cellsOf(std::string_view line, char delimiter) {
    std::vector<std::string_view> cells = split(line, delimiter);
    for (std::string_view& cell : cells) {
        cell = trimmed(cell);
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
            cell = trimmed(cell.substr(1, cell.size() - 2));
    }
    return cells;
}

void look(DecimalEvidence& evidence, const std::vector<std::string_view>& cells) {
    for (const std::string_view cell : cells) evidence.look(cell);
}

std::optional<std::string_view> takeLine(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    const std::size_t end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(line.size());
    if (text.starts_with("\r\n")) {
        text.remove_prefix(2);
    } else if (!text.empty()) {
        text.remove_prefix(1);
    }
    return line;
}

Heading headingOf(std::string_view cell) {
    const std::size_t open = cell.find_last_of("([");
    const bool closed = cell.ends_with(')') || cell.ends_with(']');
    if (open == std::string_view::npos || open == 0 || !closed) return {cell, {}};
    return {trimmed(cell.substr(0, open)), trimmed(cell.substr(open + 1, cell.size() - open - 2))};
}

std::optional<PeakColumns> PeakColumns::of(const std::vector<std::string_view>& header) {
    static constexpr std::array<std::pair<std::string_view, Column>, 32> names{{
        {"Name", Name},
        {"Peak Name", Name},
        {"Peakname", Name},
        {"Component Name", Name},
        {"Compound", Name},
        {"Mark", Flags},
        {"Type", Flags},
        {"Peak Type", Flags},
        {"Int Type", Flags},
        {"Conc.", Amount},
        {"Concentration", Amount},
        {"Amount", Amount},
        {"Area", Area},
        {"Height", Height},
        {"R.Time", RetentionTime},
        {"Ret.Time", RetentionTime},
        {"Ret. Time", RetentionTime},
        {"Ret Time", RetentionTime},
        {"Retention Time", RetentionTime},
        {"RetTime", RetentionTime},
        {"RT", RetentionTime},
        {"Area %", AreaPercent},
        {"Area%", AreaPercent},
        {"% Area", AreaPercent},
        {"Rel.Area", AreaPercent},
        {"Rel. Area", AreaPercent},
        {"Relative Area", AreaPercent},
        {"Unit", AmountUnit},
        {"Units", AmountUnit},
        {"Conc. Unit", AmountUnit},
        {"Conc.Unit", AmountUnit},
        {"Amount Unit", AmountUnit},
    }};
    PeakColumns columns;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const Heading heading = headingOf(header[i]);
        const auto found = std::ranges::find(names, heading.name, &std::pair<std::string_view, Column>::first);
        if (found == names.end() || columns.at_.at(found->second)) continue;
        columns.at_.at(found->second) = i;
        columns.units_.at(found->second) = heading.unit;
    }
    const bool quantified = columns.at_[Area] || columns.at_[Amount];
    if (!columns.at_[RetentionTime] || !quantified) return std::nullopt;
    if (columns.units_[AreaPercent].empty()) columns.units_[AreaPercent] = "%";
    return columns;
}

void PeakColumns::setUnits(const std::vector<std::string_view>& cells) {
    for (std::size_t column = 0; column < Count; ++column) {
        const auto at = at_.at(column);
        if (at && *at < cells.size() && !cells[*at].empty() && cells[*at] != "n.a.") units_.at(column) = cells[*at];
    }
}

void PeakColumns::setAmountUnit(std::string_view unit) {
    if (units_[Amount].empty()) units_[Amount] = unit;
}

Peak PeakColumns::peak(const std::vector<std::string_view>& cells) const {
    Peak peak;
    peak.compound = cell(cells, Name);
    if (peak.compound == "n.a.") peak.compound.clear();
    peak.flags = cell(cells, Flags);
    peak.amount = quantity(cells, Amount);
    if (const std::string_view unit = cell(cells, AmountUnit); !unit.empty()) peak.amount.unit = unit;
    peak.area = quantity(cells, Area);
    peak.height = quantity(cells, Height);
    peak.retentionTime = quantity(cells, RetentionTime);
    peak.areaPercent = quantity(cells, AreaPercent);
    return peak;
}

std::string_view PeakColumns::cell(const std::vector<std::string_view>& cells, Column column) const {
    const auto at = at_.at(column);
    return at && *at < cells.size() ? cells[*at] : std::string_view();
}

Quantity PeakColumns::quantity(const std::vector<std::string_view>& cells, Column column) const {
    const std::string_view text = cell(cells, column);
    return {std::string(text == "n.a." ? std::string_view() : text), units_.at(column)};
}

}  // namespace touchstone::instruments::cds
