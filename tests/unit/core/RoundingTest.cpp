#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "server/core/Rounding.h"

using touchstone::Decimal;

namespace {

struct Vector {
    const char* value;
    int to;
    const char* expected;
};

std::ostream& operator<<(std::ostream& out, const Vector& v) {
    return out << v.value << " to " << v.to;
}

// GB/T 8170-2008, 3.2 and its examples.
const Vector kPlaces[] = {
    {"12.1498", 0, "12"},   {"12.1498", 1, "12.1"},   {"10.5002", 0, "11"}, {"1.050", 1, "1.0"},  {"0.35", 1, "0.4"},
    {"1268", -2, "1300"},   {"12.68", 0, "13"},       {"2500", -3, "2000"}, {"3500", -3, "4000"}, {"-355", -1, "-360"},
    {"-325", -1, "-320"},   {"-0.0365", 3, "-0.036"}, {"15.4546", 0, "15"}, {"94.95", 1, "95.0"}, {"94.85", 1, "94.8"},
    {"105.05", 1, "105.0"}, {"2.50000001", 0, "3"},   {"-2.5", 0, "-2"},    {"0.5", 0, "0"},      {"1.5", 0, "2"},
};

const Vector kFigures[] = {
    {"8.53459", 3, "8.53"}, {"9.996", 3, "10.0"}, {"0.0365", 2, "0.036"},  {"0.0375", 2, "0.038"},
    {"2500", 1, "2000"},    {"3500", 1, "4000"},  {"0.99996", 4, "1.000"}, {"-0.0365", 2, "-0.036"},
    {"12345", 3, "12300"},  {"5", 3, "5.00"},     {"0", 3, "0.00"},        {"99.5", 2, "100"},
};

// 3.4.1 and 3.4.2: twice and five times the number is rounded, then divided again.
const Vector kHalves[] = {
    {"60.25", 0, "60.0"}, {"60.38", 0, "60.5"}, {"60.28", 0, "60.5"}, {"-60.75", 0, "-61.0"}, {"60.75", 0, "61.0"},
};
const Vector kFifths[] = {
    {"830", -2, "840"}, {"842", -2, "840"}, {"832", -2, "840"}, {"-930", -2, "-920"}, {"60.28", 0, "60.2"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(RoundingTest)

BOOST_DATA_TEST_CASE(toPlaces, boost::unit_test::data::make(kPlaces), v) {
    BOOST_TEST(touchstone::rounding::toPlaces(Decimal::of(v.value), v.to).text() == v.expected);
}

BOOST_DATA_TEST_CASE(toSignificant, boost::unit_test::data::make(kFigures), v) {
    BOOST_TEST(touchstone::rounding::toSignificant(Decimal::of(v.value), v.to).text() == v.expected);
}

BOOST_DATA_TEST_CASE(toHalfUnit, boost::unit_test::data::make(kHalves), v) {
    BOOST_TEST(touchstone::rounding::toHalfUnit(Decimal::of(v.value), v.to).text() == v.expected);
}

BOOST_DATA_TEST_CASE(toFifthUnit, boost::unit_test::data::make(kFifths), v) {
    BOOST_TEST(touchstone::rounding::toFifthUnit(Decimal::of(v.value), v.to).text() == v.expected);
}

// 3.3.1: 15.4546 by way of 15.455, 15.46, 15.5 would become 16.
BOOST_AUTO_TEST_CASE(aChainOfRoundingsWouldBeWrong) {
    const Decimal value = Decimal::of("15.4546");
    BOOST_TEST(value.rounded(3).rounded(2).rounded(1).rounded(0).text() == "16");
    BOOST_TEST(touchstone::rounding::toPlaces(value, 0).text() == "15");
}

BOOST_AUTO_TEST_SUITE_END()
