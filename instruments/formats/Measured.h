#pragma once
#include <string_view>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// An observation as cells gave it: its value and time are still as written.
struct Measured {
    Observation observation;
    bool binary = false;  ///< the value was a double in a workbook
};

/// A series as cells gave it: its points are still as written.
struct Trace {
    Series series;
    std::vector<std::string> x, y;
};

/// Whether a cell says that there is no value: empty, or a text of Mapping::missing.
[[nodiscard]] bool isMissing(const Mapping& mapping, std::string_view text);

/// Reads values and times, once all are known: a file as a whole betrays its decimal sign and its order of dates where
/// one value does not. Behind a number, "%" is its unit and a text in brackets a remark, kept in flags. A double of a
/// workbook is the decimal of 15 significant digits that spreadsheets show (0.30000000000000004 is 0.3); `value` keeps
/// it as stored. Adds observations and warnings; the series go to the sink, a point that is no number is missing (NaN),
/// one such as 0:02:30 or "2 min 30 s" counts in seconds.
void settle(std::vector<Measured> measured, std::vector<Trace> traces, const Mapping& mapping, Reading& reading,
            const SeriesSink& sink);

}  // namespace touchstone::instruments
