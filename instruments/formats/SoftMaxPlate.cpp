#include "instruments/formats/SoftMaxPlate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "instruments/formats/Fields.h"
#include "instruments/formats/PeakTable.h"
#include "instruments/formats/Plate.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments::softmax {
namespace {

constexpr std::string_view version = "1.3";
constexpr std::size_t mostChannels = 100;

std::optional<std::size_t> countOf(std::string_view text) {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(count) : std::nullopt;
}

std::size_t rowsOf(std::size_t wells) {
    static constexpr std::array<std::pair<std::size_t, std::size_t>, 7> sizes{
        {{6, 2}, {12, 3}, {24, 4}, {48, 6}, {96, 8}, {384, 16}, {1536, 32}}};
    const auto found = std::ranges::find(sizes, wells, &std::pair<std::size_t, std::size_t>::first);
    return found == sizes.end() ? 0 : found->second;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found = split(text, ' ');
    std::erase(found, std::string_view());
    return found;
}

/// Emission, with the excitation before it where there is one for each.
std::vector<std::string> channelsOf(std::string_view emission, std::string_view excitation) {
    const auto behind = words(emission), before = words(excitation);
    std::vector<std::string> channels;
    for (std::size_t i = 0; i < std::min(behind.size(), mostChannels); ++i) {
        const std::string own = behind[i] == "0" ? std::string() : std::string(behind[i]);
        channels.push_back(before.size() == behind.size() ? std::string(before[i]) + "/" + own : own);
    }
    if (channels.empty()) channels.emplace_back();
    return channels;
}

bool isWell(std::string_view text) {
    const std::size_t digits = text.find_first_of("0123456789");
    if (digits == 0 || digits > 2 || digits == std::string_view::npos) return false;
    const bool letters = std::ranges::all_of(text.substr(0, digits), [](char c) { return c >= 'A' && c <= 'Z'; });
    return letters && countOf(text.substr(digits)).has_value();
}

class Reader {
public:
    explicit Reader(const PlateHead& head) : head_(head) {}

    PlateReads read(const std::vector<std::string_view>& lines) {
        for (const std::string_view line : lines) {
            const Cells cells = cds::cellsOf(line, '\t');
            const bool empty = std::ranges::all_of(cells, &std::string_view::empty);
            if (empty && !isEmptyRow(cells)) {
                endOfTable();
            } else if (line_ > 0 || !begins(cells)) {
                take(cells, empty);
            }
            if (!out_.wrong.empty()) return std::move(out_);
        }
        endOfTable();
        if (columns_.empty() && out_.wrong.empty()) out_.wrong = "it has no row of columns";
        return std::move(out_);
    }

private:
    struct Column {
        std::size_t cell = 0, channel = 0;
        std::string_view name;  ///< number of the column, or the well
    };

    /// A row of column numbers 1 2 3 …, once more for each further channel behind an empty cell; or of wells. Before it
    /// stand words or nothing, and nothing where the software worked the wells out.
    bool begins(const Cells& cells) {
        if (fresh_ || cells.size() < 3 || isFigure(cells[0]) || isFigure(cells[1])) return false;
        std::vector<Column> columns;
        std::size_t channel = 0, expected = 1;
        for (std::size_t i = 2; i < cells.size(); ++i) {
            if (cells[i].empty()) continue;
            if (head_.byTime ? !isWell(cells[i]) : countOf(cells[i]) != expected) {
                if (head_.byTime || cells[i] != "1" || expected < 3) return false;
                ++channel;
                expected = 1;
            }
            ++expected;
            columns.push_back({i, channel, cells[i]});
        }
        if (columns.size() < 2) return false;
        columns_ = std::move(columns);
        reduced_ = cells[1].empty();
        channel_ = 0;
        fresh_ = true;
        return true;
    }

    /// A temperature, a time or a wavelength.
    static bool isFigure(std::string_view cell) {
        return cell == "NaN" || (!cell.empty() && cell.find_first_not_of("0123456789.,:-+ ") == std::string_view::npos);
    }

    /// A row of the plate that was not read: tabs as far as the columns reach. Between tables there are fewer.
    [[nodiscard]] bool isEmptyRow(const Cells& cells) const {
        return !head_.byTime && columns_.size() > 1 && cells.size() > columns_[1].cell;
    }

    void take(const Cells& cells, bool empty) {
        fresh_ = false;
        if (columns_.empty()) {
            out_.wrong = "it has no row of columns";
        } else if (head_.byTime) {
            begin(cells);
            keep(cells);
        } else {
            if (!empty && !any_)
                begin(cells);
            else if (!reduced_ && (!cells[0].empty() || !cells[1].empty()))
                out_.wrong = "a table begins within another";
            keep(cells);
            any_ = any_ || !empty;
            if (++line_ < head_.rows) return;
            line_ = 0;
            any_ = false;
        }
    }

    /// Time, wavelength and temperature stand before the first row that was read.
    void begin(const Cells& cells) {
        at_ = cells[0];
        if (!reduced_ && (channel_ == 0 || !head_.byTime)) ++out_.reads;
        inTable_ = true;
    }

    void keep(const Cells& cells) {
        for (const Column& column : columns_) {
            if (column.cell >= cells.size() || cells[column.cell].empty()) continue;
            const std::string well =
                head_.byTime ? std::string(column.name) : rowLetters(line_) + std::string(column.name);
            out_.cells.push_back({well, head_.byTime ? channel_ : column.channel, reduced_, at_, cells[column.cell]});
        }
    }

    void endOfTable() {
        if (any_) out_.wrong = "a table has fewer rows than the plate";
        line_ = 0;
        // In TimeFormat the channels stand below each other; along a spectrum there is only one.
        if (std::exchange(inTable_, false) && head_.axis != Axis::Wavelength) ++channel_;
    }

    const PlateHead& head_;
    PlateReads out_;
    std::vector<Column> columns_;
    bool fresh_ = false;  ///< the columns were told by the line before
    bool reduced_ = false, inTable_ = false;
    bool any_ = false;      ///< of the plate that is being read, a row was not empty
    std::size_t line_ = 0;  ///< of that plate
    std::size_t channel_ = 0;
    std::string_view at_;
};

std::string named(std::string_view text) {
    return text.empty() ? "?" : std::string(text);
}

}  // namespace

std::optional<PlateHead> PlateHead::of(const Cells& cells, std::string& wrong) {
    PlateHead head;
    head.name = part(cells, 2);
    const std::string_view format = part(cells, 4), kind = part(cells, 5);
    head.mode = part(cells, 6);
    // Where it was read from stands only in heads of fluorescence.
    const bool placed = part(cells, 7) == "TRUE" || part(cells, 7) == "FALSE";
    const auto field = [&](std::size_t n) { return part(cells, placed ? n + 1 : n); };
    head.byTime = format == "TimeFormat";
    head.rows = rowsOf(countOf(field(19)).value_or(0));
    head.axis = kind == "Kinetic" ? Axis::Time : kind == "Spectrum" ? Axis::Wavelength : Axis::None;
    if (head.axis != Axis::None) head.reads = countOf(field(9)).value_or(0);
    head.channels =
        head.axis == Axis::Wavelength ? std::vector<std::string>(1) : channelsOf(field(16), placed ? field(20) : "");
    if (part(cells, 3) != version) wrong = named(part(cells, 3));
    if (!head.byTime && format != "PlateFormat") wrong = named(format);
    if (head.axis == Axis::None && kind != "Endpoint") wrong = named(kind);
    if (head.name.empty()) wrong = named("");
    if (head.rows == 0) wrong = named(field(19));
    return wrong.empty() ? std::optional(std::move(head)) : std::nullopt;
}

PlateReads readPlate(const PlateHead& head, const std::vector<std::string_view>& lines) {
    return Reader(head).read(lines);
}

}  // namespace touchstone::instruments::softmax
