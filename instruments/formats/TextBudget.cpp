#include "instruments/formats/TextBudget.h"

namespace touchstone::instruments {

std::optional<Finding> TextBudget::spend(std::size_t bytes, Span where) {
    if (bytes > left_) return Finding{"too_large", "texts that many results repeat are too long", where};
    left_ -= bytes;
    return std::nullopt;
}

std::optional<Finding> TextBudget::spend(const Observation& o) {
    return spend(o.specimen.size() + o.position.size() + o.code.size() + o.name.size() + o.value.size() +
                     o.unit.size() + o.flags.size() + o.status.size() + o.operatorName.size() + o.instrument.size() +
                     o.observedAt.size(),
                 o.span);
}

}  // namespace touchstone::instruments
