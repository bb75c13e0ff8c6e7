#include "instruments/formats/Mapping.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <optional>

#include "instruments/formats/Text.h"

namespace touchstone::instruments {
namespace {

using rapidjson::Value;

constexpr std::array<std::string_view, 11> columnKeys{"specimen",    "position", "code",      "name",
                                                      "value",       "unit",     "flags",     "status",
                                                      "observed_at", "operator", "instrument"};
constexpr std::array<std::string_view, 3> fieldKeys{"specimen", "code", "value"};

std::string text(const Value& value) {
    return {value.GetString(), value.GetStringLength()};
}

/// A column: its name, or its number as "#7".
std::optional<std::string> column(const Value& value) {
    if (value.IsString()) return text(value);
    if (value.IsUint() && value.GetUint() > 0) return std::string("#").append(std::to_string(value.GetUint()));
    return std::nullopt;
}

class Reader {
public:
    [[nodiscard]] std::variant<Mapping, Finding> read(const Value& root) {
        for (const auto& member : root.GetObject()) take(text(member.name), member.value);
        if (!fault_.empty()) return Finding{"bad_mapping", fault_, {}};
        return mapping_;
    }

private:
    void take(const std::string& key, const Value& value) {
        if (key == "format") return;  // for people
        if (key == "encoding") return takeEncoding(value);
        if (key == "decimal") return takeDecimal(value);
        if (key == "delimiter") return takeDelimiter(value);
        if (key == "header_row") return takeHeaderRow(value);
        if (key == "fields") return takeMap(key, value, mapping_.fields, fieldKeys);
        if (key == "columns") return takeMap(key, value, mapping_.columns, columnKeys);
        if (key == "constants") return takeMap(key, value, mapping_.constants, columnKeys);
        if (key == "wide") return takeWide(value);
        if (key == "template") return takeTemplate(value);
        fault_ = "unknown key " + key;
    }

    void takeEncoding(const Value& value) {
        if (!value.IsString() || !knownCharset(text(value))) {
            fault_ = "encoding is not a known charset";
        } else {
            mapping_.encoding = text(value);
        }
    }

    void takeDecimal(const Value& value) {
        if (!value.IsString() || (text(value) != "." && text(value) != ",")) {
            fault_ = "decimal must be \".\" or \",\"";
        } else {
            mapping_.decimal = text(value)[0];
        }
    }

    void takeDelimiter(const Value& value) {
        const std::string written = value.IsString() ? text(value) : "";
        if (written == "tab") {
            mapping_.delimiter = '\t';
        } else if (written.size() == 1 && written != "\"" && written != "\r" && written != "\n") {
            mapping_.delimiter = written[0];
        } else {
            fault_ = "delimiter must be one character or \"tab\"";
        }
    }

    void takeHeaderRow(const Value& value) {
        if (value.IsUint()) {
            mapping_.headerRow = value.GetUint();
        } else {
            fault_ = "header_row must be a number from 0";
        }
    }

    template <std::size_t N>
    void takeMap(const std::string& name, const Value& value, std::map<std::string, std::string>& into,
                 const std::array<std::string_view, N>& keys) {
        if (!value.IsObject()) {
            fault_ = name + " must be an object";
            return;
        }
        for (const auto& member : value.GetObject()) {
            const std::string key = text(member.name);
            const auto place = column(member.value);
            if (std::find(keys.begin(), keys.end(), key) == keys.end() || !place) {
                fault_ = name + "." + key + " is not known or not a text";
                return;
            }
            into[key] = *place;
        }
    }

    void takeTemplate(const Value& value) {
        LineTemplate& line = mapping_.line;
        if (value.IsString()) line.pattern = text(value);
        if (value.IsObject()) {
            for (const auto& member : value.GetObject()) {
                if (!member.value.IsString()) continue;
                line.fixed[text(member.name)] = text(member.value);
            }
            line.pattern = line.fixed["pattern"];
            line.fixed.erase("pattern");
        }
        if (const auto fault = line.fault()) fault_ = *fault;
    }

    void takeWide(const Value& value) {
        if (!value.IsArray()) {
            fault_ = "wide must be a list";
            return;
        }
        for (const auto& entry : value.GetArray()) {
            const bool whole = entry.IsObject() && entry.HasMember("column") && column(entry["column"]) &&
                               entry.HasMember("code") && entry["code"].IsString();
            const bool unit = whole && entry.HasMember("unit");
            if (!whole || (unit && !entry["unit"].IsString())) {
                fault_ = "an entry of wide needs column and code, and may have unit";
                return;
            }
            mapping_.wide.push_back({*column(entry["column"]), text(entry["code"]), unit ? text(entry["unit"]) : ""});
        }
    }

    Mapping mapping_;
    std::string fault_;
};

}  // namespace

std::variant<Mapping, Finding> Mapping::parse(std::string_view json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError()) {
        return Finding{
            "bad_mapping", rapidjson::GetParseError_En(document.GetParseError()), {document.GetErrorOffset(), 0}};
    }
    if (!document.IsObject()) return Finding{"bad_mapping", "a mapping is a JSON object", {}};
    return Reader().read(document);
}

}  // namespace touchstone::instruments
