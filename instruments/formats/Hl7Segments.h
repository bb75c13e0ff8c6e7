#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Fields.h"

namespace touchstone::instruments {

/// MSH-1 and MSH-2.
struct Hl7Delimiters {
    char field = '|', component = '^', repeat = '~', escape = '\\', sub = '&';
};

/// "OBX"; devices also write it in lower case.
[[nodiscard]] std::string hl7SegmentName(std::string_view line);

/// One segment as views into the message. HL7 counts from 1; MSH-1 is the field delimiter itself.
class Hl7Segment {
public:
    Hl7Segment(std::string_view line, Hl7Delimiters delimiters)
        : line_(line), name_(hl7SegmentName(line)), fields_(split(line, delimiters.field)), delimiters_(delimiters) {}

    [[nodiscard]] std::string_view line() const { return line_; }
    [[nodiscard]] const Hl7Delimiters& delimiters() const { return delimiters_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string_view field(std::size_t n) const;
    /// Of the first repetition, escapes in place.
    [[nodiscard]] std::string_view component(std::size_t field, std::size_t n) const;
    /// Of the first repetition and first subcomponent: without blanks around it and without escapes; `""` is empty.
    [[nodiscard]] std::string text(std::size_t field, std::size_t component = 1) const;
    [[nodiscard]] std::string plain(std::string_view raw) const;

private:
    std::string_view line_;
    std::string name_;
    std::vector<std::string_view> fields_;
    Hl7Delimiters delimiters_;
};

/// From a line that begins with MSH, FHS or BHS; nothing if it does not say five delimiters that are told apart.
[[nodiscard]] std::optional<Hl7Delimiters> hl7Delimiters(std::string_view line);

}  // namespace touchstone::instruments
