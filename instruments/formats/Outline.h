#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// How the bytes of a message are divided, for people who look at it: records and fields of ASTM E1394, segments and
/// fields of HL7 2.x, rows and cells of a table or of a workbook's sheet. Says nothing of what it means; shows what read()
/// refuses as well.
struct Outline {
    struct Part {
        std::string text;   ///< UTF-8, escapes in place; of a cell without its quotes
        Span span;          ///< in the raw bytes, delimiters left out; empty in a workbook, whose cells lie packed
    };
    struct Line {
        std::string kind;   ///< "R", "OBX"; empty for a row of a table
        Span span;
        std::vector<Part> parts;  ///< ASTM and HL7: part n is field n, the first one the type; the delimiters of MSH count
    };
    std::string format;     ///< astm, hl7, csv, xlsx, xls, html, or empty: then there are no lines
    std::string charset;    ///< by the rules of Text.h
    std::string components; ///< the delimiter of components and that of repetitions, where the format has them
    std::vector<Span> frames;  ///< of ASTM E1381: from STX to the checksum
    std::vector<std::string> sheets;  ///< names of those of a workbook
    std::string sheet;                ///< the one whose rows are the lines
    std::vector<Line> lines;
    bool cut = false;       ///< there are more lines or parts than these
};

/// format: a name of formats(); "", "auto" and "unframed" look at the bytes. Of the mapping count encoding, delimiter and
/// sheet: the first that fits, else the first. At most 5,000 lines of 200 parts are given.
[[nodiscard]] Outline outline(std::string_view format, std::string_view bytes, const Mapping& mapping = {});

}  // namespace touchstone::instruments
