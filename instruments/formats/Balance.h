#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// What a balance says in one line.
struct BalanceLine {
    std::string command{};  ///< SICS: of the command that it answers, "S", "Z", "T", "ES"; SBI: what it prints, "N", "Stat"
    bool weight = false;    ///< it tells a weight; stable unless there is a fault
    std::string value{};    ///< of a weight, as sent, without the blanks and brackets in it
    std::string unit{};
    std::string flags{};  ///< "unverified": the last digit stands in brackets
    /// Empty, or: unstable, overload, underload, not_executable, syntax_error, transmission_error, logical_error, error.
    std::string fault{};
};

/// Mettler-Toledo MT-SICS: "S S     100.00 g". Nothing where the line is not of it.
[[nodiscard]] std::optional<BalanceLine> sicsLine(std::string_view line);
/// Sartorius SBI, 16 or 22 characters with the line end: "+   100.00 g  ", "N     +   100.00 g  "; without a unit the
/// weight is not stable.
[[nodiscard]] std::optional<BalanceLine> sbiLine(std::string_view line);

/// Each line that tells a stable weight becomes an Observation "weight" in the unit that was sent. Others are warnings,
/// and where none is stable the message is refused with the fault.
[[nodiscard]] Reading readSics(std::string_view bytes, const Mapping& mapping = {});
[[nodiscard]] Reading readSbi(std::string_view bytes, const Mapping& mapping = {});

/// Whether every line is of the kind; a balance's message is short.
[[nodiscard]] bool looksLikeSics(std::string_view bytes);
[[nodiscard]] bool looksLikeSbi(std::string_view bytes);

}  // namespace touchstone::instruments
