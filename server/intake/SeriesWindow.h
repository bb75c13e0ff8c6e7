#pragma once
#include <optional>

#include "server/intake/SeriesCodec.h"

namespace touchstone::intake {

/// The part of a series that a page draws.
struct SeriesWindow {
    std::optional<double> from = {};   ///< of x, from <= to; nothing: from the first point
    std::optional<double> to = {};
    std::size_t most = 2000;           ///< points to be drawn, at least 2
};

struct Drawn {
    Points points;
    std::size_t within = 0;   ///< points of the series in the window, with one neighbour on either side
    bool exact = true;        ///< all of them; otherwise the lowest and the highest of each stretch, so that no peak goes
};

/// In the order of the series, whatever the order of x. Missing points (NaN) stay where a whole stretch is missing.
[[nodiscard]] Drawn draw(const Points& series, const SeriesWindow& window);

}  // namespace touchstone::intake
