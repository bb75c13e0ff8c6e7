#pragma once
#include <string>

#include "server/core/Json.h"

namespace touchstone::certificates {

/// What a certificate says, for machines, from certificate.frozen alone: XML of schema/results.xsd, UTF-8, the same bytes
/// for the same frozen content. It is attached to the PDF and its SHA-256 stands in the claim of the QR code, so it never
/// says more than was frozen. Throws std::runtime_error naming a member that is missing; unknown members are left out.
[[nodiscard]] std::string resultsXml(const json::Value& frozen);

/// The same members under the same names as JSON: lists are arrays, what is empty is left out.
[[nodiscard]] std::string resultsJson(const json::Value& frozen);

}  // namespace touchstone::certificates
