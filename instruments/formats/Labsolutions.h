#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The ASCII export of Shimadzu LabSolutions, LCsolution, GCsolution and GCMSsolution: [Section] blocks between tabs or
/// commas, one injection for each [Header]. Peaks become observations as Cds.h says (specimen: Sample ID, else Sample
/// Name, and where the export has no [Sample Information] the name of the data file; position: Vial#), also compounds
/// of [Compound Results] and of quantitative results that were looked for and not found; chromatograms, status traces,
/// PDA planes (a chromatogram for each wavelength) and spectra become Series, times the intensity multiplier. A peak
/// table of another length than it says is refused (peak_count): results would be missing.
[[nodiscard]] Reading readLabsolutions(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeLabsolutions(std::string_view bytes);

/// The wide table of the Quant Browser: blocks of "ID#", "Name" and rows of data files with their "Conc.".
[[nodiscard]] Reading readQuantBrowser(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeQuantBrowser(std::string_view bytes);

}  // namespace touchstone::instruments
