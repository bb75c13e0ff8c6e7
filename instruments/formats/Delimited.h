#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// CSV and TSV as instruments and chromatography systems export them: RFC 4180 quoting, any delimiter, line ends CR, LF
/// or CR LF, byte order marks, UTF-16. The mapping says which column is what; without one the header row must name the
/// columns as the mapping's keys are named (specimen, code, value, unit, observed_at …). Rows without a specimen or a
/// value are left out with a warning. The span is that of the row, or of the cell where a row holds several values.
[[nodiscard]] Reading readDelimited(std::string_view bytes, const Mapping& mapping = {});

}  // namespace touchstone::instruments
