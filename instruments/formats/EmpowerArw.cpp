#include "instruments/formats/EmpowerArw.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"

namespace touchstone::instruments {
namespace {

using Cells = std::vector<std::string_view>;

bool isFieldName(std::string_view cell) {
    static constexpr std::array<std::string_view, 16> names{"SampleName",
                                                            "Sample Name",
                                                            "Channel",
                                                            "Channel Name",
                                                            "Channel Description",
                                                            "Vial",
                                                            "Injection",
                                                            "Injection Id",
                                                            "Injection Volume",
                                                            "Date Acquired",
                                                            "Sample Set Name",
                                                            "SampleSetName",
                                                            "Instrument Method Name",
                                                            "System Name",
                                                            "Project Name",
                                                            "Processing Method"};
    return std::ranges::find(names, cell) != names.end();
}

class Reader {
public:
    Reader(const Text& text, const SeriesSink& sink, Reading& reading)
        : text_(text), sink_(sink), remarks_(text, reading) {}

    void read() {
        std::string_view rest = text_.utf8();
        readFields(rest);
        sign_ = signOf(rest);
        begin_ = rest;
        std::vector<double> times, values;
        std::size_t columns = wavelengths_.empty() ? 1 : wavelengths_.size();
        while (const auto line = cds::takeLine(rest)) {
            if (line->empty()) continue;
            const Cells cells = cds::cellsOf(*line, '\t');
            const auto time = cds::readDouble(cells[0], sign_);
            if (!time || cells.size() <= columns) {
                if (!times.empty()) remarks_.warn("bad_point", "a line is no point of the trace", *line);
                continue;
            }
            times.push_back(*time);
            for (std::size_t i = 1; i <= columns; ++i) {
                values.push_back(cds::readDouble(cells[i], sign_).value_or(std::numeric_limits<double>::quiet_NaN()));
            }
        }
        if (times.empty()) {
            remarks_.refuse("no_points", "the export holds no points");
            return;
        }
        if (sink_) give(times, values, columns);
    }

private:
    /// Takes the lines before the first point off the text.
    void readFields(std::string_view& rest) {
        Cells names;
        while (true) {
            std::string_view after = rest;
            const auto line = cds::takeLine(after);
            if (!line) return;
            const Cells cells = cds::cellsOf(*line, '\t');
            const bool quoted = line->find('"') != std::string_view::npos;
            if (!quoted && cells.size() > 1 && (cds::readDouble(cells[0]) || cds::readDouble(cells[0], ','))) return;
            if (cells[0] == "Wavelength") wavelengths_.assign(cells.begin() + 1, cells.end());
            if (names.empty() && std::ranges::count_if(cells, isFieldName) > 1) {
                names = cells;
            } else if (!names.empty() && fields_.empty()) {
                for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i)
                    fields_.emplace_back(names[i], cells[i]);
            } else if (cells.size() == 2 && isFieldName(cells[0])) {
                fields_.emplace_back(cells[0], cells[1]);
            }
            rest = after;
        }
    }

    char signOf(std::string_view rest) {
        cds::DecimalEvidence evidence;
        while (const auto line = cds::takeLine(rest)) {
            cds::look(evidence, cds::cellsOf(*line, '\t'));
        }
        const auto sign = evidence.sign();
        if (!sign) remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one");
        return sign.value_or('.');
    }

    [[nodiscard]] std::string field(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names) {
            for (const auto& [known, value] : fields_) {
                if (known == name && !value.empty()) return std::string(value);
            }
        }
        return {};
    }

    void give(const std::vector<double>& times, const std::vector<double>& values, std::size_t columns) {
        const std::string channel = field({"Channel", "Channel Name", "Channel Description"});
        for (std::size_t column = 0; column < columns; ++column) {
            Series series;
            series.name = channel;
            if (!wavelengths_.empty())
                series.name += (channel.empty() ? "" : " ") + std::string(wavelengths_[column]) + " nm";
            series.kind = "chromatogram";
            series.xUnit = "min";
            series.x = times;
            series.y.reserve(times.size());
            for (std::size_t i = 0; i < times.size(); ++i) series.y.push_back(values[i * columns + column]);
            series.span = text_.wire(begin_);
            sink_(std::move(series));
        }
    }

    const Text& text_;
    const SeriesSink& sink_;
    Remarks remarks_;
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
    Cells wavelengths_;
    std::string_view begin_;
    char sign_ = '.';
};

}  // namespace

Reading readEmpowerArw(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readText("empower_arw", bytes, mapping,
                    [&](const Text& text, Reading& reading) { Reader(text, sink, reading).read(); });
}

/// A table of samples may have the same first line: here the third is of numbers, or names wavelengths.
bool looksLikeEmpowerArw(std::string_view bytes) {
    const std::string begin = opening(bytes, 8192);
    std::string_view rest = begin;
    const auto first = cds::takeLine(rest);
    if (!first || first->find('\t') == std::string_view::npos || first->find('"') == std::string_view::npos)
        return false;
    if (std::ranges::count_if(cds::cellsOf(*first, '\t'), isFieldName) == 0) return false;
    for (int line = 0; line < 20; ++line) {
        const auto next = cds::takeLine(rest);
        if (!next) return false;
        const Cells cells = cds::cellsOf(*next, '\t');
        if (cells[0] == "Wavelength") return true;
        const bool number = cds::readDouble(cells[0]) || cds::readDouble(cells[0], ',');
        if (number && cells.size() == 2 && next->find('"') == std::string_view::npos) return true;
    }
    return false;
}

}  // namespace touchstone::instruments
