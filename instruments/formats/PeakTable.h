#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Text.h"

/// What the text exports of chromatography data systems have in common: rows of cells, and tables of peaks.
namespace touchstone::instruments::cds {

/// The cells of a line, without blanks and quotes around them.
[[nodiscard]] std::vector<std::string_view> cellsOf(std::string_view line, char delimiter);

/// Watches the numbers of a row.
void look(DecimalEvidence& evidence, const std::vector<std::string_view>& cells);

/// Takes the next line off a text, the end of the line left out; an empty one may be a line too. Nothing at the end.
[[nodiscard]] std::optional<std::string_view> takeLine(std::string_view& text);

/// "Area (mAU*min)" or "Area [mAU*min]" to its name and its unit.
struct Heading {
    std::string_view name, unit;
};
[[nodiscard]] Heading headingOf(std::string_view cell);

/// Which column of a table of peaks holds what, told by the names that the systems give them.
class PeakColumns {
public:
    /// Nothing where the header is not that of a table of peaks: it has no retention time, or neither area nor amount.
    [[nodiscard]] static std::optional<PeakColumns> of(const std::vector<std::string_view>& header);

    /// A row of units below the header.
    void setUnits(const std::vector<std::string_view>& cells);
    /// Units that the file states elsewhere; those of the table go first.
    void setAmountUnit(std::string_view unit);
    /// Without channel, span and decimal sign.
    [[nodiscard]] Peak peak(const std::vector<std::string_view>& cells) const;

private:
    enum Column : std::size_t { Name, Flags, Amount, Area, Height, RetentionTime, AreaPercent, AmountUnit, Count };
    [[nodiscard]] std::string_view cell(const std::vector<std::string_view>& cells, Column column) const;
    [[nodiscard]] Quantity quantity(const std::vector<std::string_view>& cells, Column column) const;

    std::array<std::optional<std::size_t>, Count> at_{};
    std::array<std::string, Count> units_{};
};

}  // namespace touchstone::instruments::cds
