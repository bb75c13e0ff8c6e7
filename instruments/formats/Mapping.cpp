#include "instruments/formats/Mapping.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <optional>

#include "instruments/formats/Table.h"
#include "instruments/formats/Text.h"

namespace touchstone::instruments {
namespace {

using rapidjson::Value;

constexpr std::array<std::string_view, 12> columnKeys{"specimen",    "position", "code",       "name",
                                                      "value",       "unit",     "flags",      "status",
                                                      "observed_at", "operator", "instrument", "kind"};
constexpr std::array<std::string_view, 3> fieldKeys{"specimen", "code", "value"};
constexpr std::array<std::string_view, 11> templateKeys{"pattern",     "specimen", "position",  "code",
                                                        "name",        "unit",     "flags",     "status",
                                                        "observed_at", "operator", "instrument"};
constexpr int deepest = 6;  // parts within parts
constexpr unsigned mostHeaderRows = 4;

/// What is wrong with a mapping; caught where parsing began.
class Fault {
public:
    explicit Fault(std::string message) : message_(std::move(message)) {}
    [[nodiscard]] const std::string& message() const { return message_; }

private:
    std::string message_;
};

std::string text(const Value& value, const std::string& what) {
    if (!value.IsString()) throw Fault(what + " must be a text");
    return {value.GetString(), value.GetStringLength()};
}

bool flag(const Value& value, const std::string& what) {
    if (!value.IsBool()) throw Fault(what + " must be true or false");
    return value.GetBool();
}

char character(const Value& value, const std::string& what) {
    const std::string written = text(value, what);
    if (written == "tab") return '\t';
    if (written.size() == 1 && written != "\"" && written != "\r" && written != "\n") return written[0];
    throw Fault(what + " must be one character or \"tab\"");
}

/// A column: its name, or its number as "#7".
std::string column(const Value& value, const std::string& what) {
    if (value.IsUint() && value.GetUint() > 0) return std::string("#").append(std::to_string(value.GetUint()));
    return text(value, what);
}

std::vector<std::string> list(const Value& value, const std::string& what) {
    if (!value.IsArray()) throw Fault(what + " must be a list");
    std::vector<std::string> entries;
    for (const auto& entry : value.GetArray()) entries.push_back(column(entry, "an entry of " + what));
    return entries;
}

const Value& object(const Value& value, const std::string& what) {
    if (!value.IsObject()) throw Fault(what + " must be an object");
    return value;
}

std::size_t count(const Value& value, const std::string& what) {
    if (!value.IsUint() || value.GetUint() == 0 || value.GetUint() > 100)
        throw Fault(what + " must be a number from 1 to 100");
    return value.GetUint();
}

Place place(const Value& value, const std::string& what) {
    Place place;
    if (value.IsObject() && value.HasMember("row") && value.HasMember("column")) {
        place.row = count(value["row"], what + ".row");
        place.column = count(value["column"], what + ".column");
    } else if (value.IsObject()) {
        if (!value.HasMember("from") || value["from"].IsObject()) throw Fault(what + " needs \"from\"");
        place = touchstone::instruments::place(value["from"], what);
        if (value.HasMember("match")) place.match = text(value["match"], what + ".match");
    } else if (value.IsArray()) {
        place.names = list(value, what);
    } else {
        place.names = {column(value, what)};
    }
    return place;
}

template <std::size_t N>
std::string known(const Value& name, const std::string& what, const std::array<std::string_view, N>& keys) {
    const std::string key = text(name, what);
    if (std::ranges::find(keys, key) == keys.end()) throw Fault(what + "." + key + " is not known");
    return key;
}

std::map<std::string, Place> places(const Value& value, const std::string& what) {
    std::map<std::string, Place> all;
    for (const auto& member : object(value, what).GetObject()) {
        const std::string key = known(member.name, what, columnKeys);
        all[key] = place(member.value, what + "." + key);
        if (all[key].row > 0 && what != "notes") throw Fault("only notes are found by row and column");
    }
    return all;
}

template <std::size_t N>
std::map<std::string, std::string> texts(const Value& value, const std::string& what,
                                         const std::array<std::string_view, N>& keys) {
    std::map<std::string, std::string> all;
    for (const auto& member : object(value, what).GetObject()) {
        const std::string key = known(member.name, what, keys);
        all[key] = text(member.value, what + "." + key);
    }
    return all;
}

std::vector<Section::WideColumn> wide(const Value& value) {
    if (!value.IsArray()) throw Fault("wide must be a list");
    std::vector<Section::WideColumn> all;
    for (const auto& entry : value.GetArray()) {
        if (!entry.IsObject() || !entry.HasMember("column") || !entry.HasMember("code")) {
            throw Fault("an entry of wide needs column and code, and may have more");
        }
        Section::WideColumn wanted;
        wanted.column = column(entry["column"], "wide.column");
        const auto take = [&](const char* key, std::string& into) {
            if (entry.HasMember(key)) into = text(entry[key], std::string("wide.") + key);
        };
        take("code", wanted.code);
        take("unit", wanted.unit);
        take("position", wanted.position);
        take("specimen", wanted.specimen);
        take("name", wanted.name);
        take("series", wanted.series);
        take("x", wanted.x);
        take("x_unit", wanted.xUnit);
        if (wanted.series.empty() != wanted.x.empty()) throw Fault("an entry of wide has both series and x or neither");
        if (entry.HasMember("optional")) wanted.optional = flag(entry["optional"], "wide.optional");
        all.push_back(std::move(wanted));
    }
    return all;
}

Section::Plate plate(const Value& value) {
    Section::Plate plate;
    for (const auto& member : object(value, "plate").GetObject()) {
        const std::string key = text(member.name, "plate");
        if (key == "except") {
            plate.except = list(member.value, "plate.except");
            continue;
        }
        const std::string said = text(member.value, "plate." + key);
        if (key == "corner") {
            plate.corner = said;
        } else if (key == "line") {
            plate.line = said;
        } else if (key == "gives" && (said == "value" || said == "specimen")) {
            plate.givesSpecimen = said == "specimen";
        } else {
            throw Fault("plate." + key + " is not known");
        }
    }
    return plate;
}

std::map<std::string, std::string> patterns(const Value& value, const std::string& what) {
    std::map<std::string, std::string> all;
    for (const auto& member : object(value, what).GetObject()) {
        all[text(member.name, what)] = text(member.value, what);
    }
    return all;
}

Section section(const Value& value, int depth);

/// Whether the key is one of a part.
bool takePart(Section& part, const std::string& key, const Value& value, int depth) {
    if (key == "sheet") return part.sheet = text(value, key), true;
    if (key == "begin") return part.begin = text(value, key), true;
    if (key == "end") return part.end = text(value, key), true;
    if (key == "constants") return part.constants = texts(value, key, columnKeys), true;
    if (key == "notes") return part.notes = places(value, key), true;
    if (key == "header") return part.header = list(value, key), true;
    if (key == "columns") return part.columns = places(value, key), true;
    if (key == "wide") return part.wide = wide(value), true;
    if (key == "only") return part.only = patterns(value, key), true;
    if (key == "carry") return part.carry = list(value, key), true;
    if (key == "transposed") return part.transposed = flag(value, key), true;
    if (key == "plate") return part.plate = plate(value), true;
    if (key == "header_row") {
        if (!value.IsUint()) throw Fault("header_row must be a number from 0");
        part.headerRow = value.GetUint();
        return true;
    }
    if (key == "header_rows") {
        if (!value.IsUint() || value.GetUint() == 0 || value.GetUint() > mostHeaderRows) {
            throw Fault("header_rows must be a number from 1 to 4");
        }
        part.headerRows = value.GetUint();
        return true;
    }
    if (key != "sections") return false;
    if (!value.IsArray() || depth == deepest) throw Fault("sections must be a list, and not too deep");
    for (const auto& entry : value.GetArray()) part.sections.push_back(section(entry, depth + 1));
    return true;
}

Section section(const Value& value, int depth) {
    Section part;
    for (const auto& member : object(value, "a section").GetObject()) {
        const std::string key = text(member.name, "a key");
        if (!takePart(part, key, member.value, depth)) throw Fault("unknown key " + key + " in a section");
    }
    return part;
}

std::map<std::string, ObservationKind> kinds(const Value& value) {
    std::map<std::string, ObservationKind> all;
    for (const auto& [pattern, kind] : patterns(value, "kinds")) {
        if (kind != "sample" && kind != "control" && kind != "calibration") {
            throw Fault("kinds are sample, control and calibration");
        }
        all[pattern] = kind == "control"       ? ObservationKind::Control
                       : kind == "calibration" ? ObservationKind::Calibration
                                               : ObservationKind::Sample;
    }
    return all;
}

void takeDecimal(Mapping& mapping, const std::string& said) {
    if (said != "." && said != "," && said != "auto") throw Fault("decimal must be \".\", \",\" or \"auto\"");
    mapping.decimalAuto = said == "auto";
    if (!mapping.decimalAuto) mapping.decimal = said[0];
}

void takeDates(Mapping& mapping, const std::string& said) {
    mapping.datesAuto = said == "auto";
    if (said == "mdy") {
        mapping.dates = DateOrder::MonthDayYear;
    } else if (said == "dmy") {
        mapping.dates = DateOrder::DayMonthYear;
    } else if (said != "ymd" && said != "auto") {
        throw Fault("dates must be \"ymd\", \"mdy\", \"dmy\" or \"auto\"");
    }
}

void takeRecognise(Mapping& mapping, const Value& value) {
    for (const auto& member : object(value, "recognise").GetObject()) {
        const std::string key = text(member.name, "recognise");
        if (key != "contains" && key != "cells") throw Fault("recognise." + key + " is not known");
        (key == "contains" ? mapping.contains : mapping.cells) = list(member.value, "recognise." + key);
    }
}

void takeTemplate(Mapping& mapping, const Value& value) {
    LineTemplate& line = mapping.line;
    if (value.IsString()) {
        line.pattern = text(value, "template");
    } else {
        line.fixed = texts(value, "template", templateKeys);
        line.pattern = line.fixed["pattern"];
        line.fixed.erase("pattern");
    }
    if (const auto fault = line.fault()) throw Fault(*fault);
}

void take(Mapping& mapping, const std::string& key, const Value& value) {
    if (key == "format" || key == "instrument") return;  // for people
    if (key == "encoding") {
        mapping.encoding = text(value, key);
        if (!knownCharset(mapping.encoding)) throw Fault("encoding is not a known charset");
    } else if (key == "decimal") {
        takeDecimal(mapping, text(value, key));
    } else if (key == "dates") {
        takeDates(mapping, text(value, key));
    } else if (key == "delimiter") {
        mapping.delimiter = text(value, key) == "blanks" ? blanks : character(value, key);
    } else if (key == "thousands") {
        mapping.thousands = character(value, key);
    } else if (key == "fields") {
        mapping.fields = texts(value, key, fieldKeys);
    } else if (key == "missing") {
        mapping.missing = list(value, key);
    } else if (key == "kinds") {
        mapping.kinds = kinds(value);
    } else if (key == "recognise") {
        takeRecognise(mapping, value);
    } else if (key == "template") {
        takeTemplate(mapping, value);
    } else if (!takePart(mapping.table, key, value, 0)) {
        throw Fault("unknown key " + key);
    }
}

}  // namespace

std::variant<Mapping, Finding> Mapping::parse(std::string_view json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError()) {
        return Finding{
            "bad_mapping", rapidjson::GetParseError_En(document.GetParseError()), {document.GetErrorOffset(), 0}};
    }
    if (!document.IsObject()) return Finding{"bad_mapping", "a mapping is a JSON object", {}};
    try {
        Mapping mapping;
        for (const auto& member : document.GetObject()) take(mapping, text(member.name, "a key"), member.value);
        return mapping;
    } catch (const Fault& fault) {
        return Finding{"bad_mapping", fault.message(), {}};
    }
}

}  // namespace touchstone::instruments
