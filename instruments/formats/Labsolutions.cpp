#include "instruments/formats/Labsolutions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using Cells = std::vector<std::string_view>;

/// A block of the export: "[Peak Table(Detector A-Ch1)]" and its lines.
struct Section {
    std::string_view title, channel, whole;
    std::vector<std::string_view> lines;  // without empty ones
};

Section titled(std::string_view line) {
    Section section;
    section.title = line.substr(1, line.find(']') - 1);
    section.whole = line;
    const std::size_t open = section.title.find('(');
    if (open == std::string_view::npos) return section;
    section.channel = section.title.substr(open + 1, section.title.rfind(')') - open - 1);
    section.title = trimmed(section.title.substr(0, open));
    return section;
}

bool isTitle(std::string_view line) {
    const std::size_t end = line.find(']');
    return line.starts_with('[') && end != std::string_view::npos &&
           line.find_first_not_of(" ,;\t", end + 1) == std::string_view::npos;
}

/// "C:\\Data\\YP-1.qgd" to "YP-1".
std::string_view stem(std::string_view path) {
    const std::size_t folder = path.find_last_of("\\/");
    if (folder != std::string_view::npos) path.remove_prefix(folder + 1);
    return path.substr(0, path.rfind('.'));
}

std::optional<std::size_t> countOf(std::string_view text) {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(count) : std::nullopt;
}

class Reader {
public:
    Reader(const Text& text, const SeriesSink& sink, Reading& reading)
        : text_(text), sink_(sink), reading_(reading), remarks_(text, reading) {
        delimiter_ = delimiterOf(text.utf8());
    }

    void read() {
        findDayOrder();
        std::string_view rest = text_.utf8();
        Section section;
        while (const auto line = cds::takeLine(rest)) {
            if (isTitle(*line)) {
                take(section);
                section = titled(*line);
            } else if (!line->empty()) {
                section.lines.push_back(*line);
            }
        }
        take(section);
        endInjection();
    }

private:
    /// What stands behind the first key that every export has.
    static char delimiterOf(std::string_view text) {
        for (const std::string_view key :
             {"Application Name", "Data File Name", "Output Date", "Type", "Sample Name"}) {
            const std::size_t at = text.find(key);
            if (at == std::string_view::npos || at + key.size() >= text.size()) continue;
            const char next = text[at + key.size()];
            if (next == '\t' || next == ',' || next == ';') return next;
        }
        return '\t';
    }

    /// Another date of the same export may tell which of two numbers is the day.
    void findDayOrder() {
        std::string_view rest = text_.utf8();
        while (const auto line = cds::takeLine(rest)) {
            const bool dated = line->starts_with("Output Date") || line->starts_with("Generated") ||
                               line->starts_with("Modified") || line->starts_with("Acquired");
            if (!dated) continue;
            const Cells cells = cds::cellsOf(*line, delimiter_);
            if (cells.size() < 2) continue;
            if (const auto order = cds::dayOrder(cells[1]); order != cds::DayOrder::Unknown) dayOrder_ = order;
        }
    }

    void take(const Section& section) {
        if (reading_.refused) return;
        const std::string_view title = section.title;
        if (title == "Header") endInjection();
        if (title == "Sample Information") sampled_ = true;
        if (title == "Header" || title == "File Information" || title == "Sample Information" ||
            title == "Configuration") {
            return takeKeys(section);
        }
        if (title.ends_with("Peak Table")) return takePeaks(section, true);
        if (title == "Compound Results" || title.ends_with("Quantitative Results")) return takePeaks(section, false);
        if (title == "PDA 3D") return takePlane(section);
        if (title == "MS Spectrum") return takeTrace(section, "mass_spectrum");
        if (title == "PDA Spectrum") return takeTrace(section, "uv_visible_spectrum");
        if (title.ends_with("Chromatogram") || title.ends_with("Trace")) takeTrace(section, "chromatogram");
    }

    void takeKeys(const Section& section) {
        for (const std::string_view line : section.lines) {
            const Cells cells = cds::cellsOf(line, delimiter_);
            if (cells.size() < 2) continue;
            const std::string_view key = cells[0];
            if (key == "Sample ID") id_ = cells[1];
            if (key == "Sample Name") name_ = cells[1];
            if (key == "Data File Name") file_ = stem(cells[1]);
            if (key == "Vial#" || key == "Vial #") injection_.position = cells[1];
            if (key == "Operator Name") injection_.operatorName = cells[1];
            if (key == "Sample Type") injection_.kind = cds::kindOf(cells[1]);
            if (key == "Instrument Name") injection_.instrument = cells[1];
            if (key == "Acquired") acquired(line, cells[1]);
        }
    }

    void acquired(std::string_view line, std::string_view when) {
        injection_.observedAt = cds::readDate(when, dayOrder_);
        if (injection_.observedAt.empty() && !when.empty())
            remarks_.warn("time_unread", "a time could not be read", line, std::string(when));
    }

    /// Peaks are kept until the injection is known whole: an instrument's name stands behind some of them.
    void takePeaks(const Section& section, bool integrated) {
        std::optional<cds::PeakColumns> columns;
        std::optional<std::size_t> declared;
        std::vector<std::pair<Cells, std::string_view>> rows;
        for (const std::string_view line : section.lines) {
            const Cells cells = cds::cellsOf(line, delimiter_);
            if (!columns && cells[0].starts_with("# of") && cells.size() > 1) declared = countOf(cells[1]);
            if (!columns) {
                columns = cds::PeakColumns::of(cells);
            } else if (cells.size() > 1) {
                rows.emplace_back(cells, line);
            }
        }
        if (declared && *declared != rows.size()) {
            remarks_.refuse("peak_count", "a table does not hold as many rows as it declares", section.whole,
                            mismatch(section, *declared, rows.size()));
            return;
        }
        if (columns) keepPeaks(section, *columns, rows, integrated);
    }

    void keepPeaks(const Section& section, const cds::PeakColumns& columns,
                   const std::vector<std::pair<Cells, std::string_view>>& rows, bool integrated) {
        cds::DecimalEvidence evidence;
        for (const auto& [cells, line] : rows) cds::look(evidence, cells);
        const auto sign = evidence.sign();
        if (!sign) remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one", section.whole);
        for (const auto& [cells, line] : rows) {
            cds::Peak peak = columns.peak(cells);
            peak.channel = section.channel;
            peak.decimalSign = sign.value_or('.');
            peak.span = wire(line);
            if (integrated) {
                if (!peak.compound.empty()) integratedCompounds_.insert(peak.compound);
                peaks_.push_back(std::move(peak));
            } else {
                const std::string& found = peak.retentionTime.text;  // "Not Identified"
                if (peak.amount.text.empty() && !readNumber(found, peak.decimalSign)) peak.amount.text = found;
                compounds_.push_back(std::move(peak));
            }
        }
    }

    void endInjection() {
        injection_.specimen = !id_.empty() ? id_ : !name_.empty() || sampled_ ? name_ : file_;
        for (const cds::Peak& peak : peaks_) cds::addPeak(injection_, peak, reading_);
        for (const cds::Peak& peak : compounds_) {
            if (!integratedCompounds_.contains(peak.compound)) cds::addPeak(injection_, peak, reading_);
        }
        peaks_.clear();
        compounds_.clear();
        integratedCompounds_.clear();
        injection_ = {};
        id_.clear();
        name_.clear();
        file_.clear();
        sampled_ = false;
    }

    struct Keys {
        double multiplier = 1;
        std::string unit;
        std::optional<std::size_t> points;
        std::optional<double> firstWavelength;
    };

    /// The lines before the numbers; leaves the place of the first line of the table in `at`.
    Keys keysOf(const Section& section, std::size_t& at) const {
        Keys keys;
        for (; at < section.lines.size(); ++at) {
            const Cells cells = cds::cellsOf(section.lines[at], delimiter_);
            const std::string_view key = cells[0];
            const bool heading = key.starts_with("R.Time") || key.starts_with("Ret.Time") || key.empty();
            if (heading || cells.size() < 2 || cells[1].find("Intensity") != std::string_view::npos) break;
            cds::DecimalEvidence evidence;
            evidence.look(cells[1]);
            const char sign = evidence.sign().value_or('.');
            if (key.ends_with("Multiplier")) keys.multiplier = cds::readDouble(cells[1], sign).value_or(1);
            if (key.ends_with("Units")) keys.unit = cells[1];
            if (key == "# of Points" || key == "# of Peaks" || key == "# of Time Axis Points")
                keys.points = countOf(cells[1]);
            if (key.starts_with("Start Wavelength")) keys.firstWavelength = cds::readDouble(cells[1], sign);
        }
        return keys;
    }

    [[nodiscard]] char signOf(const Section& section, std::size_t from) {
        cds::DecimalEvidence evidence;
        for (std::size_t i = from; i < section.lines.size(); ++i) {
            cds::look(evidence, cds::cellsOf(section.lines[i], delimiter_));
        }
        const auto sign = evidence.sign();
        if (!sign) remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one", section.whole);
        return sign.value_or('.');
    }

    void takeTrace(const Section& section, std::string_view kind) {
        if (!sink_) return;
        std::size_t at = 0;
        const Keys keys = keysOf(section, at);
        if (at >= section.lines.size()) return checkPoints(section, keys, 0);
        const Cells header = cds::cellsOf(section.lines[at], delimiter_);
        const auto isIntensity = [](std::string_view c) { return c.find("Intensity") != std::string_view::npos; };
        const auto found = std::ranges::find_if(header, isIntensity);
        const std::size_t column = found == header.end() ? 1 : static_cast<std::size_t>(found - header.begin());
        Series series;
        series.name = section.channel.empty() ? section.title : section.channel;
        series.kind = section.title.ends_with("Trace") ? "trace" : kind;
        series.xUnit = cds::headingOf(header[0]).unit;
        series.unit = keys.unit;
        const char sign = signOf(section, at + 1);
        for (std::size_t i = at + 1; i < section.lines.size(); ++i) {
            const Cells cells = cds::cellsOf(section.lines[i], delimiter_);
            const auto x = cds::readDouble(cells[0], sign);
            const auto y = column < cells.size() ? cds::readDouble(cells[column], sign) : std::nullopt;
            if (!x || !y) {
                remarks_.warn("bad_point", "a line is no point of the trace", section.lines[i]);
                break;
            }
            series.x.push_back(*x);
            series.y.push_back(*y * keys.multiplier);
        }
        series.span = spanOf(section);
        checkPoints(section, keys, series.x.size());
        sink_(std::move(series));
    }

    void checkPoints(const Section& section, const Keys& keys, std::size_t found) {
        if (!keys.points || *keys.points == found) return;
        remarks_.warn("point_count", "the points are not as many as declared", section.whole,
                      mismatch(section, *keys.points, found));
    }

    static std::string mismatch(const Section& section, std::size_t declared, std::size_t found) {
        return std::string(section.whole) + ": " + std::to_string(declared) + " ≠ " + std::to_string(found);
    }

    /// Times down, wavelengths across: a chromatogram for each wavelength.
    void takePlane(const Section& section) {
        if (!sink_) return;
        std::size_t at = 0;
        const Keys keys = keysOf(section, at);
        if (at < section.lines.size() && section.lines[at].starts_with("R.Time")) ++at;
        if (at >= section.lines.size()) return checkPoints(section, keys, 0);
        const Cells header = cds::cellsOf(section.lines[at], delimiter_);
        const char sign = signOf(section, at + 1);
        const std::size_t wavelengths = header.size() - 1;
        std::vector<double> times, plane;
        for (std::size_t i = at + 1; i < section.lines.size(); ++i) {
            const Cells cells = cds::cellsOf(section.lines[i], delimiter_);
            const auto time = cds::readDouble(cells[0], sign);
            if (!time || cells.size() <= wavelengths) {
                remarks_.warn("bad_point", "a line is no spectrum of the plane", section.lines[i]);
                break;
            }
            for (std::size_t w = 1; w <= wavelengths; ++w) {
                plane.push_back(cds::readDouble(cells[w], sign).value_or(std::numeric_limits<double>::quiet_NaN()));
            }
            times.push_back(*time);
        }
        checkPoints(section, keys, times.size());
        givePlane(section, keys, header, times, plane);
    }

    void givePlane(const Section& section, const Keys& keys, const Cells& header, const std::vector<double>& times,
                   const std::vector<double>& plane) {
        const std::size_t wavelengths = header.size() - 1;
        for (std::size_t w = 0; w < wavelengths; ++w) {
            Series series;
            series.name = "PDA " + wavelength(header, w + 1, keys.firstWavelength);
            series.kind = "chromatogram";
            series.xUnit = "min";
            series.unit = keys.unit;
            series.x = times;
            for (std::size_t i = 0; i < times.size(); ++i)
                series.y.push_back(plane[i * wavelengths + w] * keys.multiplier);
            series.span = spanOf(section);
            sink_(std::move(series));
        }
    }

    /// Exports write hundredths of a nanometre; that they do is told by the wavelength at which they say to start.
    [[nodiscard]] static std::string wavelength(const Cells& header, std::size_t at, std::optional<double> start) {
        const auto first = cds::readDouble(header[1]);
        const bool hundredths = first && start && *start > 0 && *first / *start > 99 && *first / *start < 101;
        const auto number = countOf(header[at]);
        if (!hundredths || !number) return std::string(header[at]) + " nm";
        std::string text = std::to_string(*number / 100);
        if (*number % 100 != 0) text += "." + std::to_string(*number % 100 + 100).substr(1);
        return text + " nm";
    }

    [[nodiscard]] Span wire(std::string_view part) const { return text_.wire(part); }
    [[nodiscard]] Span spanOf(const Section& section) const {
        const std::string_view last = section.lines.empty() ? section.whole : section.lines.back();
        return text_.wire(std::string_view(section.whole.data(),
                                           static_cast<std::size_t>(last.data() + last.size() - section.whole.data())));
    }

    const Text& text_;
    const SeriesSink& sink_;
    Reading& reading_;
    Remarks remarks_;
    char delimiter_;
    cds::DayOrder dayOrder_ = cds::DayOrder::Unknown;
    Observation injection_;
    std::string id_, name_, file_;
    bool sampled_ = false;  // the injection has a [Sample Information]
    std::vector<cds::Peak> peaks_, compounds_;
    std::set<std::string> integratedCompounds_;
};

}  // namespace

Reading readLabsolutions(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readText("labsolutions", bytes, mapping,
                    [&](const Text& text, Reading& reading) { Reader(text, sink, reading).read(); });
}

bool looksLikeLabsolutions(std::string_view bytes) {
    const std::string begin = opening(bytes, 4096);
    const std::size_t at = begin.find_first_not_of(" \t\r\n");
    if (at == std::string::npos || begin[at] != '[') return false;
    const std::string_view rest = std::string_view(begin).substr(at);
    static constexpr std::array<std::string_view, 6> titles{"[File Information]", "[Sample Information]",
                                                            "[Peak Table",        "[LC Chromatogram",
                                                            "[PDA 3D]",           "[MS Quantitative Results]"};
    const auto begins = [&](std::string_view title) { return rest.starts_with(title); };
    const auto holds = [&](std::string_view text) { return rest.find(text) != std::string_view::npos; };
    if (!begins("[Header]")) return std::ranges::any_of(titles, begins);
    return holds("Application Name") || std::ranges::any_of(titles, holds);  // others begin with a [Header], too
}

}  // namespace touchstone::instruments
