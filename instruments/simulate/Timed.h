#pragma once
#include "instruments/simulate/Cable.h"
#include "instruments/simulate/Player.h"

namespace touchstone::instruments {

using Clock = std::chrono::steady_clock;

/// Measures a message and turns faults of the line into its outcome.
template <class Act>
Played timed(Cable& cable, Act act) {
    const auto begin = Clock::now();
    Played played;
    try {
        played = act();
    } catch (const std::exception& fault) {
        played.note = fault.what();
        cable.cut();
    }
    played.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return played;
}

}  // namespace touchstone::instruments
