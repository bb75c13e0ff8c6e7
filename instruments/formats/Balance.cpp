#include "instruments/formats/Balance.h"

#include <algorithm>
#include <array>
#include <vector>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using ParseLine = std::optional<BalanceLine> (*)(std::string_view);

constexpr std::size_t longest = 1'000;  // of a balance's message

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> all;
    for (const std::string_view word : split(line, ' ')) {
        if (!word.empty()) all.push_back(word);
    }
    return all;
}

template <std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N>& all) {
    return std::ranges::find(all, word) != all.end();
}

std::string_view sicsFault(std::string_view status) {
    if (status == "D") return "unstable";
    if (status == "+") return "overload";
    if (status == "-") return "underload";
    if (status == "I") return "not_executable";
    if (status == "L") return "logical_error";
    return "";
}

bool isSbiValue(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos && readNumber(text);
}

std::string_view sbiFault(std::string_view text) {
    if (text == "High" || text == "H" || text == "HH") return "overload";
    if (text == "Low" || text == "L" || text == "LL") return "underload";
    if (text.starts_with("Err") || text == "OFF") return "error";
    return "";
}

Reading readLines(std::string_view format, std::string_view bytes, const Mapping& mapping, ParseLine parse) {
    Reading reading;
    reading.format = format;
    std::size_t begin = 0;
    while (begin < bytes.size()) {
        const std::size_t end = std::min(bytes.find_first_of("\r\n", begin), bytes.size());
        const std::string_view line = bytes.substr(begin, end - begin);
        const Span span{begin, line.size()};
        begin = end + 1;
        if (trimmed(line).empty()) continue;
        const auto said = parse(line);
        if (!said || !said->weight || !said->fault.empty()) {
            const std::string code = !said ? "not_" + reading.format : said->fault.empty() ? "no_weight" : said->fault;
            reading.warnings.push_back({code, "the line tells no stable weight", span});
            continue;
        }
        Observation o;
        const auto decoded = [&](std::string_view raw) {
            Decoded text = decode(raw, mapping.encoding);
            o.undecodable = o.undecodable || text.text.anyBad();
            return text.text.utf8();
        };
        o.code = "weight";
        o.name = decoded(said->command);
        setValue(o, decoded(said->value), mapping.decimal);
        o.unit = decoded(said->unit);
        o.flags = said->flags;
        o.status = "F";
        o.span = span;
        reading.observations.push_back(std::move(o));
    }
    if (reading.observations.empty()) {
        reading.refused = reading.warnings.empty() ? Finding{"not_" + reading.format, "there is no line", {}}
                                                   : reading.warnings.front();
    }
    return reading;
}

bool allLines(std::string_view bytes, ParseLine parse) {
    bool any = false;
    if (bytes.size() > longest) return false;
    for (const std::string_view line : split(bytes, '\n')) {
        const std::string_view bare = line.substr(0, line.find_last_not_of("\r") + 1);
        if (trimmed(bare).empty()) continue;
        any = parse(bare).has_value();
        if (!any) return false;
    }
    return any;
}

}  // namespace

std::optional<BalanceLine> sicsLine(std::string_view line) {
    static constexpr std::array<std::string_view, 8> weights{"S", "SI", "SIR", "SR", "SU", "SIU", "SIRU", "SNR"};
    static constexpr std::array<std::string_view, 6> others{"Z", "ZI", "T", "TI", "TA", "TAC"};
    const auto all = words(line);
    if (all.empty()) return std::nullopt;
    BalanceLine said{.command = std::string(all[0])};
    if (all.size() == 1) {
        said.fault = all[0] == "ES" ? "syntax_error" : all[0] == "ET" ? "transmission_error" : "";
        if (all[0] == "EL") said.fault = "logical_error";
        return said.fault.empty() ? std::nullopt : std::optional(said);
    }
    const bool weight = isOneOf(all[0], weights);
    if (!weight && !isOneOf(all[0], others)) return std::nullopt;
    said.fault = sicsFault(all[1]);
    const bool tells = all[1] == "S" || all[1] == "D";
    if (said.fault.empty() && !tells && all[1] != "A") return std::nullopt;
    if (!weight || !tells) return said;
    if (all.size() < 3) return std::nullopt;
    said.weight = true;
    said.value = all[2];
    if (all.size() > 3) said.unit = all[3];
    return said;
}

std::optional<BalanceLine> sbiLine(std::string_view line) {
    BalanceLine said;
    if (line.size() > 16) {
        said.command = trimmed(line.substr(0, 6));
        line.remove_prefix(6);
    }
    if (line.size() < 2 || line.size() > 16) return std::nullopt;
    said.fault = sbiFault(trimmed(line));
    if (!said.fault.empty()) return said;
    const std::string_view digits = line.substr(1, 10);
    std::string value;
    for (const char c : digits) {
        if (c == '[' || c == ']') said.flags = "unverified";
        if (c != ' ' && c != '[' && c != ']') value.push_back(c);
    }
    const char sign = line[0];
    if ((sign != '+' && sign != '-' && sign != ' ') || line.size() < 11 || !isSbiValue(value)) return std::nullopt;
    said.weight = true;
    said.value = (sign == '-' ? "-" : "") + value;
    if (line.size() > 11) said.unit = trimmed(line.substr(11));
    if (said.unit.empty()) said.fault = "unstable";
    return said;
}

Reading readSics(std::string_view bytes, const Mapping& mapping) {
    return readLines("sics", bytes, mapping, sicsLine);
}

Reading readSbi(std::string_view bytes, const Mapping& mapping) {
    return readLines("sbi", bytes, mapping, sbiLine);
}

bool looksLikeSics(std::string_view bytes) {
    return allLines(bytes, sicsLine);
}

bool looksLikeSbi(std::string_view bytes) {
    return allLines(bytes, sbiLine);
}

}  // namespace touchstone::instruments
