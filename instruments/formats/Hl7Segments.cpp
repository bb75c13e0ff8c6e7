#include "instruments/formats/Hl7Segments.h"

#include <algorithm>
#include <array>

#include "instruments/formats/Values.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::optional<std::string_view> Hl7Lines::next() {
    const auto isEnd = [](char c) { return c == control::cr || c == control::lf || c == control::fs; };
    while (!rest_.empty()) {
        const auto length = static_cast<std::size_t>(std::ranges::find_if(rest_, isEnd) - rest_.begin());
        std::string_view line = rest_.substr(0, length);
        rest_.remove_prefix(std::min(length + 1, rest_.size()));
        while (!line.empty() && static_cast<unsigned char>(line.front()) < ' ') line.remove_prefix(1);
        if (!line.empty()) return line;
    }
    return std::nullopt;
}

std::string hl7Charset(std::string_view bytes) {
    for (Hl7Lines lines(bytes); const auto line = lines.next();) {
        if (hl7SegmentName(*line) != "MSH") continue;
        const auto delimiters = hl7Delimiters(*line);
        return delimiters ? Hl7Segment(*line, *delimiters).text(18) : std::string();
    }
    return {};
}

std::string hl7SegmentName(std::string_view line) {
    std::string name(line.substr(0, 3));
    for (char& c : name) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

std::string_view Hl7Segment::field(std::size_t n) const {
    const bool header = name_ == "MSH" || name_ == "FHS" || name_ == "BHS";
    return part(fields_, header ? n : n + 1);
}

std::string_view Hl7Segment::component(std::size_t n, std::size_t c) const {
    return part(part(field(n), delimiters_.repeat, 1), delimiters_.component, c);
}

std::string Hl7Segment::text(std::size_t n, std::size_t c) const {
    return plain(part(component(n, c), delimiters_.sub, 1));
}

namespace {

std::optional<std::string> unescaped(std::string_view escape, const Hl7Delimiters& d) {
    if (escape == "F") return std::string(1, d.field);
    if (escape == "S") return std::string(1, d.component);
    if (escape == "R") return std::string(1, d.repeat);
    if (escape == "T") return std::string(1, d.sub);
    if (escape == "E") return std::string(1, d.escape);
    if (escape == "H" || escape == "N") return "";
    if (escape == ".br") return "\n";
    if (escape.starts_with('X')) return hexText(escape.substr(1));
    return std::nullopt;
}

}  // namespace

std::string Hl7Segment::plain(std::string_view raw) const {
    raw = trimmed(raw);
    if (raw == "\"\"") return {};
    std::string result;
    while (!raw.empty()) {
        const std::size_t begin = delimiters_.escape == 0 ? std::string_view::npos : raw.find(delimiters_.escape);
        const std::size_t end = begin == std::string_view::npos ? begin : raw.find(delimiters_.escape, begin + 1);
        if (end == std::string_view::npos) return result += raw;
        result += raw.substr(0, begin);
        if (const auto known = unescaped(raw.substr(begin + 1, end - begin - 1), delimiters_)) {
            result += *known;
            raw.remove_prefix(end + 1);
        } else {  // an unknown escape stays as it is
            result += raw.substr(begin, end - begin);
            raw.remove_prefix(end);
        }
    }
    return result;
}

std::optional<Hl7Delimiters> hl7Delimiters(std::string_view line) {
    if (line.size() < 8) return std::nullopt;
    const char field = line[3];
    const std::string_view encoding = part(line, field, 2);
    // Version 2.7 adds a fifth character. MSH-2 of three characters would leave no escape: not a message.
    if (encoding.size() < 4 || encoding.size() > 5) return std::nullopt;
    // Others would divide text within its characters.
    const auto isAscii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!isAscii(field) || !std::ranges::all_of(encoding.substr(0, 4), isAscii)) return std::nullopt;
    const Hl7Delimiters d{field, encoding[0], encoding[1], encoding[2], encoding[3]};
    std::array all{d.field, d.component, d.repeat, d.escape, d.sub};
    std::ranges::sort(all);
    if (std::ranges::adjacent_find(all) != all.end()) return std::nullopt;
    return d;
}

}  // namespace touchstone::instruments
