#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The text export of SoftMax Pro (Molecular Devices SpectraMax and other plate readers), version 1.3: "##BLOCKS= n"
/// and blocks up to "~End", between tabs, told by real files; there is no public description.
///
/// Plate blocks: each well of an endpoint is an observation "absorbance 450" ("fluorescence 485/525", "luminescence"),
/// what the software made of a well "absorbance reduced"; wells of kinetics and spectra are Series over time (s) and
/// wavelength (nm). Group blocks: each column of each row is an observation "Unknowns/Result", groups of standards
/// being calibrations and those of controls controls (Cds.h). A well's specimen is the sample that one group names for
/// it, otherwise the plate's name. The export says neither units nor when it was measured.
///
/// Warnings: point_count (fewer or more reads than the head says), plate_left_out (a well scan, another version),
/// two_samples (groups disagree about a well), decimal_unclear, bad_point. Refused: block_count (the file was cut off),
/// plate_unreadable (a row is missing, so that wells cannot be told), no_data.
[[nodiscard]] Reading readSoftMax(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeSoftMax(std::string_view bytes);

}  // namespace touchstone::instruments
