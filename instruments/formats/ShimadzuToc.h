#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The injections that Shimadzu's TOC-L and TOC-V write as text under [Data], a row each. Of each sample the results
/// that its rows repeat ("NPOC:2.530mg/L TN:0.06mg/L"; code NPOC), before them the concentrations of its injections
/// (code NPOC/injection_1; flag "excluded" where the result goes without it), in the unit of that result. Standards are
/// calibrations, what they hold is what they were made to hold. The summary that the same software writes, a row to a
/// sample, is a table: mappings/shimadzu-toc.json.
[[nodiscard]] Reading readShimadzuToc(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeShimadzuToc(std::string_view bytes);

}  // namespace touchstone::instruments
