#include "server/core/Parallel.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <vector>

using touchstone::inParallel;

BOOST_AUTO_TEST_SUITE(parallel)

BOOST_AUTO_TEST_CASE(everyCallIsMadeOnce) {
    std::vector<std::atomic<int>> calls(1000);
    inParallel(calls.size(), [&](std::size_t i) { ++calls[i]; });
    std::size_t once = 0;
    for (const auto& count : calls) once += count == 1 ? 1U : 0U;
    BOOST_TEST(once == calls.size());
}

BOOST_AUTO_TEST_CASE(ofNothingNothingIsCalled) {
    std::atomic<std::size_t> calls{0};
    inParallel(0, [&](std::size_t) { ++calls; });
    BOOST_TEST(calls == 0U);
}

BOOST_AUTO_TEST_CASE(anExceptionEndsTheRestAndIsThrownAgain) {
    std::atomic<std::size_t> calls{0};
    BOOST_CHECK_EXCEPTION(inParallel(100'000,
                                     [&](std::size_t i) {
                                         ++calls;
                                         if (i == 3) throw std::runtime_error("three");
                                     }),
                          std::runtime_error, [](const std::runtime_error& error) { return std::string(error.what()) == "three"; });
    BOOST_TEST(calls < 100'000U);
}

BOOST_AUTO_TEST_SUITE_END()
