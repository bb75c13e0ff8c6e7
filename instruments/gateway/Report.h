#pragma once
#include <string>

#include "instruments/formats/Observation.h"
#include "instruments/gateway/Station.h"

namespace touchstone::instruments {

/// One JSON line: what `read` prints for a file.
[[nodiscard]] std::string readingLine(const std::string& file, const Reading& reading);

/// One JSON line: what `listen` and `run` print for a message; with its observations where a reading is given.
[[nodiscard]] std::string handledLine(const Handled& handled, const Reading* reading);

}  // namespace touchstone::instruments
