#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Xml.h"

namespace touchstone::instruments {

/// Warns of bytes that are no characters, where there are any, or of a charset that had to be guessed.
void warnOfCharset(const Decoded& decoded, bool anyBad, Reading& reading);

/// The same, and marks the observations that such bytes are in.
void tellCharset(const Decoded& decoded, Reading& reading);

/// What the readers of texts do alike: decodes, lets `read` fill the Reading, and says what there is to say of the
/// charset. A file that is refused has no observations.
[[nodiscard]] Reading readText(const char* format, std::string_view bytes, const Mapping& mapping,
                               const std::function<void(const Text& text, Reading&)>& read);

/// bad_xml, and the line.
[[nodiscard]] Finding badXml(const xml::Fault& fault);

/// What a reader says of a text that it reads, in its Reading. A part is one of the text; the finding's span is that of
/// the bytes it came from.
class Remarks {
public:
    Remarks(const Text& text, Reading& reading) : text_(text), reading_(reading) {}

    void warn(const char* code, std::string words, std::string_view part = {}, std::string about = {});
    void warnOnce(const char* code, std::string words, std::string_view part, std::string about);

    /// The first refusal stays.
    void refuse(const char* code, std::string words, std::string_view part = {}, std::string about = {});

private:
    [[nodiscard]] Span spanOf(std::string_view part) const { return part.empty() ? Span{} : text_.wire(part); }

    const Text& text_;
    Reading& reading_;
};

}  // namespace touchstone::instruments
