#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// AnIML 0.90 (ASTM E13.15, urn:org:astm:animl:schema:core:draft:0.90), read as a stream.
///
/// Observations: the parameters under a Result and the series of sets of one value, where the step names one sample
/// that it consumes (or one alone). specimen: barcode, else sampleID; position: locationInContainer; code: the names of
/// the categories, of the parameter or series, joined by '/'; unit: the label. Other sets of numbers become Series.
///
/// Refused is what makes the data untrustworthy, and what the schema's own keys and keyrefs let pass: ids that are
/// given twice, references to samples that are not there, values of another type, of another number or at other places
/// than declared. What only says less than it should is a warning: structure that the schema does not know (left out),
/// references to steps that are not there, series ids given twice. Signatures are not verified.
[[nodiscard]] Reading readAniml(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeAniml(std::string_view bytes);

}  // namespace touchstone::instruments
