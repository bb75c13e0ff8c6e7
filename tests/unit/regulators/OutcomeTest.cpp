#include <boost/test/unit_test.hpp>

#include "server/regulators/Outcome.h"

using touchstone::Calendar;
using touchstone::Date;
using touchstone::DayCount;
using touchstone::parseDate;
using touchstone::toText;
using touchstone::catalogue::DeadlineRule;
using touchstone::regulators::addTo;
using touchstone::regulators::Outcome;
using touchstone::regulators::riskTerm;
using touchstone::regulators::Tally;
using touchstone::regulators::TallyKey;

namespace {

Date day(const char* text) {
    return parseDate(text).value();
}

const std::vector<DeadlineRule> kRules{{"supervision", "drug", 25, DayCount::WorkingDays, "report"},
                                       {"risk_report", "drug", 2, DayCount::WorkingDays, "two working days"},
                                       {"risk_report", "device", 3, DayCount::NaturalDays, "three days"}};
const Calendar kCalendar({day("2026-10-01"), day("2026-10-02"), day("2026-10-05"), day("2026-10-06"),
                          day("2026-10-07")},
                         {day("2026-10-10")});

}  // namespace

BOOST_AUTO_TEST_SUITE(outcomes)

BOOST_AUTO_TEST_CASE(theTermRunsOverHolidaysAndCountsWorkingSaturdays) {
    // Wednesday 30 September; the holidays last to Wednesday 7 October.
    const auto term = riskTerm(kRules, kCalendar, "drug", day("2026-09-30"));
    BOOST_TEST(toText(term.value().due) == "2026-10-09");
    BOOST_TEST(term->rule == "two working days");
    // Thursday 8 October: Friday, and Saturday the 10th is worked.
    BOOST_TEST(toText(riskTerm(kRules, kCalendar, "drug", day("2026-10-08")).value().due) == "2026-10-10");
}

BOOST_AUTO_TEST_CASE(naturalDaysThatEndOnAHolidayEndOnTheNextWorkingDay) {
    BOOST_TEST(toText(riskTerm(kRules, kCalendar, "device", day("2026-09-30")).value().due) == "2026-10-08");
}

BOOST_AUTO_TEST_CASE(withoutARuleThereIsNoTerm) {
    BOOST_CHECK(!riskTerm(kRules, kCalendar, "cosmetic", day("2026-09-30")));
}

BOOST_AUTO_TEST_CASE(countsStandOnceForEachLevelOfRegion) {
    Outcome outcome{};
    outcome.regionCode = "150102";
    outcome.maker = "某厂";
    outcome.issuedOn = day("2026-11-22");
    outcome.items = {{1, "", "", "", "", "", "fails", 7},
                     {2, "", "", "", "", "", "conforms", 7},
                     {3, "", "", "", "", "", "fails", {}}};
    std::map<TallyKey, Tally> tallies;
    addTo(tallies, outcome, 1);
    BOOST_TEST(tallies.size() == 4U);
    for (const char* region : {"", "15", "1501", "150102"}) {
        const Tally& tally = tallies.at({region, "2026-11-01", 7, "某厂"});
        BOOST_TEST(tally.tested == 2);
        BOOST_TEST(tally.failing == 1);
    }
    addTo(tallies, outcome, -1);
    BOOST_TEST((tallies.at({"15", "2026-11-01", 7, "某厂"}).tested) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
