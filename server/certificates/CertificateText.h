#pragma once
#include <cstdint>

#include "reports/Data.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// What a layout binds to, from certificate.frozen alone (the tree is described in templates/README.md): the members of
/// the certificate and those of its content side by side as they were frozen, and what a layout cannot say by itself in
/// a record `derived` of the certificate and of each test. Throws std::runtime_error naming a member that is missing.
[[nodiscard]] reports::Data toData(const json::Value& frozen);

/// Of certificate.frozen: 1 where none was frozen.
[[nodiscard]] std::int64_t revisionOf(const json::Value& frozen);
/// The printed day, YYYY-MM-DD: that of the signatory in the laboratory's zone.
[[nodiscard]] std::string issuedOn(const json::Value& frozen);

/// JSON as data: numbers and flags become their text, null becomes an empty text.
[[nodiscard]] reports::Data asData(const json::Value& value);

/// A member of a frozen object; std::runtime_error when it is missing.
[[nodiscard]] const json::Value& member(const json::Value& object, std::string_view name);
/// Its text; empty for null.
[[nodiscard]] const std::string& textOf(const json::Value& object, std::string_view name);

}  // namespace touchstone::certificates
