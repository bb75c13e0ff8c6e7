#include "instruments/formats/Formats.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "instruments/formats/Astm.h"
#include "instruments/formats/Balance.h"
#include "instruments/formats/Delimited.h"
#include "instruments/formats/Hl7.h"
#include "instruments/formats/Line.h"

namespace touchstone::instruments {
namespace {

bool isPunctuation(char c) {
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

bool isText(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
    return bytes.find_first_of(std::string_view("\0\1\2\3\4\5\6\7\x0B\x17\x1C", 11)) == std::string_view::npos;
}

/// Behind a byte order mark and what devices send before their first byte.
std::string_view beginning(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const std::size_t begin = bytes.find_first_not_of(std::string_view("\0\x05\x0B\r\n ", 6));
    return begin == std::string_view::npos ? std::string_view() : bytes.substr(begin);
}

bool looksLikeHl7(std::string_view bytes) {
    const std::string_view rest = beginning(bytes);
    return rest.starts_with("MSH") || rest.starts_with("FHS") || rest.starts_with("BHS");
}

bool looksLikeAstm(std::string_view bytes) {
    const std::string_view rest = beginning(bytes);
    if (rest.starts_with('\x02')) return true;
    const bool header = rest.size() > 5 && (rest[0] == 'H' || rest[0] == 'h');
    return header && std::all_of(rest.begin() + 1, rest.begin() + 5, isPunctuation);
}

bool looksLikeTable(std::string_view bytes) {
    const std::string_view rest = beginning(bytes);
    const std::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
    return isText(bytes) && line.find_first_of(",;\t|") != std::string_view::npos;
}

/// Lines mean what the instrument's mapping says; nothing in them tells that they are such.
bool isNeverPlain(std::string_view) {
    return false;
}

template <Reading (*readIt)(std::string_view, const Mapping&)>
Reading withoutSeries(std::string_view bytes, const Mapping& mapping, const SeriesSink&) {
    return readIt(bytes, mapping);
}

/// The table takes nearly every text and stands last.
constexpr std::array known{
    Format{"hl7", looksLikeHl7, withoutSeries<readHl7>, hl7ControlId},
    Format{"astm", looksLikeAstm, withoutSeries<readAstm>, astmControlId},
    Format{"sics", looksLikeSics, withoutSeries<readSics>, nullptr},
    Format{"sbi", looksLikeSbi, withoutSeries<readSbi>, nullptr},
    Format{"line", isNeverPlain, withoutSeries<readLine>, nullptr},
    Format{"csv", looksLikeTable, withoutSeries<readDelimited>, nullptr},
};

const Format* find(std::string_view name) {
    const auto found = std::ranges::find(known, name, &Format::name);
    return found == known.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Format> formats() {
    return known;
}

std::string detect(std::string_view bytes) {
    const auto found = std::ranges::find_if(known, [&](const Format& format) { return format.recognises(bytes); });
    return found == known.end() ? std::string() : std::string(found->name);
}

Reading read(std::string_view format, std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    std::string name(format);
    if (name.empty() || name == "unframed") name = mapping.line.pattern.empty() ? detect(bytes) : "line";
    if (const Format* const found = find(name)) return found->read(bytes, mapping, sink);
    Reading reading;
    reading.format = name;
    reading.refused = Finding{"unknown_format", "the bytes are of no format that is known", {}};
    return reading;
}

std::string controlId(std::string_view format, std::string_view bytes) {
    const Format* const found = find(format);
    return found == nullptr || found->controlId == nullptr ? std::string() : found->controlId(bytes);
}

}  // namespace touchstone::instruments
