#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Result.xml of Agilent ChemStation ("XML Connectivity Guide", root ChemStationResult, any encoding of XML). Its peaks
/// become observations as Cds.h says; the specimen is the LIMS ID, else the bar code, else the sample name. It holds no
/// traces. Where the report is in area percent, that stands as area percent and not as an amount.
[[nodiscard]] Reading readChemstation(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeChemstation(std::string_view bytes);

}  // namespace touchstone::instruments
