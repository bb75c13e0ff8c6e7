#pragma once
#include <string>
#include <vector>

namespace touchstone::instruments {

extern const char* const simulateHelp;

/// The exit status. Throws UsageError.
[[nodiscard]] int simulate(const std::vector<std::string>& words);

}  // namespace touchstone::instruments
