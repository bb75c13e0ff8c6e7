#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The raw data export of Waters Empower (.arw): a line of field names and a line of their values between tabs, then
/// time and signal line by line; or, from a photodiode array, a line of wavelengths and a signal for each. It holds
/// traces only: a Series for the channel, or one for each wavelength.
[[nodiscard]] Reading readEmpowerArw(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeEmpowerArw(std::string_view bytes);

}  // namespace touchstone::instruments
