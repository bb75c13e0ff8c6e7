#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "server/intake/SeriesService.h"

using touchstone::intake::Points;

namespace intake = touchstone::intake;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
               return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
           });
}

/// Packed size, when what comes out is what went in, bit for bit; otherwise 0.
std::size_t packed(const Points& points) {
    const std::string data = intake::packPoints(points.x, points.y);
    const Points back = intake::unpackPoints(data, points.x.size());
    return sameBits(back.x, points.x) && sameBits(back.y, points.y) ? data.size() : 0;
}

/// A chromatogram: two peaks on a noisy baseline.
Points chromatogram(std::size_t count, bool even) {
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 0.02);
    Points out;
    for (std::size_t i = 0; i < count; ++i) {
        const double t = even ? 0.5 + static_cast<double>(i) * 0.00125 : std::round((static_cast<double>(i) * 0.00125 + noise(random) / 100) * 1e6) / 1e6;
        out.x.push_back(t);
        out.y.push_back(std::round((10 + 900 * std::exp(-std::pow((t - 3) / 0.05, 2)) + 300 * std::exp(-std::pow((t - 5) / 0.1, 2)) + noise(random)) * 1000) / 1000);
    }
    return out;
}

Points ramp(std::size_t count) {
    Points out;
    for (std::size_t i = 0; i < count; ++i) {
        out.x.push_back(static_cast<double>(i));
        out.y.push_back(0);
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(seriesCodec)

BOOST_AUTO_TEST_CASE(whatIsPackedComesBackBitForBit) {
    BOOST_TEST(packed({{}, {}}) > 0U);
    BOOST_TEST(packed({{1}, {2}}) > 0U);
    BOOST_TEST(packed({{kNan, -0.0, 0.0}, {kNan, std::numeric_limits<double>::infinity(), std::bit_cast<double>(0x7FF800000000BEEFULL)}}) > 0U);
    BOOST_TEST(packed({{-0.0, 0.0, 0.0}, {std::numeric_limits<double>::denorm_min(), -1e308, 5}}) > 0U);
    for (const std::size_t count : {65'535U, 65'536U, 65'537U, 200'000U}) {
        BOOST_TEST(packed(chromatogram(count, true)) > 0U);
        BOOST_TEST(packed(chromatogram(count, false)) > 0U);
    }
    std::mt19937_64 random(1);
    Points noise;
    for (int i = 0; i < 100'000; ++i) {
        noise.x.push_back(std::bit_cast<double>(random()));
        noise.y.push_back(std::bit_cast<double>(random()));
    }
    BOOST_TEST(packed(noise) > 0U);
}

BOOST_AUTO_TEST_CASE(evenlySpacedXCostsNothing) {
    Points even = ramp(100'000);
    BOOST_TEST(packed(even) < 1'000U);
    even.x[50'000] = std::nextafter(even.x[50'000], 1e9);
    BOOST_TEST(packed(even) > 1'000U, "one bit off is not evenly spaced");
}

BOOST_AUTO_TEST_CASE(aChromatogramShrinks) {
    const std::size_t raw = 16 * 20'000;
    const std::size_t even = packed(chromatogram(20'000, true));
    const std::size_t uneven = packed(chromatogram(20'000, false));
    BOOST_TEST_MESSAGE("20,000 points of " << raw << " bytes: " << even << " evenly spaced, " << uneven << " not");
    BOOST_TEST(even < raw / 3);
    BOOST_TEST(uneven < raw * 2 / 3);
}

BOOST_AUTO_TEST_CASE(damagedBytesAreRefused) {
    const Points points = chromatogram(1'000, false);
    const std::string data = intake::packPoints(points.x, points.y);
    BOOST_CHECK_THROW(static_cast<void>(intake::unpackPoints("", 1)), std::runtime_error);
    BOOST_CHECK_THROW(static_cast<void>(intake::unpackPoints(data.substr(0, data.size() - 1), 1'000)), std::runtime_error);
    BOOST_CHECK_THROW(static_cast<void>(intake::unpackPoints(data + "x", 1'000)), std::runtime_error);
    BOOST_CHECK_THROW(static_cast<void>(intake::unpackPoints(data, 999)), std::runtime_error);
    BOOST_CHECK_THROW(static_cast<void>(intake::unpackPoints(data, 1'001)), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(seriesWindow)

BOOST_AUTO_TEST_CASE(fewPointsAreGivenAsTheyAre) {
    const Points points{{1, 2, 3}, {5, kNan, 7}};
    const auto drawn = intake::draw(points, {});
    BOOST_TEST(drawn.exact);
    BOOST_TEST(drawn.within == 3U);
    BOOST_TEST(sameBits(drawn.points.y, points.y));
}

BOOST_AUTO_TEST_CASE(noPeakVanishes) {
    Points points = ramp(1'000'000);
    points.y[123'456] = 1;
    points.y[654'321] = -1;
    points.y[0] = 0.5;
    points.y[999'999] = 0.25;
    const auto drawn = intake::draw(points, {.most = 500});
    BOOST_TEST(!drawn.exact);
    BOOST_TEST(drawn.points.x.size() <= 500U);
    for (const double peak : {1.0, -1.0, 0.5, 0.25}) BOOST_TEST(std::ranges::count(drawn.points.y, peak) == 1, peak);
    BOOST_TEST(std::ranges::is_sorted(drawn.points.x));
}

BOOST_AUTO_TEST_CASE(aWindowGivesItsPointsAndTheirNeighbours) {
    const Points points = ramp(100);
    BOOST_TEST((intake::draw(points, {.from = 10, .to = 12}).points.x == std::vector<double>{9, 10, 11, 12, 13}));
    BOOST_TEST((intake::draw(points, {.from = 10.2, .to = 10.4}).points.x == std::vector<double>{10, 11}), "between two points");
    BOOST_TEST(intake::draw(points, {.from = 200, .to = 300}).points.x.empty());
    BOOST_TEST((intake::draw(points, {.to = 1}).points.x == std::vector<double>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(xMayFallOrTurn) {
    BOOST_TEST((intake::draw({{4000, 3000, 2000, 1000}, {1, 2, 3, 4}}, {.from = 1900, .to = 2100}).points.x == std::vector<double>{3000, 2000, 1000}));
    BOOST_TEST((intake::draw({{0, 1, 2, 1, 0}, {1, 2, 3, 4, 5}}, {.from = 1.5, .to = 3}).points.y == std::vector<double>{2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(missingPointsHideNoNumber) {
    Points points = ramp(10'000);
    for (double& y : points.y) y = kNan;
    points.y[5'001] = 7;
    const auto drawn = intake::draw(points, {.most = 100});
    BOOST_TEST(std::ranges::count(drawn.points.y, 7.0) == 1);
    BOOST_TEST(std::ranges::count_if(drawn.points.y, [](double y) { return std::isnan(y); }) > 0, "gaps stay");
}

BOOST_AUTO_TEST_CASE(csvHasTheFewestDigitsThatReadBackTheSame) {
    intake::SeriesView view;
    view.name = "=\"TIC\"";
    view.xUnit = "min";
    view.yUnit = "counts";
    BOOST_TEST(intake::toCsv(view, {{0.1, 1e-7}, {0.30000000000000004, kNan}}) ==
               "\"x (min)\",\"'=\"\"TIC\"\" (counts)\"\r\n0.1,0.30000000000000004\r\n1e-07,\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
