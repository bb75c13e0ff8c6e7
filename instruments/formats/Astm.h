#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// ASTM E1394-97 / CLSI LIS02-A2 records, bare or in the frames of E1381 as the gateway keeps them. Spans are those of
/// R records in the bytes given. Defaults: specimen O.3, or O.4 where the first component of O.3 is empty, first component
/// that is filled; code the first filled component of R.3 from the fourth on, or all of R.3 where two results of an order
/// would get the same; value the first filled component of R.4. O.12 = Q or H.12 = Q makes a control. Devices that send no
/// O records are read where the mapping says what their specimen is.
[[nodiscard]] Reading readAstm(std::string_view bytes, const Mapping& mapping = {});

/// H.3 of the first header; empty when there is none.
[[nodiscard]] std::string astmControlId(std::string_view bytes);

}  // namespace touchstone::instruments
