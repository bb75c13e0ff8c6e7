#pragma once
#include <optional>

#include "server/core/Error.h"
#include "server/db/Database.h"

/// Why a row of a list was refused, as two columns: the error's number and a JSON list of its arguments.
namespace touchstone::certificates::store {

[[nodiscard]] db::Value errorOf(const std::optional<Error>& refusal);
[[nodiscard]] db::Value argumentsOf(const std::optional<Error>& refusal);
/// From column and the one behind it.
[[nodiscard]] std::optional<Error> toRefusal(const db::Row& row, std::size_t column);

}  // namespace touchstone::certificates::store
