#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// XRDML of PANalytical's diffractometers (http://www.xrdml.com/XRDMeasurement, told by files of 1.6 and 2.1): each
/// scan becomes a Series of its intensities or counts over 2Theta, or where that stands still over the first axis that
/// moves; its name is the sample's name, else its id, and the number of the scan where there are several. Counts are as
/// measured: where an attenuator in the beam changed them, that is warned of (attenuated) and not reckoned in. It holds
/// no results. Refused: no_scans, no_moving_axis, bad_number, and point_count where positions that are listed are not as
/// many as counts.
[[nodiscard]] Reading readXrdml(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeXrdml(std::string_view bytes);

}  // namespace touchstone::instruments
