#pragma once
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "reports/OpenSsl.h"

/// Points in time as signatures write them, whole seconds.
namespace touchstone::reports {

/// PDF: D:YYYYMMDDHHmmSS, then Z or an offset such as +08'00'.
[[nodiscard]] std::optional<std::time_t> parsePdfDate(std::string_view date);
/// GeneralizedTime in UTC, YYYYMMDDHHmmSS[.f]Z; fractions are dropped.
[[nodiscard]] std::optional<std::time_t> parseGeneralizedTime(std::string_view text);
[[nodiscard]] std::optional<std::time_t> timeOf(const ASN1_TIME* time);
/// 2026-01-02T03:04:05Z
[[nodiscard]] std::string rfc3339(std::time_t time);

}  // namespace touchstone::reports
