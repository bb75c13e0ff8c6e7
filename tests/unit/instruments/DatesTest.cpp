#include <boost/test/unit_test.hpp>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Dates.h"

namespace touchstone::instruments {

BOOST_AUTO_TEST_SUITE(Dates)

BOOST_AUTO_TEST_CASE(dates_are_read_in_the_order_that_is_said) {
    BOOST_TEST(readDate("2/3/2021  10:28:04 AM", DateOrder::MonthDayYear) == "2021-02-03T10:28:04");
    BOOST_TEST(readDate("02.03.2021 10:28", DateOrder::DayMonthYear) == "2021-03-02T10:28:00");
    BOOST_TEST(readDate("2/3/2021", DateOrder::Unknown) == "");
    BOOST_TEST(readDate("13/13/2021", DateOrder::DayMonthYear) == "");
    BOOST_TEST(readDate("6/24/22 12:05 AM", DateOrder::MonthDayYear) == "2022-06-24T00:05:00");
    BOOST_TEST(readDate("Tue, 2/3/2021", DateOrder::MonthDayYear) == "2021-02-03");
    BOOST_TEST((orderOf("Thursday, 18/2/2021") == DateOrder::DayMonthYear));
}

BOOST_AUTO_TEST_CASE(what_reads_the_same_in_every_order_needs_none) {
    BOOST_TEST(readDate("2021-02-18 22:28:04", DateOrder::Unknown) == "2021-02-18T22:28:04");
    BOOST_TEST(readDate("2014-09-21 10:05:31 PM EDT", DateOrder::Unknown) == "2014-09-21T22:05:31");
    BOOST_TEST(readDate("18-Feb-2021 10:28", DateOrder::Unknown) == "2021-02-18T10:28:00");
    BOOST_TEST(readDate("Feb 18 2021", DateOrder::Unknown) == "2021-02-18");
    BOOST_TEST(readDate("Thursday, 18 February 2021 10:28:04", DateOrder::Unknown) == "2021-02-18T10:28:04");
    BOOST_TEST(readDate("Thu, Feb 18 2021", DateOrder::Unknown) == "2021-02-18");
    BOOST_TEST(readDate("Xyzday, 18 February 2021", DateOrder::Unknown) == "");
    BOOST_TEST(readDate("06/16/2022 04:38:28 PM(-07:00)", DateOrder::MonthDayYear) == "2022-06-16T16:38:28-07:00");
}

BOOST_AUTO_TEST_CASE(the_half_of_the_day_is_written_in_many_ways) {
    for (const std::string half :
         {"PM", "pm", "p.m.", "P.M.", "p. m.", "p.\xC2\xA0m.", "p.\xE2\x80\xAFm.", "p.m. EDT"}) {
        BOOST_TEST(readDate("21/03/2026 3:53:03 " + half, DateOrder::DayMonthYear) == "2026-03-21T15:53:03", half);
        BOOST_TEST(cds::readDate("21/03/2026 3:53:03 " + half, cds::DayOrder::DayFirst) == "2026-03-21T15:53:03", half);
    }
    BOOST_TEST(readDate("21/03/2026 12:05 a. m.", DateOrder::DayMonthYear) == "2026-03-21T00:05:00");
    BOOST_TEST(cds::readDate("12:05 March 21, 2026", cds::DayOrder::Unknown) == "2026-03-21T12:05:00");
}

BOOST_AUTO_TEST_CASE(what_is_no_date_is_none) {
    for (const char* const text : {"", "x", "1/2", "1:2:3", "12/31/2021 99:99", "//", "31/31/31/31", "18-Xyz-2021",
                                 "12/31/2021 1234567890:10", "12/31/2021 10:1234567890", "12/31/2021 10:10:10.1234567890"}) {
        BOOST_TEST(readDate(text, DateOrder::MonthDayYear) == "", text);
    }
}

BOOST_AUTO_TEST_CASE(a_day_beyond_12_betrays_the_order) {
    BOOST_TEST((orderOf("2/18/2021 10:00") == DateOrder::MonthDayYear));
    BOOST_TEST((orderOf("18.2.2021") == DateOrder::DayMonthYear));
    BOOST_TEST((orderOf("2/3/2021") == DateOrder::Unknown));
    BOOST_TEST((orderOf("2021-02-18") == DateOrder::Unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
