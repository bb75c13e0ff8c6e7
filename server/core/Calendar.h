#pragma once
#include <cstdint>
#include <set>

#include "server/core/Clock.h"

namespace touchstone {

enum class DayCount : std::uint8_t { NaturalDays, WorkingDays };

/// Working days of the State Council's yearly notice: Monday to Friday, less the holidays, plus the make-up
/// workdays (调休上班). The days are dated rows; the calendar knows none by itself. Immutable, safe to share.
class Calendar {
public:
    Calendar(std::set<Date> holidays, std::set<Date> makeUpWorkdays);
    [[nodiscard]] bool isWorkingDay(Date day) const;
    /// The last day of a term: the day of the event does not count, the term ends on the count-th day after it
    /// (民法典 Art 201); a natural term that ends on a day off ends on the next working day (Art 203).
    [[nodiscard]] Date due(Date event, int count, DayCount kind) const;

private:
    std::set<Date> holidays_;
    std::set<Date> makeUpWorkdays_;
};

}  // namespace touchstone
