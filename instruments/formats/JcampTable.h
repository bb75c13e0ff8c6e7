#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/JcampNumber.h"
#include "instruments/formats/JcampOrdinates.h"
#include "instruments/formats/JcampPairs.h"
#include "instruments/formats/Observation.h"

/// From what a table of JCAMP-DX holds and what its header says of it to a series. Where the two disagree the data is
/// given as it stands, and a warning says so.
namespace touchstone::instruments::jcamp {

/// One variable as the header describes it: XFACTOR, FIRSTX … or its column in NTUPLES.
struct Axis {
    std::string unit;
    std::optional<Number> factor, first, last, min, max;
};

struct TableHeader {
    std::string name, kind;
    Axis x, y;
    std::optional<Number> points, deltaX;
};

/// Why a series is to be looked at, or why there is none.
struct Outcome {
    std::optional<Series> series;
    std::vector<Finding> warnings;
};

/// table: where the rows stand in the file.
[[nodiscard]] Outcome spectrumOf(const TableHeader& header, Ordinates&& ordinates, Span table);
[[nodiscard]] Outcome seriesOf(const TableHeader& header, Pairs&& pairs, Span table);

}  // namespace touchstone::instruments::jcamp
