#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Dates.h"
#include "instruments/formats/Line.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Where a text of a table is found, in JSON: a name ("Sample ID"), a column's number from 1 (7), a template
/// ("{Date} {Time}"), or a list of these of which the first that says anything counts (["Name", "ID"]; an empty text at
/// its end: it may be missing); or {"from": any of these, "match": "*-c-*"}: what the last '*' of the pattern stands for.
struct Place {
    std::vector<std::string> names;  ///< a number is written "#7"
    std::string match;
    std::size_t row = 0, column = 0;  ///< of a note in its part; 0: found by its label
};

/// A part of a table and how to read it; the mapping itself is the outermost. Texts are compared and patterns ('*' any
/// text, "<n>" a number) matched as Pattern.h says. Keys of JSON, every one may be left out:
///   "sheet"       of a workbook: pattern of the sheets' names; default: the first sheet
///   "begin"       pattern of a row's texts joined with blanks: from it to the next such row or to "end"
///   "end"         pattern of the row behind the part; "": the first blank row behind the column names
///   "constants"   {"unit": "mg/L"}: a fixed text, or a template
///   "notes"       {"operator": "User name"}: labels of cells; the text is behind a ':' or '=' in the cell or in the next
///                 cell with text. Looked for in this part, then in the ones around it, then on the other sheets.
///                 {"row": 3, "column": 1}: the cell there, counted from the first row of the part that says so
/// Templates:
///   {Name}        the row's text in that column, else a note's; {Target|Reporter}: the first that says anything;
///                 {{1} SD}: of the column named by what {1} stood for and " SD"
///   {1}, {2}      what '*' and "<n>" of a wide column stood for; {next}, {before} (in flags, too): right, left of its value
///   {cell 2 1}    the text in row 2, column 1, counted from the first row of the part
///   {begin1} …    those of "begin"; {above}: a text that stands alone in the line right above "begin"
///   {sheet1} …    those of "sheet"; {sheet}: its name. In a plate also {line}, {line1} … those of its "line",
///                 {corner}, {corner1} … of its "corner"; {title}: the last text above it that is of no plate; {well};
///                 {specimen}: the name that a plate of names gives to the well
/// A table:
///   "header"      texts that the row of the column names holds; without: "header_row", its number from 1 (default), in
///                 a part with "begin" counted from the row behind it; 0: there is none
///   "header_rows" 2: names stand in so many rows one below the other, such as "Viability" over "(%)"; default: 1. In all
///                 but the last an empty cell has the text left of it, such as "FAM" over "Conc." and "SD"
///   "columns"     {"specimen": "Sample ID", "value": 7}; keys: specimen, position, code, name, value, unit, flags,
///                 status, observed_at, operator, instrument, kind
///   "wide"        [{"column": "Conc (*)", "code": "conc", "unit": "{1}"}]: several values in one row; a pattern may take
///                 many columns, but none that a key has or an entry before it; code "": no results.
///                 "position", "name" and, where each column is a sample, "specimen" may be among what it says
///                 ({"column": "*<n>", "position": "{1}{2}"});
///                 "optional": true where a column may be missing. With "series": "absorption_spectrum" and "x": "{1}" or
///                 "{Wavelength}" the values are no results but points of a series: all of one sample, position, code
///                 and kind of series, and of one column where that names the sample; "x_unit": its unit.
///                 Where no key names a sample or a position, as in a file of one spectrum, series have their code alone
///   "only"        {"Record": "40"}: rows whose text matches, in a column that must be there; "carry": ["Plate"]: an empty
///                 cell has the text above it
///   "transposed"  true: column names stand in the first column, each further column is a row
/// A plate (row letters down, column numbers across, 6 to 1536 wells; several lines to a well may follow each other):
///   "plate"       {"corner": pattern of the cell where letters and numbers meet, "line": pattern of the text at the
///                 right end of a line (where there is none: its number within the well), "except": [patterns of such
///                 texts, corners or lines, that are left out], "gives": "value" (default) or "specimen": the names of
///                 the samples in the part around this one, where it holds several such plates in the plates between
///                 the one before and this}
///   "sections"    list of parts within this one
struct Section {
    struct WideColumn {
        std::string column, code, unit, position, specimen, name, series, x, xUnit;
        bool optional = false;
    };
    struct Plate {
        std::string corner = "*", line = "*";
        std::vector<std::string> except{};
        bool givesSpecimen = false;
    };
    std::string sheet{}, begin{};
    std::optional<std::string> end{};
    std::map<std::string, std::string> constants{};
    std::map<std::string, Place> notes{};
    std::vector<std::string> header{};
    std::size_t headerRow = 1, headerRows = 1;
    std::map<std::string, Place> columns{};
    std::vector<WideColumn> wide{};
    std::map<std::string, std::string> only{};
    std::vector<std::string> carry{};
    bool transposed = false;
    std::optional<Plate> plate{};
    std::vector<Section> sections{};

    [[nodiscard]] bool isTable() const { return !columns.empty() || !wide.empty(); }
};

/// What an instrument does its own way. Read from a JSON object that an administrator or the mapping page writes:
///   "encoding"    charset of its texts, "auto" (default) or "auto-gb"; see Text.h
///   "decimal"     "." (default), ","; for tables "auto": what the values of the file betray, such as 0,125
///   "fields"      for astm and hl7: where to take specimen, code and value from, such as
///                 {"specimen": "O.3.2", "code": "R.3.2 R.3.7 R.3.8", "value": "R.4.1"}, {"specimen": "P.3"} or
///                 {"specimen": "OBR-2"}; several places are joined with '^', empty ones left out; for
///                 targetlynx as its header says
///   "template"    for lines of devices without a protocol: a regular expression, or {"pattern": it, "code": "pH", …}
///                 with fixed texts; see Line.h
/// For tables (csv, xlsx, xls), besides the keys of Section:
///   "delimiter"   one character, "tab", or "blanks": any number of blanks and tabs; default: see splitText()
///   "thousands"   a character within numbers that is not read, such as "," or " " (of any width)
///   "dates"       "ymd" (default), "mdy", "dmy", "auto": what the dates of the file betray, such as 2/18/2021
///   "missing"     ["N/A", "-"]: patterns of texts that say that there is no value
///   "kinds"       {"NTC": "control", "Standard*": "calibration"}: what texts in the column kind say
///   "recognise"   {"contains": ["Cedex"], "cells": ["Well", "Cq"]}: a file is read with this mapping unasked where its
///                 first 200 rows or its sheets' names hold all texts of contains, and one row all cells; only for
///                 shipped mappings
struct Mapping {
    std::string encoding{};
    char decimal = '.';
    bool decimalAuto = false;
    std::map<std::string, std::string> fields{};
    char delimiter = 0;
    char thousands = 0;
    DateOrder dates = DateOrder::YearMonthDay;
    bool datesAuto = false;
    std::vector<std::string> missing{};
    std::map<std::string, ObservationKind> kinds{};
    std::vector<std::string> contains{}, cells{};
    Section table{};
    LineTemplate line{};

    /// Whether it says where anything of a table is found.
    [[nodiscard]] bool mapsTable() const {
        return table.isTable() || table.plate || !table.sections.empty() || !table.constants.empty() ||
               table.headerRow != 1;
    }

    [[nodiscard]] static std::variant<Mapping, Finding> parse(std::string_view json);
};

}  // namespace touchstone::instruments
