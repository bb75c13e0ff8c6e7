#pragma once
#include <string>
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Reads a message. format: "astm", "hl7", "csv"; "" or "unframed" looks at the bytes (detect). Hostile bytes end as a
/// refused Reading, never as an exception. Safe to call from many threads.
[[nodiscard]] Reading read(std::string_view format, std::string_view bytes, const Mapping& mapping = {});

/// "astm", "hl7", "csv" or "" by the first bytes.
[[nodiscard]] std::string detect(std::string_view bytes);

/// What a message calls itself (H.3, MSH-10); empty when it says nothing.
[[nodiscard]] std::string controlId(std::string_view format, std::string_view bytes);

}  // namespace touchstone::instruments
