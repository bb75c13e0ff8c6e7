#include "instruments/formats/Formats.h"

#include <algorithm>
#include <cctype>

#include "instruments/formats/Astm.h"
#include "instruments/formats/Delimited.h"
#include "instruments/formats/Hl7.h"

namespace touchstone::instruments {
namespace {

bool isPunctuation(char c) {
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

bool isText(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
    return bytes.find_first_of(std::string_view("\0\1\2\3\4\5\6\7\x0B\x17\x1C", 11)) == std::string_view::npos;
}

}  // namespace

std::string detect(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const std::size_t begin = bytes.find_first_not_of(std::string_view("\0\x05\x0B\r\n ", 6));
    if (begin == std::string_view::npos) return {};
    const std::string_view rest = bytes.substr(begin);
    if (rest.starts_with("MSH") || rest.starts_with("FHS") || rest.starts_with("BHS")) return "hl7";
    if (rest[0] == '\x02') return "astm";
    const bool header = rest.size() > 5 && (rest[0] == 'H' || rest[0] == 'h');
    if (header && std::all_of(rest.begin() + 1, rest.begin() + 5, isPunctuation)) return "astm";
    const std::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
    return isText(bytes) && line.find_first_of(",;\t|") != std::string_view::npos ? "csv" : "";
}

Reading read(std::string_view format, std::string_view bytes, const Mapping& mapping) {
    const std::string known = format.empty() || format == "unframed" ? detect(bytes) : std::string(format);
    if (known == "astm") return readAstm(bytes, mapping);
    if (known == "hl7") return readHl7(bytes, mapping);
    if (known == "csv") return readDelimited(bytes, mapping);
    Reading reading;
    reading.format = known;
    reading.refused = Finding{"unknown_format", "the bytes are of no format that is known", {}};
    return reading;
}

std::string controlId(std::string_view format, std::string_view bytes) {
    if (format == "astm") return astmControlId(bytes);
    if (format == "hl7") return hl7ControlId(bytes);
    return {};
}

}  // namespace touchstone::instruments
