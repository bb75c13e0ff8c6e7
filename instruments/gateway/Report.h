#pragma once
#include <string>
#include <vector>

#include "instruments/formats/Observation.h"
#include "instruments/gateway/Station.h"

namespace touchstone::instruments {

/// What is told of a series.
struct SeriesSummary {
    std::string name, kind, xUnit, unit;
    std::size_t points = 0;
};

/// A sink that keeps the summaries only.
[[nodiscard]] SeriesSink summariseInto(std::vector<SeriesSummary>& summaries);

/// One JSON line: what `read` prints for a file.
[[nodiscard]] std::string readingLine(const std::string& file, const Reading& reading,
                                      const std::vector<SeriesSummary>& series);

/// One JSON line: what `listen` and `run` print for a message; with its observations where a reading is given.
[[nodiscard]] std::string handledLine(const Handled& handled, const Reading* reading,
                                      const std::vector<SeriesSummary>& series = {});

}  // namespace touchstone::instruments
