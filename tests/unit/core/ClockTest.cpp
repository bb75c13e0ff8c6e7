#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "server/core/Clock.h"
#include "server/core/Error.h"

using touchstone::Instant;
using touchstone::parseDate;
using touchstone::parseRfc3339;
using touchstone::toRfc3339;

BOOST_AUTO_TEST_SUITE(ClockTest)

BOOST_AUTO_TEST_CASE(writesAllFormsOfAMoment) {
    const Instant at = parseRfc3339("2026-11-22T06:05:04.000007Z").value();
    BOOST_TEST(toRfc3339(at) == "2026-11-22T06:05:04.000007Z");
    BOOST_TEST(touchstone::toSql(at) == "2026-11-22 06:05:04.000007");
    BOOST_TEST((touchstone::instantFromSql("2026-11-22 06:05:04.000007") == at));
    BOOST_TEST(touchstone::Zone{}.minuteText(at) == "2026-11-22 14:05");
    BOOST_TEST(toRfc3339(Instant(std::chrono::microseconds(-1))) == "1969-12-31T23:59:59.999999Z");
}

BOOST_AUTO_TEST_CASE(theLaboratorysDayBeginsAtItsMidnight) {
    const touchstone::Zone china;
    BOOST_TEST(touchstone::toText(china.dateOf(parseRfc3339("2026-12-31T15:59:59Z").value())) == "2026-12-31");
    BOOST_TEST(touchstone::toText(china.dateOf(parseRfc3339("2026-12-31T16:00:00Z").value())) == "2027-01-01");
}

BOOST_AUTO_TEST_CASE(readsAnyOffset) {
    BOOST_TEST(toRfc3339(parseRfc3339("2026-11-22T14:05:04+08:00").value()) == "2026-11-22T06:05:04.000000Z");
    BOOST_TEST(toRfc3339(parseRfc3339("2026-11-21T22:35:04.5-07:30").value()) == "2026-11-22T06:05:04.500000Z");
    BOOST_TEST(toRfc3339(parseRfc3339("2026-11-22t06:05:04.1234567z").value()) == "2026-11-22T06:05:04.123456Z");
}

BOOST_DATA_TEST_CASE(refusesWhatIsNoMoment,
                     boost::unit_test::data::make({"", "2026-11-22", "2026-11-22T06:05:04", "2026-02-30T00:00:00Z",
                                                   "2026-11-22T24:00:00Z", "2026-11-22T06:60:00Z",
                                                   "2026-11-22T06:05:60Z", "2026-11-22T06:05:04.Z",
                                                   "2026-11-22T06:05:04+0800", "2026-11-22T06:05:04Z ",
                                                   "2026-11-22 06:05:04Z", "2026-11-22T06:05:04+24:00"}),
                     text) {
    BOOST_TEST(!parseRfc3339(text).has_value());
}

BOOST_AUTO_TEST_CASE(refusesDaysThatDoNotExist) {
    BOOST_TEST(parseDate("2028-02-29").has_value());
    for (const char* text :
         {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "20261122", "2026-11-22x", "+026-11-22"}) {
        BOOST_TEST(!parseDate(text).has_value(), text);
    }
    BOOST_CHECK_THROW(static_cast<void>(touchstone::instantFromSql("0000-00-00 00:00:00")), touchstone::Error);
}

BOOST_AUTO_TEST_SUITE_END()
