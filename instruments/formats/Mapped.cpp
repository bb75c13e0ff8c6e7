#include "instruments/formats/Mapped.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "instruments/formats/Block.h"
#include "instruments/formats/Measured.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Plate.h"
#include "instruments/formats/Rows.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

std::size_t numberIn(std::string_view text) {
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// What a template may name: tried first to last.
using Lookup = std::function<std::string(const std::string&)>;

/// "Target|Reporter": of the first that says anything.
std::string said(const std::string& names, const Lookup& lookup) {
    std::string text;
    for (std::size_t at = 0; text.empty() && at <= names.size();) {
        const std::size_t bar = std::min(names.find('|', at), names.size());
        text = lookup(names.substr(at, bar - at));
        at = bar + 1;
    }
    return text;
}

/// "A{1} {Target}" with its names replaced; blanks that empty ones leave are taken out. A name may begin with another,
/// as in "{{1} SD}".
std::string filled(const std::string& text, const Lookup& lookup) {
    if (text.find('{') == std::string::npos) return text;
    std::string whole;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        std::size_t close = open == std::string::npos ? open : text.find('}', open);
        const bool within = close != std::string::npos && text[open + 1] == '{';
        const std::size_t inner = within ? close : open;
        if (within) close = text.find('}', close + 1);
        if (close == std::string::npos) {
            whole.append(text, at);
            break;
        }
        const std::string begin = within ? lookup(text.substr(open + 2, inner - open - 2)) : std::string();
        whole.append(text, at, open - at).append(said(begin + text.substr(inner + 1, close - inner - 1), lookup));
        at = close + 1;
    }
    return squeezed(whole);
}

/// 2 of "begin2" behind "begin"; nothing where there is no number.
std::optional<std::size_t> numbered(std::string_view name, std::string_view word) {
    const std::size_t number = name.starts_with(word) ? numberIn(name.substr(word.size())) : 0;
    return number > 0 ? std::optional(number) : std::nullopt;
}

/// 2 and 1 of "cell 2 1".
std::optional<std::pair<std::size_t, std::size_t>> cellNamed(std::string_view name) {
    constexpr std::string_view word = "cell ";
    const std::size_t blank = name.rfind(' ');
    if (!name.starts_with(word) || blank < word.size()) return std::nullopt;
    const std::size_t row = numberIn(name.substr(word.size(), blank - word.size()));
    const std::size_t column = numberIn(name.substr(blank + 1));
    return row > 0 && column > 0 ? std::optional(std::pair(row, column)) : std::nullopt;
}

std::string capture(const std::vector<std::string>& captures, std::size_t number) {
    return number > 0 && number <= captures.size() ? captures[number - 1] : std::string();
}

std::size_t sizeOf(const std::vector<Sheet>& sheets) {
    std::size_t size = 0;
    for (const Sheet& sheet : sheets) size += sheet.source().utf8().size();
    return size;
}

/// What the plates of a part and those within it leave out on purpose.
void collectExceptions(const Section& section, std::vector<std::string>& all) {
    if (section.plate) all.insert(all.end(), section.plate->except.begin(), section.plate->except.end());
    for (const Section& part : section.sections) collectExceptions(part, all);
}

class TableReader {
public:
    TableReader(const std::vector<Sheet>& sheets, const Mapping& mapping, Reading& reading, const SeriesSink& sink)
        : sheets_(sheets), mapping_(mapping), reading_(reading), sink_(sink), budget_(sizeOf(sheets)) {
        collectExceptions(mapping.table, anyPlate_.except);
    }

    void read() {
        const Section& root = mapping_.table;
        for (std::size_t i = 0; i < sheets_.size() && !reading_.refused; ++i) {
            Block whole(sheets_, i, nullptr);
            if (root.sheet.empty() ? i == 0 : match(root.sheet, sheets_[i].name()).has_value()) {
                read(root, whole, true);
            } else if (root.sheet.empty() && !namesSheet(root, sheets_[i]) && fits(root, whole)) {
                warn("sheet_unread", "another sheet looks alike and was not read", {}, sheets_[i].name());
            }
        }
        if (!reading_.refused && !anyFound_) {
            reading_.refused =
                missing_.value_or(Finding{"no_section", "no part of the file is as the mapping says", {}});
        }
        if (!reading_.refused && measured_.empty() && traces_.empty()) {
            reading_.refused = Finding{"no_results", "nothing that the mapping takes holds a result", {}};
        }
        if (!reading_.refused) warnOfUnreadPlates();
        if (!reading_.refused) settle(std::move(measured_), std::move(traces_), mapping_, reading_, sink_);
    }

private:
    static bool namesSheet(const Section& section, const Sheet& sheet) {
        return std::ranges::any_of(section.sections, [&](const Section& part) {
            return (!part.sheet.empty() && match(part.sheet, sheet.name())) || namesSheet(part, sheet);
        });
    }

    /// Whether a block holds column names or the beginning of a part that would be read.
    [[nodiscard]] bool fits(const Section& section, Block& block) const {
        if (section.isTable() && !section.header.empty() && !Rows(section, block, mapping_).fault()) return true;
        return std::ranges::any_of(section.sections, [&](const Section& part) {
            if (!part.sheet.empty()) return false;
            std::vector<Block> found = block.find(part);
            return std::ranges::any_of(found, [&](Block& one) { return one.begun() || fits(part, one); });
        });
    }

    void read(const Section& section, Block& block, bool outermost) {
        outer_.push_back(&section);
        if (section.plate) readPlates(section, block);
        if (section.isTable() || (outermost && !section.plate && section.sections.empty())) readRows(section, block);
        for (const bool specimens : {true, false}) {
            for (const Section& part : section.sections) {
                if (specimens != (part.plate && part.plate->givesSpecimen)) continue;
                if (!part.sheet.empty() && !readSheets_.insert(&part).second) continue;
                for (Block& found : block.find(part)) {
                    if (!reading_.refused) read(part, found, false);
                }
            }
        }
        outer_.pop_back();
    }

    void readPlates(const Section& section, Block& block) {
        seePlates(block);
        eachPlate(block.sheet(), block.first(), block.last(), *section.plate, [&](const Plate& plate) {
            anyFound_ = true;
            if (plate.uneven) {
                return refuse(Finding{"plate_unreadable", "a row of a plate has other columns than the plate",
                                      block.sheet().span(*plate.uneven)});
            }
            takenPlates_.insert(placeOf(block.sheet(), plate));
            for (const Plate::Well& well : plate.wells) {
                const std::string text = block.sheet().text(*well.cell);
                if (isMissing(mapping_, text)) continue;
                if (section.plate->givesSpecimen) {
                    block.giveSpecimen(well.position, plate.row, text);
                } else {
                    readWell(plate, well, block);
                }
            }
        });
    }

    /// Plates with numbers where one was looked for; what no part takes is not passed over in silence.
    void seePlates(const Block& block) {
        const Sheet& sheet = block.sheet();
        eachPlate(sheet, block.first(), block.last(), anyPlate_, [&](const Plate& plate) {
            const auto number = std::ranges::find_if(
                plate.wells, [&](const Plate::Well& well) { return readNumber(sheet.text(*well.cell)).has_value(); });
            if (number != plate.wells.end()) seenPlates_.try_emplace(placeOf(sheet, plate), sheet.span(*number->cell));
        });
    }

    void warnOfUnreadPlates() {
        for (const auto& [place, span] : seenPlates_) {
            if (takenPlates_.contains(place)) continue;
            warnOnce("plate_unread", "a plate with numbers is taken by no part of the mapping", span);
        }
    }

    using PlatePlace = std::tuple<const Sheet*, std::size_t, std::size_t>;
    static PlatePlace placeOf(const Sheet& sheet, const Plate& plate) { return {&sheet, plate.row, plate.column}; }

    void readWell(const Plate& plate, const Plate::Well& well, Block& block) {
        const Plate::Line& line = plate.lines[well.line];
        const std::string given = block.specimen(well.position, plate.row);
        const Lookup lookup = [&](const std::string& name) {
            if (name == "well") return well.position;
            if (name == "specimen") return given;
            if (name == "title") return plate.title;
            if (name == "line") return line.text;
            if (name == "corner") return plate.corner;
            if (const auto number = numbered(name, "line")) return capture(line.captures, *number);
            if (const auto number = numbered(name, "corner")) return capture(plate.cornerCaptures, *number);
            return around(name, block);
        };
        Observation o = common(lookup, block, nullptr);
        if (o.position.empty()) o.position = well.position;
        if (!given.empty()) o.specimen = given;
        if (o.specimen.empty()) warnOnce("no_specimen", "a plate names no samples", block.sheet().span(*well.cell));
        add(std::move(o), block.sheet().text(*well.cell), *well.cell, block.sheet());
    }

    void readRows(const Section& section, Block& block) {
        Rows rows(section, block, mapping_);
        if (const auto fault = rows.fault()) {
            if (fault->code == "no_header") {
                missing_ = missing_ ? missing_ : fault;
            } else {
                reading_.refused = fault;
            }
            return;
        }
        nameless_ = !(knows("specimen", rows) || knows("position", rows));
        const bool onlySeries = !rows.wide().empty() && std::ranges::none_of(rows.wide(), [](const auto& entry) {
            return entry.second.wanted->series.empty();
        });
        if ((nameless_ && !onlySeries) || (rows.wide().empty() && !(knows("code", rows) && knows("value", rows)))) {
            reading_.refused =
                Finding{"mapping_needed", "it is not known which columns hold specimen, code and value", {}};
            return;
        }
        anyFound_ = true;
        const bool flagged = flagsValues(rows);
        while (rows.next() && !reading_.refused) readRow(rows, block, flagged);
        if (rows.cut()) reading_.warnings.push_back(*rows.cut());
    }

    [[nodiscard]] bool knows(const std::string& key, const Rows& rows) const {
        const bool inWide = std::ranges::any_of(rows.wide(), [&](const auto& entry) {
            const Section::WideColumn& wanted = *entry.second.wanted;
            return (key == "specimen" && !wanted.specimen.empty()) || (key == "position" && !wanted.position.empty());
        });
        return inWide || rows.columns().contains(key) || std::ranges::any_of(outer_, [&](const Section* s) {
                   return s->constants.contains(key) || s->notes.contains(key);
               });
    }

    /// flagged: see flagsValues().
    void readRow(Rows& rows, Block& block, bool flagged) {
        const std::vector<std::string>* captures = nullptr;
        const Sheet::Cell* at = nullptr;
        const Lookup lookup = [&](const std::string& name) {
            if (const std::size_t number = numberIn(name); number > 0 && captures != nullptr)
                return capture(*captures, number);
            if (name == "next" && at != nullptr) return rows.next(*at);
            if (name == "before" && at != nullptr) return rows.before(*at);
            if (rows.has(name)) return rows.text(name);
            return around(name, block);
        };
        Observation o = common(lookup, block, &rows);
        if (rows.wide().empty()) {
            if (!nameSample(o, block, rows)) return;
            const Sheet::Cell* const cell = rows.valueCell();
            const std::string value = cell == nullptr ? constant("value", lookup) : block.sheet().text(*cell);
            if (value.empty()) return warn("no_value", "a row holds no value", rows.span());
            if (isMissing(mapping_, value)) return;
            o.span = rows.span();
            return keep(std::move(o), value, cell != nullptr && cell->binary, block.sheet());
        }
        rows.eachWide([&](const Rows::Wide& wide, const Sheet::Cell& cell) {
            const std::string value = block.sheet().text(cell);
            if (isMissing(mapping_, value)) return;
            captures = &wide.captures;
            at = &cell;
            Observation one = o;
            const Section::WideColumn& wanted = *wide.wanted;
            one.code = filled(wanted.code, lookup);
            if (!wanted.unit.empty()) one.unit = filled(wanted.unit, lookup);
            if (!wanted.position.empty()) one.position = filled(wanted.position, lookup);
            if (!wanted.specimen.empty()) one.specimen = filled(wanted.specimen, lookup);
            if (!wanted.name.empty()) one.name = filled(wanted.name, lookup);
            if (flagged) one.flags = keyed("flags", lookup, block, &rows);
            const std::string x = filled(wanted.x, lookup);
            captures = nullptr;
            if (!nameSample(one, block, rows)) return;
            if (!wanted.series.empty()) return addPoint(one, wanted, x, value, cell, block.sheet());
            add(std::move(one), value, cell, block.sheet());
        });
    }

    /// Whether flags stand beside the values and not only once in the row.
    static bool flagsValues(const Rows& rows) {
        const auto flags = rows.columns().find("flags");
        return flags != rows.columns().end() && std::ranges::any_of(flags->second.names, [](const std::string& name) {
                   return name.find("{next}") != std::string::npos || name.find("{before}") != std::string::npos;
               });
    }

    /// A sample may be known by its well. A row that names neither is no result of anything.
    bool nameSample(Observation& o, Block& block, const Rows& rows) {
        if (o.specimen.empty() && !o.position.empty()) o.specimen = block.specimen(o.position, rows.row());
        if (!o.specimen.empty()) return true;
        if (nameless_) {
            warnOnce("no_specimen", "the file names no sample", rows.span());
            return true;
        }
        if (o.position.empty()) {
            if (unnamed_ != rows.span().offset) warn("no_specimen", "a row names no specimen", rows.span());
            unnamed_ = rows.span().offset;
            return false;
        }
        warnOnce("no_specimen", "some positions name no samples", rows.span());
        return true;
    }

    /// What the part and those around it say of a key.
    std::string keyed(const std::string& key, const Lookup& lookup, Block& block, const Rows* rows) const {
        std::string text = constant(key, lookup);
        if (text.empty() && rows != nullptr) {
            const auto column = rows->columns().find(key);
            if (column != rows->columns().end())
                text = placed(column->second, [&](const std::string& name) {
                    return name.find('{') == std::string::npos ? rows->text(name) : filled(name, lookup);
                });
        }
        const Block* part = &block;
        for (auto section = outer_.rbegin(); text.empty() && section != outer_.rend(); ++section) {
            const auto note = (*section)->notes.find(key);
            if (note != (*section)->notes.end() && note->second.row > 0) {
                text = part->cell(note->second.row, note->second.column);
            } else if (note != (*section)->notes.end()) {
                text = placed(note->second, [&](const std::string& name) {
                    return name.find('{') == std::string::npos ? block.note(name) : filled(name, lookup);
                });
            }
            part = part->outer();
        }
        return text;
    }

    /// Everything but the value.
    Observation common(const Lookup& lookup, Block& block, const Rows* rows) const {
        const auto get = [&](const std::string& key) { return keyed(key, lookup, block, rows); };
        Observation o;
        o.specimen = get("specimen");
        o.position = get("position");
        o.code = get("code");
        o.name = get("name");
        o.unit = get("unit");
        o.flags = get("flags");
        o.status = get("status");
        o.operatorName = get("operator");
        o.instrument = get("instrument");
        o.observedAt = get("observed_at");
        o.kind = kindOf(get("kind"));
        return o;
    }

    std::string constant(const std::string& key, const Lookup& lookup) const {
        for (auto section = outer_.rbegin(); section != outer_.rend(); ++section) {
            const auto found = (*section)->constants.find(key);
            if (found != (*section)->constants.end()) return filled(found->second, lookup);
        }
        return {};
    }

    static std::string placed(const Place& place, const Lookup& lookup) {
        for (const std::string& name : place.names) {
            std::string text = lookup(name);
            if (text.empty()) continue;
            if (place.match.empty()) return text;
            const auto captures = match(place.match, text);
            return captures && !captures->empty() ? std::string(trimmed(captures->back())) : text;
        }
        return {};
    }

    [[nodiscard]] std::string around(const std::string& name, Block& block) const {
        if (name == "sheet") return block.sheet().name();
        if (const auto number = numbered(name, "sheet")) return sheetPart(block.sheet().name(), *number);
        if (const auto number = numbered(name, "begin")) return block.begin(*number);
        if (name == "above") return block.above();
        if (const auto place = cellNamed(name)) return block.cell(place->first, place->second);
        return block.note(name);
    }

    /// What stood for '*' in the pattern by which the sheet was chosen.
    [[nodiscard]] std::string sheetPart(const std::string& sheet, std::size_t number) const {
        const auto choosing =
            std::find_if(outer_.rbegin(), outer_.rend(), [](const Section* s) { return !s->sheet.empty(); });
        const auto captures = choosing == outer_.rend() ? std::nullopt : match((*choosing)->sheet, sheet);
        return captures ? capture(*captures, number) : std::string();
    }

    [[nodiscard]] ObservationKind kindOf(const std::string& text) const {
        if (text.empty()) return ObservationKind::Sample;
        const auto found = std::ranges::find_if(
            mapping_.kinds, [&](const auto& entry) { return match(entry.first, text).has_value(); });
        return found == mapping_.kinds.end() ? ObservationKind::Sample : found->second;
    }

    void add(Observation o, const std::string& value, const Sheet::Cell& cell, const Sheet& sheet) {
        o.span = sheet.span(cell);
        keep(std::move(o), value, cell.binary, sheet);
    }

    void addPoint(const Observation& o, const Section::WideColumn& wanted, const std::string& x, const std::string& y,
                  const Sheet::Cell& cell, const Sheet& sheet) {
        const Span span = sheet.span(cell);
        const std::string name = squeezed(o.specimen + " " + o.position + " " + o.code);
        const std::string column = wanted.specimen.empty() ? "" : std::to_string(cell.column) + "\n";
        const auto [known, isNew] = traceOf_.try_emplace(wanted.series + "\n" + column + name, traces_.size());
        if (isNew) {
            traces_.emplace_back();
            traces_.back().series = {name, wanted.series, wanted.xUnit, o.unit, {}, {}, span};
        }
        Trace& trace = traces_[known->second];
        trace.x.push_back(x);
        trace.y.push_back(y);
        Span& whole = trace.series.span;
        const std::size_t end = std::max(whole.offset + whole.length, span.offset + span.length);
        whole.offset = std::min(whole.offset, span.offset);
        whole.length = end - whole.offset;
        refuse(budget_.spend(x.size() + y.size() + name.size(), span));
    }

    void refuse(std::optional<Finding> finding) {
        if (finding) reading_.refused = std::move(finding);
    }

    void keep(Observation o, std::string value, bool binary, const Sheet& sheet) {
        o.value = std::move(value);
        o.undecodable = sheet.source().bad(o.span);
        refuse(budget_.spend(o));
        measured_.push_back({std::move(o), binary});
    }

    void warn(const char* code, std::string text, Span span, std::string about = {}) {
        reading_.warnings.push_back({code, std::move(text), span, std::move(about)});
    }
    void warnOnce(const char* code, std::string text, Span span) {
        if (warned_.insert(code).second) warn(code, std::move(text), span);
    }

    const std::vector<Sheet>& sheets_;
    const Mapping& mapping_;
    Reading& reading_;
    const SeriesSink& sink_;
    std::vector<const Section*> outer_;    // from the outermost part to the one that is read
    std::set<const Section*> readSheets_;  // parts that name their sheets and were read
    std::vector<Measured> measured_;
    std::vector<Trace> traces_;
    std::map<std::string, std::size_t> traceOf_;  // by kind, name and, where it names the sample, column
    std::optional<Finding> missing_;
    std::set<std::string> warned_;
    Section::Plate anyPlate_{};  // but what no part takes on purpose
    std::map<PlatePlace, Span> seenPlates_;
    std::set<PlatePlace> takenPlates_;
    TextBudget budget_;
    std::optional<std::size_t> unnamed_;  // the row that was complained of last
    bool anyFound_ = false;
    bool nameless_ = false;  // the mapping names no sample, and all that the part gives are series
};

}  // namespace

void readMapped(const std::vector<Sheet>& sheets, const Mapping& mapping, Reading& reading, const SeriesSink& sink) {
    TableReader(sheets, mapping, reading, sink).read();
}

}  // namespace touchstone::instruments
