#include <boost/test/unit_test.hpp>

#include "server/regulators/Cluster.h"

using touchstone::regulators::Base;
using touchstone::regulators::Cluster;
using touchstone::regulators::compare;
using touchstone::regulators::Count;
using touchstone::regulators::ranked;
using touchstone::regulators::upperTail;

namespace {

Count count(const char* maker, std::int64_t tested, std::int64_t failing) {
    return {maker, "", "", 1, tested, failing};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clusters)

BOOST_AUTO_TEST_CASE(theTailIsExactWhereItCanBeCountedByHand) {
    // Four of ten fail; three are drawn. At least two failing: (C(4,2)·6 + C(4,3)) / C(10,3) = 40 / 120.
    BOOST_TEST(upperTail({10, 4}, 3, 2) == 1.0 / 3, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(upperTail({10, 4}, 3, 3) == 4.0 / 120, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(upperTail({10, 4}, 3, 1) == 1 - 20.0 / 120, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(whatMustBeSoIsNotUnusual) {
    BOOST_TEST(upperTail({10, 4}, 3, 0) == 1.0);
    BOOST_TEST(upperTail({10, 9}, 5, 4) == 1.0);  // at most one of the five passes
    BOOST_TEST(upperTail({7, 7}, 3, 3) == 1.0);
}

BOOST_AUTO_TEST_CASE(oneFailureAmongFewOthersWithoutAnyIsNotImpossible) {
    BOOST_TEST(upperTail({20, 1}, 5, 1) == 0.25, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(manyTestsDoNotUnderflowToTheWrongSide) {
    // 20,000 of 1,000,000 fail; of 500,000 drawn some 10,000 do. One or more is certain, 12,000 is not to be seen.
    BOOST_TEST(upperTail({1000000, 20000}, 500000, 1) == 1.0, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(upperTail({1000000, 20000}, 500000, 12000) < 1e-100);
    const double half = upperTail({1000000, 20000}, 500000, 10000);
    BOOST_TEST(half > 0.5);
    BOOST_TEST(half < 0.51);
}

BOOST_AUTO_TEST_CASE(theExpectationIsTheRateOfTheOthers) {
    const Cluster one = compare(count("甲", 50, 10), Base{250, 20});
    BOOST_TEST(one.othersTested == 200);
    BOOST_TEST(one.othersFailing == 10);
    BOOST_TEST(one.expected.value() == 2.5);
}

BOOST_AUTO_TEST_CASE(withoutOthersThereIsNothingToExpect) {
    const Cluster only = compare(count("甲", 50, 10), Base{50, 10});
    BOOST_TEST(!only.expected.has_value());
    BOOST_TEST(only.tail == 1.0);
}

BOOST_AUTO_TEST_CASE(theMostUnusualComesFirstHoweverMuchWasTested) {
    const Base all{10000, 200};
    const auto list = ranked({compare(count("大厂", 5000, 110), all), compare(count("小厂", 20, 8), all),
                              compare(count("常厂", 500, 10), all)},
                             2);
    BOOST_REQUIRE_EQUAL(list.size(), 2U);
    BOOST_TEST(list[0].count.maker == "小厂");
    BOOST_TEST(list[1].count.maker == "大厂");
}

BOOST_AUTO_TEST_SUITE_END()
