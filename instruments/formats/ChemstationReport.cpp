#include "instruments/formats/ChemstationReport.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t widestRuler = 256, headerLines = 2;

/// The byte at which a character stands; the end where there are not so many.
std::size_t byteOf(std::string_view line, std::size_t character) {
    std::size_t at = 0;
    for (; at < line.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U;
        if (begins && character-- == 0) break;
    }
    return at;
}

/// A column of a table, by the characters of its lines.
struct Column {
    std::size_t begin = 0, end = 0;  ///< the character behind, where '|' stands in the ruler
    std::string name;                ///< "Area", "Area %", "ISTD used"
    std::string unit;

    [[nodiscard]] std::string_view text(std::string_view line) const {
        const std::size_t from = byteOf(line, begin);
        return trimmed(line.substr(from, end == std::string_view::npos ? end : byteOf(line.substr(from), end - begin)));
    }
};

/// "----|-------|----|": a table stands below.
bool isRuler(std::string_view line) {
    return line.starts_with("--") && line.size() <= widestRuler && line.find('|') != std::string_view::npos &&
           line.find_first_not_of("-|") == std::string_view::npos;
}

std::vector<Column> columnsOf(std::string_view ruler) {
    std::vector<Column> columns;
    for (std::size_t at = 0; at < ruler.size();) {
        const std::size_t end = ruler.find('|', at);
        columns.push_back({at, end, {}, {}});
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    columns.back().end = std::string_view::npos;  // names are longer than their dashes
    return columns;
}

struct Word {
    std::string_view text;
    std::size_t middle = 0;  ///< the character around which it stands
};

/// Words of a line; what stands in brackets is one.
std::vector<Word> wordsOf(std::string_view line) {
    std::vector<Word> words;
    std::size_t character = 0, begin = 0, first = 0;
    bool within = false, bracket = false;
    for (std::size_t at = 0; at <= line.size(); ++at) {
        const char c = at < line.size() ? line[at] : ' ';
        const bool ends = at == line.size() || (c == ' ' && !bracket);
        if (ends && within) {
            words.push_back({line.substr(begin, at - begin), (first + character - 1) / 2});
            within = false;
        } else if (!ends && !within) {
            within = true;
            begin = at;
            first = character;
        }
        if (c == '[') bracket = true;
        if (c == ']') bracket = false;
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++character;
    }
    return words;
}

Column* columnAt(std::vector<Column>& columns, std::size_t character) {
    const auto found = std::ranges::find_if(columns, [&](const Column& c) { return character <= c.end; });
    return found == columns.end() ? nullptr : &*found;
}

/// Names stand above the ruler, one word below the other, and units in brackets.
void nameColumns(std::vector<Column>& columns, std::string_view line) {
    for (const Word& word : wordsOf(line)) {
        Column* const column = columnAt(columns, word.middle);
        if (column == nullptr) continue;
        if (word.text.starts_with('[') && word.text.ends_with(']')) {
            column->unit = word.text.substr(1, word.text.size() - 2);
        } else {
            column->name += (column->name.empty() ? "" : " ") + std::string(word.text);
        }
    }
}

class Reader {
public:
    Reader(const Text& text, Reading& reading)
        : text_(text), reading_(reading), remarks_(text, reading), budget_(text.utf8().size()) {
        std::string_view rest = text.utf8();
        while (auto line = cds::takeLine(rest)) {
            while (line->starts_with('\f')) line->remove_prefix(1);
            lines_.push_back(*line);
        }
    }

    void read() {
        seeDates();
        while (at_ < lines_.size() && !reading_.refused) {
            const std::string_view line = lines_[at_];
            if (isRuler(line)) {
                readTable();
            } else {
                readLine(line);
                ++at_;
            }
        }
        if (!reading_.refused && tables_ == 0) remarks_.warn("no_results", "the report holds no table of peaks");
    }

private:
    /// The text behind a label at the beginning of the line, up to the label right of it.
    static std::optional<std::string_view> value(std::string_view line, std::string_view label) {
        static constexpr std::array<std::string_view, 4> others{
            " Seq. Line :", " Location :", " Inj :", " Inj Volume :"};
        if (!line.starts_with(label)) return std::nullopt;
        line = trimmed(line.substr(label.size()));
        if (!line.starts_with(':')) return std::nullopt;
        line.remove_prefix(1);
        for (const std::string_view other : others) line = line.substr(0, line.find(other));
        return trimmed(line);
    }

    static bool isBar(std::string_view line) { return line.starts_with("===="); }

    /// What the dates of the file betray; nothing where they contradict each other.
    void seeDates() {
        static constexpr std::array<std::string_view, 3> labels{"Injection Date", "Last changed",
                                                                "Calib. Data Modified"};
        std::array<bool, 3> seen{};
        for (const std::string_view line : lines_) {
            for (const std::string_view label : labels) {
                if (const auto date = value(line, label))
                    seen.at(static_cast<std::size_t>(cds::dayOrder(date->substr(0, date->find(" by "))))) = true;
            }
        }
        const bool day = seen.at(static_cast<std::size_t>(cds::DayOrder::DayFirst));
        const bool month = seen.at(static_cast<std::size_t>(cds::DayOrder::MonthFirst));
        if (day != month) order_ = day ? cds::DayOrder::DayFirst : cds::DayOrder::MonthFirst;
    }

    void readLine(std::string_view line) {
        if (line.starts_with("Data File ")) {
            file_ = trimmed(line.substr(10));
        } else if (const auto name = value(line, "Sample Name")) {
            beginInjection(*name);
        } else if (const auto operatorName = value(line, "Acq. Operator")) {
            injection_.operatorName = *operatorName;
        } else if (const auto instrument = value(line, "Acq. Instrument")) {
            injection_.instrument = *instrument;
            reading_.sender = *instrument;
            constexpr std::string_view label = " Location :";
            const std::size_t location = line.find(label);
            if (location != std::string_view::npos)
                injection_.position = squeezed(trimmed(line.substr(location + label.size())));
        } else if (const auto date = value(line, "Injection Date")) {
            injection_.observedAt = cds::readDate(*date, order_);
            if (injection_.observedAt.empty() && !date->empty())
                remarks_.warn("time_unread", "a time could not be read", line, std::string(*date));
        } else if (line.starts_with("Signal ") && line.find(": ") != std::string_view::npos) {
            channel_ = trimmed(line.substr(line.find(": ") + 2));
            while (channel_.ends_with(',') || channel_.ends_with(' ')) channel_.remove_suffix(1);
        } else if (at_ > 0 && at_ + 1 < lines_.size() && isBar(lines_[at_ - 1]) && isBar(lines_[at_ + 1])) {
            title_ = trimmed(line);
        }
    }

    /// Each page begins with the names of file and sample; those of another injection end what is known of the last.
    void beginInjection(std::string_view name) {
        if (injection_.specimen == name && injectionFile_ == file_) return;
        injection_ = Observation{};
        injection_.specimen = name;
        injectionFile_ = file_;
        channel_ = {};
        banner_ = at_ + 1 < lines_.size() ? trimmed(lines_[at_ + 1]) : std::string_view();
    }

    /// From the ruler to the totals.
    void readTable() {
        std::vector<Column> columns = columnsOf(lines_[at_]);
        std::size_t top = at_;
        while (top > 0 && at_ - top < headerLines && !trimmed(lines_[top - 1]).empty()) --top;
        const std::vector<std::string_view> header(lines_.begin() + static_cast<std::ptrdiff_t>(top),
                                                   lines_.begin() + static_cast<std::ptrdiff_t>(at_) + 1);
        for (const std::string_view line : header) {
            if (!isRuler(line)) nameColumns(columns, line);
        }
        ++at_;
        const auto time = std::ranges::find(columns, "RetTime", &Column::name);
        if (time == columns.end()) return passTable(columns, header.front());
        static constexpr std::array<std::string_view, 11> known{"Peak #",    "RetTime", "Type",     "Width",
                                                                "ISTD used", "Area",    "Amt/Area", "Amt/Area ratio",
                                                                "Height",    "Grp",     "Name"};
        for (const Column& column : columns) {
            const bool quantity = column.name == "Amount" || column.name == "Amount %" || column.name == "Area %";
            if (!quantity && std::ranges::find(known, column.name) == known.end())
                return remarks_.refuse("unknown_column", "a table of peaks has a column that is not known", header[0],
                                       column.name);
        }
        ++tables_;
        readPeaks(columns, header);
    }

    /// Of internal standards that were added it is no result; of anything else it is said that it was not read.
    void passTable(const std::vector<Column>& columns, std::string_view header) {
        if (!columns[0].name.starts_with("ISTD"))
            remarks_.warn("section_unread", "a table of other things than peaks is not read", header,
                          std::string(title_));
        while (at_ < lines_.size() && !trimmed(lines_[at_]).empty()) ++at_;
    }

    void readPeaks(const std::vector<Column>& columns, const std::vector<std::string_view>& header) {
        std::vector<std::string_view> rows;
        for (; at_ < lines_.size() && !trimmed(lines_[at_]).starts_with("Totals"); ++at_) {
            const std::string_view line = lines_[at_];
            if (isRow(columns, line)) {
                rows.push_back(line);
            } else if (!trimmed(line).empty() && !isOfPage(line, header)) {
                return remarks_.refuse("bad_row", "a line does not stand in the columns of its table", line);
            }
        }
        if (at_ == lines_.size())
            return remarks_.refuse("incomplete_table", "a table of peaks ends without its totals", header.front());
        cds::DecimalEvidence evidence;
        for (const std::string_view row : rows) {
            for (const Column& column : columns) {
                if (column.name != "Name") evidence.look(column.text(row));
            }
        }
        const auto sign = evidence.sign();
        if (!sign)
            return remarks_.refuse("decimal_unclear", "it cannot be told which sign is the decimal one",
                                   header.front());
        for (const std::string_view row : rows) addPeak(columns, row, *sign);
        checkTotals(columns, rows, *sign);
        ++at_;
    }

    /// What a new page puts between the rows of a table.
    [[nodiscard]] bool isOfPage(std::string_view line, const std::vector<std::string_view>& header) const {
        if (line.starts_with("Data File ")) return trimmed(line.substr(10)) == injectionFile_;
        if (const auto name = value(line, "Sample Name")) return *name == injection_.specimen;
        std::size_t next = at_ + 1;
        while (next < lines_.size() && trimmed(lines_[next]).empty()) ++next;
        const bool foot = isPageNumber(line) || (next < lines_.size() && isPageNumber(lines_[next]));
        return foot || trimmed(line) == banner_ || std::ranges::find(header, line) != header.end();
    }

    static bool isPageNumber(std::string_view line) {
        return line.starts_with("Page ") && line.find(" of ") != std::string_view::npos;
    }

    static bool isNumeric(const Column& column) {
        return column.name.find("Name") == std::string::npos && column.name != "Type" && column.name != "Grp";
    }

    static bool isRow(const std::vector<Column>& columns, std::string_view line) {
        for (const Column& column : columns) {
            const std::size_t end = column.end == std::string_view::npos ? line.size() : byteOf(line, column.end);
            if (end < line.size() && line[end] != ' ') return false;
            const std::string_view text = column.text(line);
            const bool number = readNumber(text) || readNumber(text, ',');
            if (&column == &columns.front() && !number) return false;
            if (isNumeric(column) && !text.empty() && text != "-" && !number) return false;
        }
        return true;
    }

    void addPeak(const std::vector<Column>& columns, std::string_view row, char sign) {
        cds::Peak peak;
        for (const Column& column : columns) {
            const std::string_view text = column.text(row);
            if (column.name == "Name") peak.compound = text == "?" ? std::string_view() : text;
            if (column.name == "Type") peak.flags = squeezed(text);
            if (column.name == "RetTime") peak.retentionTime = {std::string(text), column.unit};
            if (column.name == "Area") peak.area = {std::string(text), column.unit};
            if (column.name == "Height") peak.height = {std::string(text), column.unit};
            if (column.name == "Area %") peak.areaPercent = {std::string(text), "%"};
            if (column.name == "Amount") peak.amount = {std::string(text), column.unit};
            if (column.name == "Amount %") peak.amount = {std::string(text), "%"};
        }
        peak.channel = channel_;
        peak.decimalSign = sign;
        peak.span = text_.wire(row);
        const std::size_t before = reading_.observations.size();
        cds::addPeak(injection_, peak, reading_);
        for (std::size_t i = before; i < reading_.observations.size() && !reading_.refused; ++i)
            reading_.refused = budget_.spend(reading_.observations[i]);
    }

    /// "Totals :" are those of the amounts, else of areas and heights; they have six digits and a place of their own.
    void checkTotals(const std::vector<Column>& columns, const std::vector<std::string_view>& rows, char sign) {
        constexpr double tolerance = 1e-4;
        const std::string_view line = lines_[at_];
        const bool withoutStandards = line.find("without ISTD") != std::string_view::npos;
        const auto type = std::ranges::find(columns, "Type", &Column::name);
        const bool amounts = std::ranges::any_of(columns, [](const Column& c) { return c.name.starts_with("Amount"); });
        std::vector<double> totals;
        for (const Word& word : wordsOf(line.substr(std::min(line.find(':'), line.size())))) {
            if (const auto total = cds::readDouble(word.text, sign)) totals.push_back(*total);
        }
        std::size_t next = 0;
        for (const Column& column : columns) {
            if (amounts ? !column.name.starts_with("Amount") : column.name != "Area" && column.name != "Height")
                continue;
            if (next == totals.size()) return;
            const double total = totals[next++];
            double sum = 0;
            for (const std::string_view row : rows) {
                const bool standard = type != columns.end() && type->text(row).ends_with('I');
                if (!(withoutStandards && standard)) sum += cds::readDouble(column.text(row), sign).value_or(0);
            }
            if (std::abs(sum - total) > tolerance * std::max(std::abs(sum), std::abs(total)))
                remarks_.warn("total_differs", "a total is not the sum of its rows", line, column.name);
        }
    }

    const Text& text_;
    Reading& reading_;
    Remarks remarks_;
    TextBudget budget_;
    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    Observation injection_;
    std::string_view file_, injectionFile_, banner_, channel_, title_;
    cds::DayOrder order_ = cds::DayOrder::Unknown;
    std::size_t tables_ = 0;
};

}  // namespace

Reading readChemstationReport(std::string_view bytes, const Mapping& mapping, const SeriesSink&) {
    return readText("chemstation_report", bytes, mapping,
                    [](const Text& text, Reading& reading) { Reader(text, reading).read(); });
}

bool looksLikeChemstationReport(std::string_view bytes) {
    const std::string begin = opening(bytes, 4096);
    const std::size_t at = begin.find_first_not_of(" \t\r\n\f");
    if (at == std::string::npos || !begin.substr(at).starts_with("Data File ")) return false;
    return begin.find("\nSample Name:", at) != std::string::npos &&
           begin.find("\nAcq. Operator", at) != std::string::npos;
}

}  // namespace touchstone::instruments
