#pragma once
#include <string>
#include <string_view>

#include "instruments/formats/Observation.h"
#include "instruments/formats/Text.h"

namespace touchstone::instruments {

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
