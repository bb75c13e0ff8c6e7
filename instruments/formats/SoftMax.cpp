#include "instruments/formats/SoftMax.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Fields.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/SoftMaxPlate.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using softmax::Axis;
using softmax::Cells;
using softmax::Measured;
using softmax::PlateHead;

constexpr std::string_view firstWords = "##BLOCKS=";

/// "0:30", "00:01:30" in seconds.
std::optional<double> secondsOf(std::string_view text) {
    double seconds = 0;
    for (const std::string_view part : split(text, ':')) {
        const auto number = cds::readDouble(part);
        if (!number) return std::nullopt;
        seconds = seconds * 60 + *number;
    }
    return seconds;
}

std::string_view spectrumOf(std::string_view mode) {
    if (mode == "Absorbance") return "uv_visible_spectrum";
    return mode == "Fluorescence" ? "fluorescence_spectrum" : "spectrum";
}

class Reader {
public:
    Reader(const Text& text, const SeriesSink& sink, Reading& reading)
        : text_(text), sink_(sink), reading_(reading), remarks_(text, reading) {}

    void read() {
        std::string_view rest = text_.utf8();
        const auto first = cds::takeLine(rest);
        splitBlocks(rest);
        if (first) checkCount(*first);
        findDecimalSign();
        for (const Block& block : blocks_) {
            if (isGroup(block)) takeGroup(block);
        }
        for (const Block& block : blocks_) {
            if (isPlate(block) && !reading_.refused) takePlate(block);
        }
        if (!reading_.refused && reading_.observations.empty() && !anySeries_)
            remarks_.refuse("no_data", "no block holds a result");
    }

private:
    using Block = std::vector<std::string_view>;  // lines, the empty ones too
    static bool isGroup(const Block& block) { return block.front().starts_with("Group:"); }
    static bool isPlate(const Block& block) { return block.front().starts_with("Plate:"); }

    void splitBlocks(std::string_view rest) {
        Block block;
        while (const auto line = cds::takeLine(rest)) {
            if (line->starts_with("~End")) {
                ++ended_;
                if (!block.empty()) blocks_.push_back(std::exchange(block, {}));
            } else if (!block.empty() || !trimmed(*line).empty()) {
                block.push_back(*line);
            }
        }
        if (std::ranges::count_if(blocks_, isPlate) == 1) {
            onlyPlate_ = part(cds::cellsOf(std::ranges::find_if(blocks_, isPlate)->front(), '\t'), 2);
        }
    }

    void checkCount(std::string_view line) {
        std::string_view said = line.substr(std::min(line.find('=') + 1, line.size()));
        said = trimmed(said.substr(0, said.find('\t')));
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), count);
        if (error == std::errc() && end == said.data() + said.size() && count <= ended_) return;
        remarks_.refuse("block_count", "the file does not hold as many blocks as it says", line,
                        std::string(said) + " ≠ " + std::to_string(ended_));
    }

    void findDecimalSign() {
        cds::DecimalEvidence evidence;
        for (const Block& block : blocks_) {
            if (!isGroup(block) && !isPlate(block)) continue;
            for (std::size_t i = 1; i < block.size(); ++i) cds::look(evidence, cds::cellsOf(block[i], '\t'));
        }
        const auto sign = evidence.sign();
        if (!sign) remarks_.warn("decimal_unclear", "it cannot be told which sign is the decimal one");
        sign_ = sign.value_or('.');
    }

    // Groups ------------------------------------------------------------------------------------------------------

    struct Columns {
        Cells names;
        std::size_t sample = 0;
        std::optional<std::size_t> well, plate;
        [[nodiscard]] bool isResult(std::size_t i) const {
            return i != sample && i != well && i != plate && !names[i].empty();
        }
    };

    static std::optional<Columns> columnsOf(const Cells& cells) {
        Columns columns;
        columns.names = cells;
        const auto at = [&](std::string_view name) -> std::optional<std::size_t> {
            const auto found = std::ranges::find(cells, name);
            return found == cells.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - cells.begin()));
        };
        const auto sample = at("Sample");
        if (!sample) return std::nullopt;
        columns.sample = *sample;
        columns.well = at("Wells") ? at("Wells") : at("Well");
        columns.plate = at("WellPlateName");
        return columns;
    }

    /// The rows of samples end with an empty line; what follows says how their columns were worked out, and sums up.
    void takeGroup(const Block& block) {
        const Cells title = cds::cellsOf(block.front().substr(std::string_view("Group:").size()), '\t');
        const std::string name(title[0].empty() ? part(title, 2) : title[0]);
        std::size_t line = takeRows(name, block);
        while (line < block.size() && !block[line].starts_with("Group Summaries")) ++line;
        for (++line; line < block.size(); ++line) takeSummary(name, cds::cellsOf(block[line], '\t'));
    }

    /// Behind the last.
    std::size_t takeRows(const std::string& group, const Block& block) {
        std::optional<Columns> columns;
        std::string_view sample;
        std::size_t line = 1;
        for (; line < block.size() && !trimmed(block[line]).empty(); ++line) {
            const Cells cells = cds::cellsOf(block[line], '\t');
            if (!columns) {
                columns = columnsOf(cells);
                if (!columns) break;
            } else {
                if (const auto own = part(cells, columns->sample + 1); !own.empty()) sample = own;
                takeRow(group, *columns, cells, sample);
            }
        }
        return line;
    }

    /// Name, words, value and formula of what is said of a group as a whole.
    void takeSummary(const std::string& group, const Cells& cells) {
        if (cells.size() < 4 || cells[0].empty() || cells[2].empty()) return;
        Observation o;
        o.specimen = group;
        o.kind = cds::kindOf(group);
        o.name = cells[1].empty() ? cells[0] : cells[1];
        add(std::move(o), group + "/" + std::string(cells[0]), cells[2]);
    }

    void add(Observation o, std::string code, std::string_view value) {
        o.code = std::move(code);
        setValue(o, value, sign_);
        o.span = text_.wire(value);
        reading_.observations.push_back(std::move(o));
    }

    void takeRow(const std::string& group, const Columns& columns, const Cells& cells, std::string_view sample) {
        Observation row;
        row.specimen = sample;
        row.kind = cds::kindOf(group);
        if (columns.well) row.position = part(cells, *columns.well + 1);
        const auto plate = columns.plate ? part(cells, *columns.plate + 1) : std::string_view();
        if (!row.position.empty() && !sample.empty()) name(plate, row, cells[0]);
        for (std::size_t i = 0; i < std::min(cells.size(), columns.names.size()); ++i) {
            if (!columns.isResult(i) || cells[i].empty()) continue;
            Observation o = row;
            o.name = columns.names[i];
            add(std::move(o), group + "/" + std::string(columns.names[i]), cells[i]);
        }
    }

    struct Named {
        std::string sample;
        ObservationKind kind = ObservationKind::Sample;
        bool disputed = false;
    };

    /// Without the name of a plate a group speaks of the only one there is.
    void name(std::string_view plate, const Observation& row, std::string_view where) {
        if (plate.empty()) plate = onlyPlate_;
        if (plate.empty()) return;
        const auto [at, fresh] = names_.try_emplace({std::string(plate), row.position}, Named{row.specimen, row.kind});
        if (fresh || at->second.sample == row.specimen || std::exchange(at->second.disputed, true)) return;
        remarks_.warn("two_samples", "groups name two samples for a well", where, row.position);
    }

    [[nodiscard]] const Named* sampleIn(std::string_view plate, const std::string& well) const {
        const auto found = names_.find({std::string(plate), well});
        return found == names_.end() || found->second.disputed ? nullptr : &found->second;
    }

    // Plates ------------------------------------------------------------------------------------------------------

    void takePlate(const Block& block) {
        std::string wrong;
        const auto head = PlateHead::of(cds::cellsOf(block.front(), '\t'), wrong);
        if (!head)
            return remarks_.warn("plate_left_out", "a plate of this version or kind is not read", block.front(), wrong);
        const auto plate = softmax::readPlate(*head, {block.begin() + 1, block.end()});
        if (!plate.wrong.empty()) {
            return remarks_.refuse("plate_unreadable", plate.wrong, block.front(), std::string(head->name));
        }
        if (plate.reads != head->reads && !(plate.reads == 0 && head->axis == Axis::None)) {
            remarks_.warn(
                "point_count", "a plate does not hold as many reads as it says", block.front(),
                std::string(head->name) + ": " + std::to_string(head->reads) + " ≠ " + std::to_string(plate.reads));
        }
        Traces traces;
        for (const Measured& measured : plate.cells) {
            if (measured.channel >= head->channels.size() && !measured.reduced) {
                return remarks_.refuse("plate_unreadable", "a plate holds more wavelengths than it names",
                                       measured.text, std::string(head->name));
            }
            if (head->axis == Axis::None || measured.reduced) {
                takeValue(*head, measured);
            } else {
                takePoint(*head, measured, traces);
            }
        }
        anySeries_ = anySeries_ || !traces.empty();
        for (auto& [key, series] : traces) {
            if (sink_) sink_(std::move(series));
        }
    }

    void takeValue(const PlateHead& head, const Measured& measured) {
        Observation o;
        o.specimen = head.name;
        o.position = measured.well;
        if (const Named* const named = sampleIn(head.name, measured.well)) {
            o.specimen = named->sample;
            o.kind = named->kind;
        }
        const std::string what = measured.reduced ? "reduced" : head.channels[measured.channel];
        o.name = std::string(head.mode) + " (" + std::string(head.name) + ")";
        add(std::move(o), lowered(head.mode) + (what.empty() ? "" : " " + what), measured.text);
    }

    using Traces = std::map<std::pair<std::size_t, std::string>, Series>;  // by channel and well

    void takePoint(const PlateHead& head, const Measured& measured, Traces& traces) {
        const bool timed = head.axis == Axis::Time;
        const auto x = timed ? secondsOf(measured.at) : cds::readDouble(measured.at, sign_);
        if (!x)
            return remarks_.warnOnce("bad_point", "a read does not say where it stands", measured.text,
                                     std::string(measured.at));
        Series& series = traces[{measured.channel, measured.well}];
        if (series.name.empty()) {
            const std::string& channel = head.channels[measured.channel];
            series.name = std::string(head.name) + " " + measured.well + (channel.empty() ? "" : " " + channel);
            series.kind = timed ? "kinetic" : spectrumOf(head.mode);
            series.xUnit = timed ? "s" : "nm";
            series.span = text_.wire(measured.text);
        }
        series.x.push_back(*x);
        series.y.push_back(cds::readDouble(measured.text, sign_).value_or(std::numeric_limits<double>::quiet_NaN()));
    }

    const Text& text_;
    const SeriesSink& sink_;
    Reading& reading_;
    Remarks remarks_;
    std::vector<Block> blocks_;
    std::size_t ended_ = 0;
    std::string_view onlyPlate_;  // its name, where there is one plate
    char sign_ = '.';
    std::map<std::pair<std::string, std::string>, Named> names_;  // by plate and well
    bool anySeries_ = false;
};

}  // namespace

Reading readSoftMax(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readText("softmax", bytes, mapping,
                    [&](const Text& text, Reading& reading) { Reader(text, sink, reading).read(); });
}

bool looksLikeSoftMax(std::string_view bytes) {
    return opening(bytes, firstWords.size()) == firstWords;
}

}  // namespace touchstone::instruments
