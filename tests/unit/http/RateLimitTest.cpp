#include "server/http/RateLimit.h"

#include <boost/test/unit_test.hpp>

#include "server/core/Error.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::ManualClock;
using touchstone::http::RateLimit;
using namespace std::chrono_literals;

namespace {

struct Limited {
    ManualClock clock{touchstone::instantFromSql("2026-11-22 02:00:30.250000")};
    RateLimit limit{clock};

    /// Seconds to wait, or 0 when the request was let through.
    int count(const std::string& key) {
        try {
            limit.count(key, 2);
            return 0;
        } catch (const Error& error) {
            BOOST_TEST((error.code() == ErrorCode::TooManyRequests));
            return std::stoi(error.arguments().front());
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(rateLimit, Limited)

BOOST_AUTO_TEST_CASE(whatIsBeyondTheLimitWaitsForTheNextMinute) {
    BOOST_TEST(count("a") == 0);
    BOOST_TEST(count("a") == 0);
    BOOST_TEST(count("a") == 30);
    clock.advance(29749ms);
    BOOST_TEST(count("a") == 1);
    clock.advance(1ms);
    BOOST_TEST(count("a") == 0);
}

BOOST_AUTO_TEST_CASE(eachKeyHasItsOwnCount) {
    for (int i = 0; i < 3; ++i) static_cast<void>(count("a"));
    BOOST_TEST(count("b") == 0);
}

BOOST_AUTO_TEST_CASE(aClockThatIsSetBackLocksNobodyOut) {
    for (int i = 0; i < 3; ++i) static_cast<void>(count("a"));
    clock.advance(-2h);
    BOOST_TEST(count("a") == 0);
}

BOOST_AUTO_TEST_CASE(anyNumberOfKeysTakesBoundedMemoryAndIsLimitedStill) {
    constexpr std::size_t kMost = 10;
    constexpr int kMadeUp = 20'000;
    RateLimit bounded(clock, kMost);
    bounded.count("known", 2);
    int refused = 0;
    for (int i = 0; i < kMadeUp; ++i) {
        try {
            bounded.count("made up " + std::to_string(i), 2);
        } catch (const Error&) {
            ++refused;
        }
    }
    BOOST_TEST(bounded.keys() == kMost);
    BOOST_TEST(refused > kMadeUp / 3);
    BOOST_CHECK_NO_THROW(bounded.count("known", 2));
    clock.advance(1min);
    BOOST_CHECK_NO_THROW(bounded.count("made up 1", 2));
    BOOST_TEST(bounded.keys() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
