#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The XML export of Agilent TapeStation Analysis (root File with ScreenTapes and Samples). Every number of a sample,
/// of its peaks and of its regions is an observation: "RIN", "Peak 1/Size", "Region 1/Concentration"; a marker's peak
/// goes by what the software calls it ("Lower Marker/Size"). The specimen is the sample's description, the position its
/// well; ladders are calibrations. What the software left out ("-") is left out.
[[nodiscard]] Reading readTapestation(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeTapestation(std::string_view bytes);

}  // namespace touchstone::instruments
