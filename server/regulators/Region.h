#pragma once
#include <string>

#include "server/core/Actor.h"
#include "server/core/Error.h"

namespace touchstone::regulators {

/// The region of a regulator, whose samples and those of the regions below it the person may see. Error(NoRight) for
/// who is none and for an organisation without a region: it sees nothing, not all.
[[nodiscard]] inline const std::string& regulatorRegion(const Actor& actor) {
    actor.require({Role::regulator});
    if (actor.regionCode.empty()) throw Error(ErrorCode::NoRight, {"regulator"});
    return actor.regionCode;
}

/// What a person sees of all samples: staff of the laboratory everything (the empty region), a regulator its own.
[[nodiscard]] inline std::string visibleRegion(const Actor& actor) {
    if (actor.has(Role::regulator)) return regulatorRegion(actor);
    actor.require({Role::technician, Role::analyst, Role::checker, Role::signatory, Role::quality_manager,
                   Role::administrator, Role::regulator});
    return {};
}

}  // namespace touchstone::regulators
