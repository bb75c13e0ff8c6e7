#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The XML export of Waters TargetLynx (root QUANDATASET). The peak of each compound becomes observations as Cds.h
/// says; its amount is "analconc", without a unit, for the file names none. A zero there of a compound that the file
/// has no calibration for is what the software writes instead of nothing, and no result. The specimen is the Sample ID,
/// else the Sample Text ("desc"), else the name of the data file; a mapping names another attribute of SAMPLE, such as
/// {"fields": {"specimen": "job"}}. Internal standards are compounds like others; peaks of confirming ions are not
/// read. Refused: bad_xml, no_samples, and sample_count where there are fewer or more samples than the file says.
[[nodiscard]] Reading readTargetlynx(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeTargetlynx(std::string_view bytes);

}  // namespace touchstone::instruments
