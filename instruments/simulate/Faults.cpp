#include "instruments/simulate/Faults.h"

#include <utility>

namespace touchstone::instruments {

FaultPlan::FaultPlan(const FaultSettings& settings, std::vector<Fault> possible, std::uint64_t connection)
    : settings_(settings), possible_(std::move(possible)), random_(settings.chaos.value_or(0) + connection) {
}

std::vector<Fault> FaultPlan::next(std::size_t pieces, bool again) {
    std::vector<Fault> faults(pieces, Fault::None);
    if (pieces == 0) return faults;
    if (settings_.chaos) {
        for (Fault& fault : faults) fault = byChance();
    }
    if (again) return faults;
    if (settings_.garbage) faults.front() = Fault::Garbage;
    if (settings_.silence) faults[pieces / 2] = Fault::Silence;
    for (const auto& [piece, fault] : {std::pair(settings_.badChecksum, Fault::BadChecksum),
                                       {settings_.repeated, Fault::Repeated},
                                       {settings_.skipped, Fault::Skipped},
                                       {settings_.cutAfter, Fault::CutAfter}}) {
        if (piece && *piece >= 1 && *piece <= pieces) faults[*piece - 1] = fault;
    }
    return faults;
}

Fault FaultPlan::byChance() {
    // No distribution of the library: what they give for a seed is not the same everywhere.
    const double drawn = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    const std::uint64_t choice = random_();
    return drawn < settings_.rate ? possible_[choice % possible_.size()] : Fault::None;
}

}  // namespace touchstone::instruments
