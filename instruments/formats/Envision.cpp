#include "instruments/formats/Envision.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "instruments/formats/Block.h"
#include "instruments/formats/Measured.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Plate.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostRows = 32, mostColumns = 48;  // of a plate

/// ="0815" as spreadsheets are told that a number is a text.
std::string plain(std::string text) {
    if (text.starts_with("=\"") && text.ends_with('"') && text.size() > 2) return text.substr(2, text.size() - 3);
    return text;
}

std::size_t countIn(const std::string& text) {
    std::size_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    return fault == std::errc() && end == text.data() + text.size() ? count : 0;
}

class Reader {
public:
    Reader(const std::vector<Sheet>& sheets, Reading& reading)
        : sheet_(sheets.front()),
          whole_(sheets, 0, nullptr),
          reading_(reading),
          budget_(sheet_.source().utf8().size()) {}

    void read(const SeriesSink& sink) {
        readMaps();
        instrument_ = plain(whole_.note("Serial#"));
        for (std::size_t row = 0; row < sheet_.rowCount() && !reading_.refused;) {
            if (isTitle(row)) refuse(row, "nothing says what is measured in a plate");
            row = isInformation(row) ? readMeasurement(row) : row + 1;
        }
        if (!reading_.refused && measured_.empty()) {
            reading_.refused = Finding{"no_results", "the export holds no wells with values", {}};
        }
        Mapping written;
        written.decimalAuto = written.datesAuto = true;
        if (!reading_.refused) settle(std::move(measured_), {}, written, reading_, sink);
    }

private:
    using Names = std::map<std::string, std::string>;  // by well

    [[nodiscard]] bool isInformation(std::size_t row) const {
        return sheet_.text(row, 0) == "Plate" && sheet_.text(row, 1) == "Repeat" && sheet_.text(row, 2) == "Barcode";
    }

    [[nodiscard]] bool isTitle(std::size_t row) const {
        const std::string text = sheet_.rowText(row);
        return match("Results for *", text) || match("Calculated results: *", text);
    }

    [[nodiscard]] bool follows(std::size_t row) const {
        return row < sheet_.rowCount() && sheet_.number(row) == sheet_.number(row - 1) + 1;
    }

    /// Returns the row behind it.
    std::size_t readMeasurement(std::size_t row) {
        const std::size_t head = row++;
        if (!follows(row) || follows(row + 1)) return refuse(row, "one row of information belongs to a plate");
        const Observation common = describe(head, row);
        ++row;
        if (row < sheet_.rowCount() && sameText(sheet_.rowText(row), "Background information")) {
            for (++row; follows(row);) ++row;
        }
        const std::string title = row < sheet_.rowCount() ? sheet_.rowText(row) : std::string();
        const auto measured = match("Results for *", title), calculated = match("Calculated results: *", title);
        if (!measured && !calculated) return readBare(common, row);
        return readPlate(titled(common, measured ? measured->front() : calculated->front(), measured.has_value()),
                         row + 1);
    }

    /// Everything but well and value, as the row of the information says it.
    [[nodiscard]] Observation describe(std::size_t head, std::size_t row) {
        const auto get = [&](const char* name) {
            for (const Sheet::Cell& cell : sheet_.cells(head)) {
                if (sameText(sheet_.text(cell), name)) return plain(sheet_.text(row, cell.column));
            }
            return std::string();
        };
        Observation o;
        plate_ = get("Plate");
        o.specimen = get("Barcode");
        if (o.specimen.empty()) o.specimen = "Plate " + plate_;
        o.code = get("Formula");
        if (o.code.empty()) {
            const std::string how = get("Measinfo");
            o.code = get("Label") + " " + how.substr(0, how.find(" Ex="));
            if (const auto window = match("* Wdw=<n> *", how)) o.code += " Wdw=" + window->at(1);
        }
        marks_.clear();
        for (const auto& [name, usual] :
             {std::pair("Repeat", "1"), {"Kinetics", "0"}, {"ScanX", "0"}, {"ScanY", "0"}}) {
            const std::string said = get(name);
            if (!said.empty() && said != usual) marks_ += std::string(" ") + name + " " + said;
        }
        o.observedAt = get("Measurement date");
        o.instrument = instrument_;
        return o;
    }

    /// "A450(1) - channel 1 (A)" is a code and a unit.
    [[nodiscard]] Observation titled(Observation o, const std::string& title, bool hasUnit) const {
        o.code = title;
        const std::size_t open = title.rfind(" (");
        if (hasUnit && open != std::string::npos && title.ends_with(')')) {
            o.code = title.substr(0, open);
            o.unit = title.substr(open + 2, title.size() - open - 3);
        }
        o.code += marks_;
        return o;
    }

    std::size_t readPlate(const Observation& common, std::size_t row) {
        std::size_t end = row;
        while (end < sheet_.rowCount() && (end == row || follows(end))) ++end;
        std::size_t plates = 0;
        Section::Plate wanted;
        wanted.corner = "";
        eachPlate(sheet_, row, end, wanted, [&](const Plate& plate) {
            ++plates;
            for (const Plate::Well& well : plate.wells) add(common, well.position, *well.cell);
        });
        return plates == 1 ? end : refuse(row, "no plate stands behind its title");
    }

    /// Rows of values begin behind one blank line; blank ones among them belong to the plate as well.
    std::size_t readBare(Observation common, std::size_t row) {
        const std::size_t rows = countIn(whole_.note("Number of rows"));
        const std::size_t columns = countIn(whole_.note("Number of columns"));
        if (rows == 0 || rows > mostRows || columns == 0 || columns > mostColumns) {
            return refuse(row, "the export does not say how large the plate is");
        }
        common.code += marks_;
        const std::size_t first = sheet_.number(row - 1) + 2;
        for (; row < sheet_.rowCount() && sheet_.number(row) < first + rows; ++row) {
            for (const Sheet::Cell& cell : sheet_.cells(row)) {
                const std::string value = sheet_.text(cell);
                if (sheet_.number(row) < first || cell.column >= columns ||
                    !(value.empty() || readNumber(value) || readNumber(value, ','))) {
                    return refuse(row, "the rows of values are not as large as the plate");
                }
                add(common, rowLetters(sheet_.number(row) - first) + std::to_string(cell.column + 1), cell);
            }
        }
        return row < sheet_.rowCount() && sheet_.number(row) == first + rows
                   ? refuse(row, "the rows of values are not as large as the plate")
                   : row;
    }

    void add(const Observation& common, const std::string& well, const Sheet::Cell& cell) {
        Measured one{common, false};
        Observation& o = one.observation;
        o.position = well;
        o.value = sheet_.text(cell);
        o.span = sheet_.span(cell);
        o.undecodable = sheet_.source().bad(o.span);
        if (o.value.empty()) return;
        const auto names = maps_.find(plate_);
        if (names != maps_.end()) {
            if (const auto name = names->second.find(well); name != names->second.end()) {
                o.specimen += " " + name->second;
                o.kind = kindOf(name->second);
            }
        }
        if (!reading_.refused) reading_.refused = budget_.spend(o);
        measured_.push_back(std::move(one));
    }

    /// Plate maps: "Plate 2", "Group 1", the plate of names, then what the names mean (" STD - Standard").
    void readMaps() {
        std::size_t row = 0;
        while (row < sheet_.rowCount() && !sameText(sheet_.rowText(row), "Platemap:")) ++row;
        for (++row; row < sheet_.rowCount();) {
            const auto plate = match("Plate <n>", sheet_.rowText(row));
            if (!plate) break;
            std::size_t end = row + 1;
            while (end < sheet_.rowCount() && !match("Plate <n>", sheet_.rowText(end)) &&
                   !sheet_.text(end, 0).ends_with(':')) {
                readMeanings(end++);
            }
            Names& names = maps_[plate->front()];
            eachPlate(sheet_, row, end, {}, [&](const Plate& map) {
                for (const Plate::Well& well : map.wells) {
                    const std::string name = sheet_.text(*well.cell);
                    if (!name.empty() && name != "-") names[well.position] = name;
                }
            });
            row = end;
        }
    }

    void readMeanings(std::size_t row) {
        for (const Sheet::Cell& cell : sheet_.cells(row)) {
            if (const auto said = match("* - *", sheet_.text(cell))) meanings_[said->at(0)] = said->at(1);
        }
    }

    [[nodiscard]] ObservationKind kindOf(const std::string& name) const {
        const auto found = meanings_.find(name.substr(0, name.find_first_of("0123456789")));
        if (found == meanings_.end() || sameText(found->second, "Unknown")) return ObservationKind::Sample;
        return sameText(found->second, "Standard") ? ObservationKind::Calibration : ObservationKind::Control;
    }

    std::size_t refuse(std::size_t row, const char* text) {
        reading_.refused = Finding{"plate_unreadable", text, row < sheet_.rowCount() ? sheet_.span(row) : Span{}};
        return row;
    }

    const Sheet& sheet_;
    Block whole_;
    Reading& reading_;
    std::map<std::string, Names> maps_;            // by number of the plate
    std::map<std::string, std::string> meanings_;  // of the letters that names begin with
    std::string instrument_;
    std::string plate_, marks_;  // of the measurement that is read
    std::vector<Measured> measured_;
    TextBudget budget_;
};

}  // namespace

Reading readEnvision(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = "envision";
    Decoded decoded = decode(bytes, mapping.encoding);
    tellCharset(decoded, reading);
    auto split = splitText(std::move(decoded.text), mapping.delimiter);
    if (auto* const fault = std::get_if<Finding>(&split)) {
        reading.refused = std::move(*fault);
        return reading;
    }
    std::vector<Sheet> sheets;
    sheets.push_back(std::get<Sheet>(std::move(split)));
    Reader(sheets, reading).read(sink);
    if (reading.refused) reading.observations.clear();
    return reading;
}

bool looksLikeEnvision(std::string_view bytes) {
    const std::string head = opening(bytes, 16'384);
    return head.find("Plate information") != std::string::npos && head.find("Barcode") != std::string::npos &&
           head.find("Measured height") != std::string::npos;
}

}  // namespace touchstone::instruments
