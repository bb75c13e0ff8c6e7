#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// What Bio-Plex Manager of Bio-Rad exports as XML (http://www.Bio-Rad.com/XMLschema/2010/Bio-Plex_5), told by a real
/// file of version 6.2. Of each well that belongs to a sample, each bead region with an analyte gives observations
/// whose codes are the analyte and the file's own name of the quantity ("IL-6/Median", "IL-6/RegionCount"); of each
/// sample, over its wells, "IL-6/sample Mean", and under "IL-6" the concentration where the file says that it is valid.
/// The specimen is the sample's description, else its label (X1). Standards are calibrations, blanks and controls
/// controls. Single beads are not read. Refused: no_samples, and what readXmlTree refuses.
[[nodiscard]] Reading readBioplex(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeBioplex(std::string_view bytes);

}  // namespace touchstone::instruments
