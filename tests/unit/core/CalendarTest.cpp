#include <boost/test/unit_test.hpp>

#include "server/core/Calendar.h"

using touchstone::Calendar;
using touchstone::Date;
using touchstone::DayCount;
using touchstone::toText;

namespace {

Date day(const char* text) {
    return touchstone::parseDate(text).value();
}

/// National Day 2026: 1 to 7 October off; Sunday 20 September and Saturday 10 October are worked.
Calendar october() {
    return Calendar({day("2026-10-01"), day("2026-10-02"), day("2026-10-03"), day("2026-10-04"), day("2026-10-05"),
                     day("2026-10-06"), day("2026-10-07")},
                    {day("2026-09-20"), day("2026-10-10")});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(CalendarTest)

BOOST_AUTO_TEST_CASE(weekdaysAreWorkedUnlessTheNoticeSaysOtherwise) {
    const Calendar calendar = october();
    BOOST_TEST(calendar.isWorkingDay(day("2026-09-30")));
    BOOST_TEST(!calendar.isWorkingDay(day("2026-10-01")));
    BOOST_TEST(!calendar.isWorkingDay(day("2026-10-11")));
    BOOST_TEST(calendar.isWorkingDay(day("2026-09-20")));
    BOOST_TEST(calendar.isWorkingDay(day("2026-10-10")));
}

BOOST_AUTO_TEST_CASE(workingDaysSkipHolidaysAndCountMakeUpDays) {
    const Calendar calendar = october();
    BOOST_TEST(toText(calendar.due(day("2026-09-30"), 1, DayCount::WorkingDays)) == "2026-10-08");
    BOOST_TEST(toText(calendar.due(day("2026-09-30"), 3, DayCount::WorkingDays)) == "2026-10-10");
    BOOST_TEST(toText(calendar.due(day("2026-09-30"), 4, DayCount::WorkingDays)) == "2026-10-12");
    BOOST_TEST(toText(calendar.due(day("2026-09-18"), 1, DayCount::WorkingDays)) == "2026-09-20");
}

BOOST_AUTO_TEST_CASE(theDayOfTheEventDoesNotCount) {
    BOOST_TEST(toText(october().due(day("2026-09-14"), 1, DayCount::NaturalDays)) == "2026-09-15");
    BOOST_TEST(toText(october().due(day("2026-09-14"), 1, DayCount::WorkingDays)) == "2026-09-15");
}

BOOST_AUTO_TEST_CASE(aNaturalTermThatEndsOnADayOffEndsOnTheNextWorkingDay) {
    const Calendar calendar = october();
    BOOST_TEST(toText(calendar.due(day("2026-09-21"), 10, DayCount::NaturalDays)) == "2026-10-08");
    BOOST_TEST(toText(calendar.due(day("2026-09-13"), 7, DayCount::NaturalDays)) == "2026-09-20");
    BOOST_TEST(toText(calendar.due(day("2026-11-07"), 7, DayCount::NaturalDays)) == "2026-11-16");
}

BOOST_AUTO_TEST_SUITE_END()
