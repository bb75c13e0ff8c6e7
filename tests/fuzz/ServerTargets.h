#pragma once
#include "tests/fuzz/Targets.h"

namespace touchstone::fuzz {

/// What the server reads of requests before any rule looks at it: "json", "fields".
void addServer(std::map<std::string, Target>& all);

}  // namespace touchstone::fuzz
