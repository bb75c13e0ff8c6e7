#pragma once
#include <vector>

#include "server/http/Input.h"
#include "server/samples/Head.h"

namespace touchstone::samples {

/// Corrections of a head as they come: `changes` of {field, new}. What is wrong with them is noted in `in`.
[[nodiscard]] std::vector<HeadChange> headChanges(http::Fields& in, const std::vector<json::Value>& rows);

}  // namespace touchstone::samples
