#include "server/core/Error.h"

#include <boost/test/unit_test.hpp>
#include <set>

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(everyErrorHasANumberOfItsOwn) {
    std::set<int> seen;
#define TOUCHSTONE_ERROR(name, number, status, english, chinese) BOOST_TEST(seen.insert(number).second, #name);
#include "server/core/errors.def"
#undef TOUCHSTONE_ERROR
    BOOST_TEST(seen.size() > 50U);
}

BOOST_AUTO_TEST_SUITE_END()
