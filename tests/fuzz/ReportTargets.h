#pragma once
#include <map>
#include <string>

#include "tests/fuzz/Targets.h"

namespace touchstone::fuzz {

/// What reads files and answers of others where certificates are signed and verified.
void addReports(std::map<std::string, Target>& all);

}  // namespace touchstone::fuzz
