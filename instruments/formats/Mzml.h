#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Mass spectra and chromatograms in mzML 1.0 and 1.1 (HUPO-PSI), indexed or not; up to 4 GiB, read as a stream.
///
/// Each spectrum is a series named as its id: m/z (mass_spectrum) or wavelength (uv_visible_spectrum) and intensity.
/// Each chromatogram is one: time and intensity, or the first other array where a trace of pressure or temperature has
/// no intensity. A further array of the same length (charge, ion mobility, signal to noise) is a series of kind trace
/// over the same x, named "<id>: <array>". Units are the names that the file gives. The span is that of the element.
///
/// A series that cannot be had is left out with a warning, the others stay:
/// - what the array is: "unsupported_compression" and "unsupported_type" name it; "external_data" in an imzML, whose
///   numbers lie in the .ibd beside it; "no_type", "no_array_kind" where the file does not say, "no_group" where it
///   refers to what is not there, "no_axis" where no two arrays belong together;
/// - its bytes: the codes of ArrayFault in BinaryData.h;
/// - its length: "lengths_differ" from the array beside it.
/// The series stays with a warning where only the announced length is wrong ("array_length") or an attribute's count of
/// a list ("list_count"), and with those of MzmlIndex. Of each code 20 warnings are kept, then one says how many more.
///
/// refused: "too_large", "not_mzml", "unsupported_version" (0.99 drafts: their arrays are not written as they say),
/// "bad_xml" (also where the file breaks off). What the sink got before is then as little to be used as the rest.
[[nodiscard]] Reading readMzml(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);

/// By the name of the document's first element, in any encoding that has ASCII in it.
[[nodiscard]] bool looksLikeMzml(std::string_view bytes);

}  // namespace touchstone::instruments
