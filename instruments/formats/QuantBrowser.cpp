#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Labsolutions.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using Cells = std::vector<std::string_view>;

struct Row {
    Cells cells;
    std::string_view line;
};

/// Where in its rows a table of one compound holds what.
struct Columns {
    std::optional<std::size_t> file, id, name, type, vial, when, operatorName;
    std::optional<cds::PeakColumns> peak;

    static Columns of(const Cells& header) {
        Columns columns;
        const auto at = [&](std::string_view title) -> std::optional<std::size_t> {
            const auto found = std::ranges::find(header, title);
            return found == header.end() ? std::nullopt
                                         : std::optional(static_cast<std::size_t>(found - header.begin()));
        };
        columns.file = at("Data Filename");
        columns.id = at("Sample ID");
        columns.name = at("Sample Name");
        columns.type = at("Sample Type");
        columns.vial = at("Vial#");
        columns.when = at("Date Acquired");
        columns.operatorName = at("Operator Name");
        columns.peak = cds::PeakColumns::of(header);
        return columns;
    }
};

std::string_view cellAt(const Cells& cells, std::optional<std::size_t> at) {
    return at && *at < cells.size() ? cells[*at] : std::string_view();
}

/// What the table says of all its rows stands below them.
bool isStatistic(std::string_view file) {
    static constexpr std::array<std::string_view, 5> statistics{"Average", "%RSD", "Maximum", "Minimum", "Std. Dev."};
    return std::ranges::find(statistics, file) != statistics.end();
}

class Reader {
public:
    Reader(const Text& text, Reading& reading) : text_(text), reading_(reading), remarks_(text, reading) {
        const std::string_view first = text.utf8();
        delimiter_ = first.size() > 3 && first[3] != '\t' && (first[3] == ',' || first[3] == ';') ? first[3] : '\t';
    }

    void read() {
        findDayOrder();
        std::string_view rest = text_.utf8();
        while (const auto line = cds::takeLine(rest)) {
            const Cells cells = cds::cellsOf(*line, delimiter_);
            if (cells[0] == "ID#") {
                take();
            } else if (cells[0] == "Name" && cells.size() > 1) {
                compound_ = cells[1];
            } else if (std::ranges::find(cells, "Sample ID") != cells.end()) {
                header_ = cells;
            } else if (!header_.empty() && cells.size() > 2) {
                rows_.push_back({cells, *line});
            }
        }
        take();
    }

private:
    void findDayOrder() {
        std::string_view rest = text_.utf8();
        while (const auto line = cds::takeLine(rest)) {
            for (const std::string_view cell : cds::cellsOf(*line, delimiter_)) {
                if (cell.find('/') == std::string_view::npos || cell.size() > 30) continue;
                if (const auto order = cds::dayOrder(cell); order != cds::DayOrder::Unknown) dayOrder_ = order;
            }
        }
    }

    /// The table of one compound is over. Its rows are numbered, which its header does not say.
    void take() {
        const Columns columns = Columns::of(header_);
        if (!rows_.empty() && !columns.peak) {
            remarks_.warn("no_columns", "a table has no columns that tell a peak", rows_.front().line, compound_);
            rows_.clear();
        }
        cds::DecimalEvidence evidence;
        for (Row& row : rows_) {
            if (row.cells.size() > header_.size() && !header_[0].empty()) row.cells.erase(row.cells.begin());
            cds::look(evidence, row.cells);
        }
        const auto sign = evidence.sign();
        if (!sign)
            remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one", rows_.front().line);
        for (const Row& row : rows_) take(row, columns, sign.value_or('.'));
        rows_.clear();
        header_.clear();
        compound_.clear();
    }

    void take(const Row& row, const Columns& columns, char sign) {
        Observation injection;
        injection.specimen = cellAt(row.cells, columns.id);
        if (injection.specimen.empty()) injection.specimen = cellAt(row.cells, columns.name);
        if (injection.specimen.empty() && isStatistic(cellAt(row.cells, columns.file))) return;
        injection.position = cellAt(row.cells, columns.vial);
        injection.operatorName = cellAt(row.cells, columns.operatorName);
        injection.kind = cds::kindOf(cellAt(row.cells, columns.type));
        const std::string_view when = cellAt(row.cells, columns.when);
        injection.observedAt = cds::readDate(when, dayOrder_);
        if (!when.empty() && injection.observedAt.empty()) {
            remarks_.warn("time_unread", "a time could not be read", row.line, std::string(when));
        }
        cds::Peak peak = columns.peak->peak(row.cells);
        peak.compound = compound_;
        peak.decimalSign = sign;
        peak.span = text_.wire(row.line);
        cds::addPeak(injection, peak, reading_);
    }

    const Text& text_;
    Reading& reading_;
    Remarks remarks_;
    char delimiter_;
    cds::DayOrder dayOrder_ = cds::DayOrder::Unknown;
    std::string compound_;
    Cells header_;
    std::vector<Row> rows_;
};

}  // namespace

Reading readQuantBrowser(std::string_view bytes, const Mapping& mapping, const SeriesSink&) {
    return readText("labsolutions_quant", bytes, mapping,
                    [](const Text& text, Reading& reading) { Reader(text, reading).read(); });
}

bool looksLikeQuantBrowser(std::string_view bytes) {
    const std::string begin = opening(bytes, 400);
    if (!begin.starts_with("ID#")) return false;
    const std::size_t second = begin.find_first_not_of("\r\n", begin.find_first_of("\r\n"));
    return second != std::string::npos && std::string_view(begin).substr(second).starts_with("Name");
}

}  // namespace touchstone::instruments
