#include "instruments/formats/Remarks.h"

#include <algorithm>
#include <utility>

namespace touchstone::instruments {

void warnOfCharset(const Decoded& decoded, bool anyBad, Reading& reading) {
    if (anyBad) {
        reading.warnings.push_back({"bad_charset", "some bytes are no characters of the charset", {}, decoded.charset});
    } else if (decoded.guessed) {
        reading.warnings.push_back({"charset_guessed", "the charset was guessed", {}, decoded.charset});
    }
}

void tellCharset(const Decoded& decoded, Reading& reading) {
    const bool anyBad = decoded.text.anyBad();
    warnOfCharset(decoded, anyBad, reading);
    if (!anyBad) return;
    for (Observation& o : reading.observations) o.undecodable = decoded.text.bad(o.span);
}

Reading readText(const char* format, std::string_view bytes, const Mapping& mapping,
                 const std::function<void(const Text& text, Reading&)>& read) {
    Reading reading;
    reading.format = format;
    const Decoded decoded = decode(bytes, mapping.encoding);
    read(decoded.text, reading);
    tellCharset(decoded, reading);
    if (reading.refused) reading.observations.clear();
    return reading;
}

Finding badXml(const xml::Fault& fault) {
    return Finding{"bad_xml", fault.what(), {}, std::to_string(fault.line())};
}

void Remarks::warn(const char* code, std::string words, std::string_view part, std::string about) {
    reading_.warnings.push_back({code, std::move(words), spanOf(part), std::move(about)});
}

void Remarks::warnOnce(const char* code, std::string words, std::string_view part, std::string about) {
    const bool isSaid = std::ranges::find(reading_.warnings, code, &Finding::code) != reading_.warnings.end();
    if (!isSaid) warn(code, std::move(words), part, std::move(about));
}

void Remarks::refuse(const char* code, std::string words, std::string_view part, std::string about) {
    if (!reading_.refused) reading_.refused = Finding{code, std::move(words), spanOf(part), std::move(about)};
}

}  // namespace touchstone::instruments
