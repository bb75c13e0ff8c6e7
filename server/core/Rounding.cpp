#include "server/core/Rounding.h"

namespace touchstone::rounding {

Decimal toPlaces(const Decimal& value, int places) {
    return value.rounded(places);
}

Decimal toSignificant(const Decimal& value, int figures) {
    const int places = figures - 1 - value.magnitude();
    const Decimal rounded = value.rounded(places);
    // 9.996 to three figures carries to 10.00: the zero too many goes, which loses nothing.
    return rounded.magnitude() > value.magnitude() && !value.isZero() ? rounded.rounded(places - 1) : rounded;
}

Decimal toHalfUnit(const Decimal& value, int places) {
    static const Decimal half = Decimal::of("0.5");
    return (value * Decimal(2)).rounded(places) * half;
}

Decimal toFifthUnit(const Decimal& value, int places) {
    static const Decimal fifth = Decimal::of("0.2");
    return (value * Decimal(5)).rounded(places) * fifth;
}

}  // namespace touchstone::rounding
