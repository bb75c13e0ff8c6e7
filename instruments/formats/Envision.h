#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// What the EnVision Workstation of PerkinElmer (Revvity) exports as text with a delimiter, told by real files: for
/// each measurement of each plate the table "Plate information" and its wells, as a plate with letters and numbers or
/// as bare rows of values, whose place on the plate then follows from the size of the plate type; plate maps behind
/// them.
///
/// Each well is an observation: its code is what stands above the plate ("A450(1) - channel 1", the unit behind it in
/// brackets), for bare rows the label and the detector ("A450(1) De=1st"), for calculated ones the formula; repeats,
/// cycles of kinetics and places of a scan are told apart by words behind it. The specimen is the plate's barcode, or
/// "Plate 2", and the name that the plate map gives to the well ("Plate 2 UNK7"); standards are calibrations, other
/// named kinds but unknowns controls.
///
/// Refused: plate_unreadable (wells cannot be told), no_results, too_large (texts repeated in many wells).
[[nodiscard]] Reading readEnvision(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeEnvision(std::string_view bytes);

}  // namespace touchstone::instruments
