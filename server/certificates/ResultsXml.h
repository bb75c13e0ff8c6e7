#pragma once
#include <string>

#include "server/core/Json.h"

namespace touchstone::certificates {

/// The machine-readable copy that is attached to the PDF: the frozen data as XML 1.0, UTF-8. Members become elements of
/// the same name, items of a list become <item>, nothing becomes an empty element.
[[nodiscard]] std::string resultsXml(const json::Value& frozen);

}  // namespace touchstone::certificates
