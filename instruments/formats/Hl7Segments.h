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

/// The lines of a message one after the other, empty ones left out. A capture still has the block characters of MLLP
/// around each message, and control characters that keep its line alive: they belong to none.
class Hl7Lines {
public:
    explicit Hl7Lines(std::string_view text) : rest_(text) {}
    [[nodiscard]] std::optional<std::string_view> next();

private:
    std::string_view rest_;
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

/// MSH-18 of the first message, read before its charset is known: all charsets of table 0211 that may stand in a
/// message with one-byte delimiters write the header in ASCII.
[[nodiscard]] std::string hl7Charset(std::string_view bytes);

/// From a line that begins with MSH, FHS or BHS; nothing if it does not say five delimiters that are told apart.
[[nodiscard]] std::optional<Hl7Delimiters> hl7Delimiters(std::string_view line);

}  // namespace touchstone::instruments
