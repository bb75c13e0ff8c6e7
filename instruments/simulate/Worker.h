#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "instruments/simulate/Site.h"

namespace touchstone::instruments {

struct WorkSettings {
    bool astm = false;
    Opener open{};
    std::vector<std::string> asked{};    ///< specimens to ask for at the start, one after the other; "ALL" for everything
    bool refuse = false;                 ///< MLLP: every order is answered with "unable to accept"
    bool mute = false;                   ///< MLLP: no order is answered
    std::size_t orders = 0;              ///< leave after so many orders and answers; 0: when the time is over
    std::chrono::seconds time{10};
};

/// An instrument that asks what is to be done and takes orders: connects and tells what it got, a JSON line each:
/// {"order": id, "act": "new"|"cancel", "specimen", "position", "priority", "tests": [codes]},
/// {"answer": "F"|"I"|"Q"|"OK"|"NF"|"AE", "orders": [...]}. The number of lines.
[[nodiscard]] std::size_t work(const WorkSettings& settings, const std::function<void(const std::string&)>& tell);

}  // namespace touchstone::instruments
