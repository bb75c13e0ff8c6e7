#include "server/core/Calendar.h"

#include <utility>

namespace touchstone {

Calendar::Calendar(std::set<Date> holidays, std::set<Date> makeUpWorkdays)
    : holidays_(std::move(holidays)), makeUpWorkdays_(std::move(makeUpWorkdays)) {
}

bool Calendar::isWorkingDay(Date day) const {
    if (makeUpWorkdays_.contains(day)) return true;
    if (holidays_.contains(day)) return false;
    return std::chrono::weekday(day).iso_encoding() <= 5;
}

Date Calendar::due(Date event, int count, DayCount kind) const {
    Date day = event;
    if (kind == DayCount::NaturalDays) {
        day += std::chrono::days(count);
        while (!isWorkingDay(day)) day += std::chrono::days(1);
        return day;
    }
    for (int left = count; left > 0;) {
        day += std::chrono::days(1);
        if (isWorkingDay(day)) --left;
    }
    return day;
}

}  // namespace touchstone
