#include "instruments/formats/Line.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Mapping.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

struct Part {
    std::string_view name;
    std::string Observation::*member;
};
constexpr std::array places{Part{"specimen", &Observation::specimen}, Part{"position", &Observation::position},
                            Part{"code", &Observation::code},         Part{"name", &Observation::name},
                            Part{"unit", &Observation::unit},         Part{"flags", &Observation::flags},
                            Part{"status", &Observation::status},     Part{"operator", &Observation::operatorName},
                            Part{"instrument", &Observation::instrument}};

bool isField(std::string_view name) {
    return name == "value" || name == "observed_at" || std::ranges::find(places, name, &Part::name) != places.end();
}

RE2::Options options() {
    RE2::Options all;
    all.set_log_errors(false);
    all.set_max_mem(1 << 20);
    return all;
}

void put(Observation& o, const std::string& name, std::string_view written, char decimalSign) {
    const std::string_view text = trimmed(written);
    if (name == "value") return setValue(o, text, decimalSign);
    if (name == "observed_at") {
        o.observedAt = readTime(text);
        return;
    }
    const auto* const place = std::ranges::find(places, name, &Part::name);
    if (place != places.end()) o.*place->member = text;
}

std::string_view view(const re2::StringPiece& piece) {
    return {piece.data(), piece.size()};
}

/// What a match says, by the names of its groups.
using Said = std::map<std::string, std::string_view>;

class Reader {
public:
    Reader(const Mapping& mapping, const Text& text)
        : mapping_(mapping), text_(text), pattern_(mapping.line.pattern, options()), budget_(text.utf8().size()) {}

    void read(Reading& reading) {
        if (!pattern_.ok()) {
            reading.refused = Finding{"bad_template", "the template is no regular expression", {}, pattern_.error()};
            return;
        }
        for (const std::string_view line : lines(text_.utf8())) {
            if (!trimmed(line).empty() && !reading.refused) readOne(line, reading);
        }
        if (reading.refused) {
            reading.observations.clear();
        } else if (reading.observations.empty()) {
            reading.refused = Finding{"no_match", "no line is as the template says", {}};
        }
    }

private:
    void readOne(std::string_view line, Reading& reading) {
        std::vector<re2::StringPiece> groups(static_cast<std::size_t>(pattern_.NumberOfCapturingGroups()) + 1);
        const re2::StringPiece all(line.data(), line.size());
        std::size_t from = 0;
        bool any = false;
        while (from < line.size() && !reading.refused && pattern_.Match(all, from, line.size(), RE2::UNANCHORED, groups.data(),
                                                    static_cast<int>(groups.size()))) {
            const std::size_t end = static_cast<std::size_t>(groups[0].data() - line.data()) + groups[0].size();
            if (groups[0].empty()) break;
            take(groups, reading);
            any = true;
            from = end;
        }
        if (!any) {
            reading.warnings.push_back({"line_not_matched", "the line is not as the template says", text_.wire(line)});
        }
    }

    void take(const std::vector<re2::StringPiece>& groups, Reading& reading) {
        Said said;
        for (const auto& [name, number] : pattern_.NamedCapturingGroups()) {
            const re2::StringPiece& group = groups[static_cast<std::size_t>(number)];
            if (group.data() != nullptr) said[name] = view(group);
        }
        const bool heads = !said.contains("value");
        if (heads && said.contains("specimen")) heading_.clear();
        said.insert(heading_.begin(), heading_.end());
        if (heads) {
            heading_ = std::move(said);
        } else {
            Observation o = observation(said, view(groups[0]));
            reading.refused = budget_.spend(o);
            reading.observations.push_back(std::move(o));
        }
    }

    [[nodiscard]] Observation observation(const Said& said, std::string_view match) const {
        Observation o;
        for (const auto& [name, text] : mapping_.line.fixed) put(o, name, text, mapping_.decimal);
        for (const auto& [name, text] : said) put(o, name, text, mapping_.decimal);
        o.span = text_.wire(match);
        o.undecodable = text_.bad(o.span);
        return o;
    }

    const Mapping& mapping_;
    const Text& text_;
    RE2 pattern_;
    TextBudget budget_;
    Said heading_;
};

}  // namespace

std::optional<std::string> LineTemplate::fault() const {
    const RE2 compiled(pattern, options());
    if (!compiled.ok()) return "template: " + compiled.error();
    const auto& groups = compiled.NamedCapturingGroups();
    if (!groups.contains("value")) return "template has no group named value";
    for (const auto& group : groups) {
        if (!isField(group.first)) return "template has an unknown group " + group.first;
    }
    for (const auto& text : fixed) {
        if (!isField(text.first)) return "template." + text.first + " is not known";
    }
    return std::nullopt;
}

Reading readLine(std::string_view bytes, const Mapping& mapping) {
    Reading reading;
    reading.format = "line";
    const Decoded decoded = decode(bytes, mapping.encoding);
    if (mapping.line.pattern.empty()) {
        reading.refused = Finding{"no_template", "the instrument's mapping has no template", {}};
    } else {
        Reader(mapping, decoded.text).read(reading);
    }
    warnOfCharset(decoded, false, reading);  // observations with bad bytes are marked already
    return reading;
}

}  // namespace touchstone::instruments
