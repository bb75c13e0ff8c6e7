#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Agilent's ACAML (urn:schemas-agilent-com:acaml…, of ChemStation and OpenLab CDS), as a document or in a zip of them:
/// .rx and .dx, a zipped result set (.rslt), an archive (.olax). Peaks and compounds become observations as Cds.h says;
/// the sample of an injection is found by the ids of the documents, else by the raw data file (.dx) that has the name
/// of the results (.rx). Spans into an archive are those of the packed member. Traces (.CH) are not read.
[[nodiscard]] Reading readAcaml(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeAcaml(std::string_view bytes);

/// Cytiva's UNICORN export is recognised and refused (unicorn_unsupported): its traces are in a format of its own.
[[nodiscard]] Reading refuseUnicorn(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeUnicorn(std::string_view bytes);

}  // namespace touchstone::instruments
