#include "instruments/formats/Chromeleon.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using Cells = std::vector<std::string_view>;

class Reader {
public:
    Reader(const Text& text, const SeriesSink& sink, Reading& reading)
        : text_(text), sink_(sink), reading_(reading), remarks_(text, reading) {}

    void read() {
        std::string_view rest = text_.utf8();
        while (true) {
            const std::string_view before = rest;
            const auto line = cds::takeLine(rest);
            if (!line) break;
            const Cells cells = cds::cellsOf(*line, '\t');
            if (cells[0].starts_with("Time") && cells.size() > 1 && raw_) {
                takeTrace(cells, before, rest);
            } else if (const auto columns = cds::PeakColumns::of(cells)) {
                takePeaks(*columns, rest);
            } else if (cells.size() > 1) {
                takeKey(cells, *line);
            } else if (cells[0].ends_with(':')) {
                raw_ = cells[0] == "Raw Data:" || cells[0] == "Chromatogram Data:";
            }
        }
        for (const cds::Peak& peak : peaks_) cds::addPeak(injection(), peak, reading_);
    }

private:
    void takeKey(const Cells& cells, std::string_view line) {
        const std::string_view key = cells[0], value = cells[1];
        if (key == "Sample ID") id_ = value;
        if (key == "Injection" || key == "Injection Name" || key == "Sample" || key == "Sample Name") name_ = value;
        if (key == "Position" || key == "Sample Position") common_.position = value;
        if (key == "Operator") common_.operatorName = value;
        if (key == "Type" || key == "Injection Type") common_.kind = cds::kindOf(value);
        if (key == "Status") common_.status = value;
        if (key == "Instrument") common_.instrument = value;
        if (key == "Injection Date" || key == "Date") date_ = value;
        if ((key == "Injection Time" || key == "Time") && time_.empty()) time_ = value;
        if (key == "Channel" || key == "Channel Name") channel_ = value;
        if (key == "Data Points") points_ = countOf(value);
        if (key == "Injection Date" || key == "Date" || key == "Injection Time") dated_ = line;
    }

    /// "3241"; "3.241" and "3,241" are the same number where three digits follow each sign.
    static std::optional<std::size_t> countOf(std::string_view text) {
        std::string digits;
        for (const char c : text) {
            if (c != '.' && c != ',') digits += c;
        }
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
        return error == std::errc() && end == digits.data() + digits.size() ? std::optional(count) : std::nullopt;
    }

    Observation injection() {
        common_.specimen = id_.empty() ? name_ : id_;
        const std::string when = date_ + (time_.empty() ? "" : " " + time_);
        common_.observedAt = cds::readDate(when);
        if (common_.observedAt.empty() && !date_.empty() && !std::exchange(timeWarned_, true)) {
            remarks_.warn("time_unread", "a time could not be read", dated_, when);
        }
        return common_;
    }

    /// Rows up to the first that is none; `rest` begins behind the header.
    static std::vector<std::pair<Cells, std::string_view>> takeRows(std::string_view& rest) {
        std::vector<std::pair<Cells, std::string_view>> rows;
        while (true) {
            std::string_view after = rest;
            const auto line = cds::takeLine(after);
            if (!line || line->find('\t') == std::string_view::npos) break;
            rows.emplace_back(cds::cellsOf(*line, '\t'), *line);
            rest = after;
        }
        return rows;
    }

    static char signOf(std::string_view rows) {
        cds::DecimalEvidence evidence;
        while (const auto line = cds::takeLine(rows)) {
            if (line->find('\t') == std::string_view::npos) break;
            cds::look(evidence, cds::cellsOf(*line, '\t'));
        }
        return evidence.sign().value_or('\0');
    }

    void takeTrace(const Cells& header, std::string_view begin, std::string_view& rest) {
        const auto isValue = [](std::string_view c) { return c.starts_with("Value"); };
        const auto found = std::ranges::find_if(header, isValue);
        const std::size_t column =
            found == header.end() ? header.size() - 1 : static_cast<std::size_t>(found - header.begin());
        const std::string_view top = begin.substr(0, begin.size() - rest.size());
        char sign = signOf(rest);
        if (sign == '\0') {
            remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one", top);
            sign = '.';
        }
        Series series{.name = channel_,
                      .kind = "chromatogram",
                      .xUnit = std::string(cds::headingOf(header[0]).unit),
                      .unit = std::string(cds::headingOf(header[column]).unit),
                      .x = {},
                      .y = {},
                      .span = {}};
        while (true) {
            std::string_view after = rest;
            const auto line = cds::takeLine(after);
            if (!line || line->find('\t') == std::string_view::npos) break;
            const Cells cells = cds::cellsOf(*line, '\t');
            const auto x = cds::readDouble(cells[0], sign);
            if (!x || column >= cells.size()) {
                remarks_.warn("bad_point", "a line is no point of the trace", *line);
                break;
            }
            series.x.push_back(*x);
            series.y.push_back(cds::readDouble(cells[column], sign).value_or(std::numeric_limits<double>::quiet_NaN()));
            rest = after;
        }
        series.span = text_.wire(begin.substr(0, begin.size() - rest.size()));
        if (points_ && *points_ != series.x.size()) {
            remarks_.warn("point_count", "the points are not as many as declared", top,
                          std::to_string(*points_) + " ≠ " + std::to_string(series.x.size()));
        }
        if (sink_) sink_(std::move(series));
    }

    void takePeaks(cds::PeakColumns columns, std::string_view& rest) {
        auto rows = takeRows(rest);
        const auto numbered = [](const Cells& cells) {
            return std::ranges::any_of(cells, [](std::string_view c) { return readNumber(c) || readNumber(c, ','); });
        };
        if (!rows.empty() && !numbered(rows.front().first)) {
            columns.setUnits(rows.front().first);
            rows.erase(rows.begin());
        }
        cds::DecimalEvidence evidence;
        for (const auto& [cells, line] : rows) cds::look(evidence, cells);
        const auto sign = evidence.sign();
        if (!sign)
            remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one", rows.front().second);
        for (const auto& [cells, line] : rows) {
            cds::Peak peak = columns.peak(cells);
            if (peak.retentionTime.text.empty() && peak.compound.empty()) continue;  // the sums below a table
            if (cells[0].starts_with("Total") || peak.compound.starts_with("Total")) continue;
            peak.channel = channel_;
            peak.decimalSign = sign.value_or('.');
            peak.span = text_.wire(line);
            peaks_.push_back(std::move(peak));
        }
    }

    const Text& text_;
    const SeriesSink& sink_;
    Reading& reading_;
    Remarks remarks_;
    Observation common_;
    std::string id_, name_, date_, time_, channel_;
    std::string_view dated_;
    std::optional<std::size_t> points_;
    std::vector<cds::Peak> peaks_;
    bool raw_ = false, timeWarned_ = false;
};

}  // namespace

Reading readChromeleon(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readText("chromeleon", bytes, mapping,
                    [&](const Text& text, Reading& reading) { Reader(text, sink, reading).read(); });
}

bool looksLikeChromeleon(std::string_view bytes) {
    const std::string begin = opening(bytes, 4096);
    const bool path = begin.starts_with("File Path\t") || begin.starts_with("Filepath\t") || begin.starts_with("URL\t");
    const bool heading = begin.find("Injection Information:") != std::string::npos ||
                         begin.find("Sample Information:") != std::string::npos;
    return path && heading;
}

}  // namespace touchstone::instruments
