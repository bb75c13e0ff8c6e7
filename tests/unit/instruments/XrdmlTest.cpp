#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/unit/instruments/Reports.h"

// XRDML of diffractometers: the shape is that of real files, samples and numbers are invented.
namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

std::string document(const std::string& scans) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<xrdMeasurements "
           "xmlns=\"http://www.xrdml.com/XRDMeasurement/1.6\" "
           "status=\"Completed\"><sample type=\"To be analyzed\"><id>7</id><name>YP-1</name></sample>"
           "<xrdMeasurement measurementType=\"Scan\">" +
           scans + "</xrdMeasurement></xrdMeasurements>";
}

std::string scan(const std::string& values, const std::string& positions) {
    return "<scan scanAxis=\"Gonio\"><header><author><name>li</name></author></header><dataPoints>"
           "<positions axis=\"Omega\" "
           "unit=\"deg\"><startPosition>2</startPosition><endPosition>3</endPosition></positions>"
           "<positions axis=\"2Theta\" unit=\"deg\">" +
           positions +
           "</positions><positions axis=\"Phi\" unit=\"deg\"><commonPosition>1.0</commonPosition></positions>" +
           values + "</dataPoints></scan>";
}

const std::string even = "<startPosition>4.0</startPosition><endPosition>5.0</endPosition>";
const std::string listed = "<listPositions>4.0 4.25 5.5</listPositions>";
const std::string intensities = "<intensities unit=\"counts\">130 131.5 9\r\n</intensities>";

}  // namespace

BOOST_AUTO_TEST_SUITE(Xrdml)

BOOST_AUTO_TEST_CASE(a_scan_is_a_series_over_2theta) {
    const auto read = report(document(scan(intensities, even)));
    BOOST_TEST(read.reading.format == "xrdml");
    BOOST_TEST(read.refused() == "");
    BOOST_TEST(read.warnings().empty());
    BOOST_REQUIRE(read.series.size() == 1U);
    BOOST_TEST(read.series[0].name == "YP-1");
    BOOST_TEST(read.series[0].kind == "diffractogram");
    BOOST_TEST(read.series[0].xUnit == "2Theta deg");
    BOOST_TEST(read.series[0].unit == "counts");
    BOOST_TEST(read.series[0].x == (std::vector<double>{4, 4.5, 5}), boost::test_tools::per_element());
    BOOST_TEST(read.series[0].y == (std::vector<double>{130, 131.5, 9}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(several_scans_are_numbered_and_places_may_be_listed) {
    const auto read = report(document(scan(intensities, even) + scan(intensities, listed)));
    BOOST_REQUIRE(read.series.size() == 2U);
    BOOST_TEST(read.series[0].name == "YP-1 scan 1");
    BOOST_TEST(read.series[1].name == "YP-1 scan 2");
    BOOST_TEST(read.series[1].x == (std::vector<double>{4, 4.25, 5.5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(where_2theta_stands_still_another_axis_is_taken) {
    const auto read = report(document(scan(intensities, "<commonPosition>68.7</commonPosition>")));
    BOOST_REQUIRE(read.series.size() == 1U);
    BOOST_TEST(read.series[0].xUnit == "Omega deg");
    BOOST_TEST(read.series[0].x == (std::vector<double>{2, 2.5, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(counts_behind_an_attenuator_are_told) {
    const std::string counts = "<counts unit=\"counts\">1 2 3</counts>";
    const std::string plain = "<beamAttenuationFactors>1.00 1 1.0</beamAttenuationFactors>" + counts;
    BOOST_TEST(report(document(scan(plain, even))).warnings().empty());
    const auto read =
        report(document(scan(replaced(plain, "1.00", "1.61"), even) + scan(replaced(plain, "1.00", "2"), even)));
    BOOST_TEST(read.warnings() == std::vector<std::string>{"attenuated"}, boost::test_tools::per_element());
    BOOST_TEST(read.series.at(0).y == (std::vector<double>{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_placed_is_refused) {
    const std::string good = document(scan(intensities, listed));
    BOOST_TEST(report(replaced(good, "4.25 ", "")).refused() == "point_count");
    BOOST_TEST(report(replaced(good, "4.25", "x")).refused() == "bad_number");
    BOOST_TEST(report(replaced(good, "131.5", "131,5")).refused() == "bad_number");
    BOOST_TEST(report(replaced(good, "131.5", "nan")).refused() == "bad_number");
    BOOST_TEST(report(document(scan(intensities, "<startPosition>4</startPosition>"))).refused() == "bad_number");
    BOOST_TEST(report(document("")).refused() == "no_scans");
    BOOST_TEST(report(replaced(replaced(good, "<listPositions>", "<a>"), "</listPositions>", "</a>")).refused() == "");
    BOOST_TEST(report(replaced(replaced(replaced(replaced(good, "<listPositions>", "<a>"), "</listPositions>", "</a>"),
                                        "<startPosition>2", "<b>2"),
                               "2</startPosition>", "2</b>"))
                   .refused() == "no_moving_axis");
    BOOST_TEST(report(replaced(good, "130", "x")).series.empty());
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    test::expectSaneWhenDamaged("xrdml", document(scan(intensities, even) + scan(intensities, listed)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
