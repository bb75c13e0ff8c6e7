#include "server/catalogue/Catalogue.h"

namespace touchstone::catalogue {

const Edition* Product::edition(const std::string& wanted) const {
    for (const Edition& each : editions) {
        if (each.edition == wanted) return &each;
    }
    return nullptr;
}

const Edition* Product::editionInForce(Date day) const {
    const Edition* newest = nullptr;
    for (const Edition& each : editions) {
        if (each.inForceOn(day)) newest = &each;
    }
    return newest;
}

}  // namespace touchstone::catalogue
