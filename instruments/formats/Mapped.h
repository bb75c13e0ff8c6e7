#pragma once
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// Reads sheets by a mapping into observations, warnings or a refusal: mapping_needed where the mapping does not say
/// enough, no_header, no_column or no_section where the file is not as it says, no_results where
/// nothing is in what it takes, too_large where texts repeated on many
/// rows would take far more memory than the file. A mapping that says nothing finds columns named as its keys.
void readMapped(const std::vector<Sheet>& sheets, const Mapping& mapping, Reading& reading, const SeriesSink& sink);

}  // namespace touchstone::instruments
