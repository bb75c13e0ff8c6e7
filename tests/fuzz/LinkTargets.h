#pragma once
#include "tests/fuzz/Targets.h"

namespace touchstone::fuzz {

/// Every link in its settings: "link-…" holds that it makes the same of the bytes however they are cut, "timed-link-…"
/// lets time pass between them and refuses some events.
void addLinks(std::map<std::string, Target>& all);

}  // namespace touchstone::fuzz
