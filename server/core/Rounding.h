#pragma once
#include "server/core/Decimal.h"

/// 数值修约, GB/T 8170-2008. Each call rounds once from the given number; never chain two of them (3.3.1).
namespace touchstone::rounding {

/// To decimal places (修约间隔 10^-n), half even; negative places are tens, hundreds … (3.2).
[[nodiscard]] Decimal toPlaces(const Decimal& value, int places);
/// To significant figures (有效位数), half even: 8.53459 to 3 is 8.53.
[[nodiscard]] Decimal toSignificant(const Decimal& value, int figures);
/// 0.5 单位修约: to multiples of half of 10^-places: 60.25 to 0 places is 60.0, 60.38 is 60.5 (3.4.1).
[[nodiscard]] Decimal toHalfUnit(const Decimal& value, int places);
/// 0.2 单位修约: to multiples of a fifth of 10^-places: 832 to -2 places is 840 (3.4.2).
[[nodiscard]] Decimal toFifthUnit(const Decimal& value, int places);

}  // namespace touchstone::rounding
