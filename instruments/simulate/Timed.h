#pragma once
#include "instruments/simulate/Player.h"
#include "instruments/simulate/Wire.h"

namespace touchstone::instruments {

using Clock = std::chrono::steady_clock;

/// Measures a message and turns faults of the line into its outcome.
template <class Act>
Played timed(Wire& wire, Act act) {
    const auto begin = Clock::now();
    Played played;
    try {
        played = act();
    } catch (const std::exception& fault) {
        played.note = fault.what();
        wire.cut();
    }
    played.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return played;
}

}  // namespace touchstone::instruments
