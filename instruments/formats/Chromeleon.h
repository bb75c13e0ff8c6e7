#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The text export of Thermo Chromeleon 6 and 7: lines of a key and a value between tabs under headings that end in
/// ':', then the raw data. The trace becomes a Series; tables of peaks, where the export was told to hold them, become
/// observations as Cds.h says (specimen: Sample ID, else Injection or Sample; position: Position). The decimal sign is
/// told by the numbers of each table.
[[nodiscard]] Reading readChromeleon(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeChromeleon(std::string_view bytes);

}  // namespace touchstone::instruments
