#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "instruments/simulate/Faults.h"
#include "instruments/simulate/Site.h"

namespace touchstone::instruments {

enum class ScaleState : std::uint8_t { Stable, Dynamic, Overload, Underload, Error, Silent };

struct ScaleSettings {
    bool sics = true;  ///< else SBI
    Opener open{};
    FaultSettings faults{};
    std::vector<std::string> weights{"100.00"};  ///< one for each weighing, then from the first again
    std::string unit = "g";
    ScaleState state = ScaleState::Stable;
    std::size_t unsteady = 0;  ///< SBI: so many weights are not stable before one is; SICS waits instead, as long as
                               ///< 100 ms for each
    std::size_t answers = 0;   ///< leave after so many; 0: when the time is over
    std::chrono::seconds time{10};
};

/// A balance that is asked: MT-SICS (S, SI, Z, ZI, T, TI, @, I4; anything else is ES) or Sartorius SBI (ESC P, and T,
/// U, V without an answer). Tells a JSON line for each command: {"command", "answer"}. The number of answers.
[[nodiscard]] std::size_t weigh(const ScaleSettings& settings, const std::function<void(const std::string&)>& tell);

}  // namespace touchstone::instruments
