#include <cmath>

#include "tests/unit/instruments/Reports.h"

// Exports of SoftMax Pro: plates whose rows have no letters, groups that name the samples.
namespace touchstone::instruments {
namespace {

using test::replaced;
using test::Report;
using test::report;
using test::utf16;

/// Six wells, two wavelengths beside each other, and what the software made of them.
const std::string plate =
    "Plate:\tP 1\t1.3\tPlateFormat\tEndpoint\tAbsorbance\tRaw\tFALSE\t1\t\t\t\t\t\t2\t450 650 \t1\t3\t6\t1\t2\t\r\n"
    "\tTemperature(C)\t1\t2\t3\t\t1\t2\t3\t\r\n"
    "\t24.5\t0.512\t1.020\tMasked\t\t0.041\t0.042\t0.043\t\r\n"
    "\t\t0.250\t\t0.990\t\t0.044\t\t0.046\t\r\n"
    "\r\n"
    "\t\t1\t2\t3\t\r\n"
    "\t\t0.471\t0.978\t \t\r\n"
    "\t\t0.206\t\t0.944\t\r\n"
    "~End\r\n";
const std::string groups =
    "Group: Standards\r\nSample\tConc\tWells\tValue\tWellPlateName\t\r\nSt1\t10.00\tA1\t0.471\tP 1\t\r\n \t "
    "\tA2\t0.978\tP 1\t\r\n\r\n"
    "Group Column\tFormula Name\tFormula\tPrecision\tNotation\r\n1\tSample\t!SampleNames\t2 decimal "
    "places\tNumeric\r\n\r\n"
    "Group Summaries\r\nMinStd\tSmallest standard value:\t0.471\tMin(Value)\t3 decimal places\tNumeric\r\n~End\r\n"
    "Group:\tUnknowns\t1\r\nSample\tWells\tResult\tStatus\r\nS-77\tB1\tRange?\tFAIL\r\nS-78\tB3\t21.300\tPASS\r\n\r\n~"
    "End\r\n";
const std::string file = "##BLOCKS= 3\r\n" + plate + groups + "Original Filename: a\r\n";

std::string alone(const std::string& block) {
    return "##BLOCKS= 1\r\n" + block;
}

const Observation& well(const Report& said, const std::string& code, const std::string& position) {
    const auto found = std::ranges::find_if(
        said.reading.observations, [&](const Observation& o) { return o.code == code && o.position == position; });
    BOOST_REQUIRE_MESSAGE(found != said.reading.observations.end(), code + " in " + position);
    return *found;
}

const std::string kinetic =
    "Plate:\tK\t1."
    "3\tPlateFormat\tKinetic\tFluorescence\tFALSE\tRaw\tFALSE\t2\t90\t90\t\t\t\t1\t525\t1\t3\t6\t485\tAutomatic\t515\t"
    "\r\n"
    "\tTemperature(C)\t1\t2\t3\r\n0:00\t37.0\t1\t2\t3\r\n\t\t4\t5\t6\r\n\r\n1:30\t37.0\t7\t#"
    "Sat\t9\r\n\t\t10\t11\t12\r\n\r\n~End\r\n";

const std::string spectrum =
    "Plate:\tS\t1.3\tTimeFormat\tSpectrum\tAbsorbance\tRaw\tFALSE\t3\t\t\t520\t522\t1\t\t\t1\t3\t6\t1\t2\t\r\n"
    "Wavelength\tTemperature(C)\tA1\tA2\r\n520\t25\t0.1\t0.2\r\n521\t25\t0.3\t0.4\r\n522\t25\t0.5\t0."
    "6\r\n\r\n\t\tA1\tA2\r\n\t\t0.9\t1.2\r\n~End\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(SoftMax)

BOOST_AUTO_TEST_CASE(a_well_is_told_by_its_place_and_its_sample_by_a_group) {
    for (const std::string& bytes : {file, utf16(file)}) {
        const Report said = report(bytes);
        BOOST_TEST(said.reading.format == "softmax");
        BOOST_TEST(said.refused() == "");
        BOOST_TEST(said.warnings().empty());
        const Observation& first = well(said, "absorbance 450", "A1");
        BOOST_TEST(first.value == "0.512");
        BOOST_TEST(first.specimen == "St1");
        BOOST_TEST((first.kind == ObservationKind::Calibration));
        BOOST_TEST(well(said, "absorbance 650", "B3").value == "0.046");
        BOOST_TEST(well(said, "absorbance 450", "B1").specimen == "S-77");
        BOOST_TEST((well(said, "absorbance 450", "B1").kind == ObservationKind::Sample));
        BOOST_TEST(well(said, "absorbance reduced", "B3").value == "0.944");
        const Observation& masked = well(said, "absorbance 450", "A3");
        BOOST_TEST(masked.value == "Masked");
        BOOST_TEST(!masked.decimal);
        BOOST_TEST(masked.specimen == "P 1", "nobody names a sample for it");
    }
}

BOOST_AUTO_TEST_CASE(groups_give_results_and_sum_up) {
    const Report said = report(file);
    BOOST_TEST(well(said, "Unknowns/Result", "B3").decimal.value() == "21.300");
    BOOST_TEST(well(said, "Unknowns/Result", "B3").specimen == "S-78");
    BOOST_TEST(!well(said, "Unknowns/Result", "B1").decimal);
    BOOST_TEST(well(said, "Standards/Value", "A2").specimen == "St1", "the row continues the sample above");
    BOOST_TEST(said.at("Standards/MinStd").value == "0.471");
    BOOST_TEST(file.substr(said.at("Standards/MinStd").span.offset, said.at("Standards/MinStd").span.length) ==
               "0.471");
    BOOST_TEST(said.reading.observations.size() == 10U + 4U + 3U + 1U + 4U);
}

BOOST_AUTO_TEST_CASE(groups_that_disagree_about_a_well_name_nobody) {
    const Report said = report(replaced(file, "S-77\tB1", "S-77\tA1"));
    BOOST_TEST(said.warnings() == std::vector<std::string>{"two_samples"}, boost::test_tools::per_element());
    BOOST_TEST(well(said, "absorbance 450", "A1").specimen == "P 1");
}

BOOST_AUTO_TEST_CASE(a_group_without_the_plates_name_speaks_of_the_only_one) {
    const std::string second = replaced(plate, "P 1", "P 2");
    const Report said = report("##BLOCKS= 4\r\n" + plate + second + groups);
    BOOST_TEST(well(said, "absorbance 450", "A1").specimen == "St1", "named with the plate");
    BOOST_TEST(well(said, "absorbance 450", "B1").specimen == "P 1", "S-77 may be on either");
}

BOOST_AUTO_TEST_CASE(kinetics_and_spectra_are_series_of_wells) {
    const Report timed = report(alone(kinetic));
    BOOST_TEST(timed.warnings().empty());
    BOOST_REQUIRE(timed.series.size() == 6U);
    BOOST_TEST(timed.series[0].name == "K A1 485/525");
    BOOST_TEST(timed.series[0].kind == "kinetic");
    BOOST_TEST(timed.series[0].x == (std::vector<double>{0, 90}), boost::test_tools::per_element());
    BOOST_TEST(timed.series[0].y == (std::vector<double>{1, 7}), boost::test_tools::per_element());
    BOOST_TEST(std::isnan(timed.series[1].y.at(1)));
    const Report across = report(alone(spectrum));
    BOOST_TEST(across.warnings().empty());
    BOOST_REQUIRE(across.series.size() == 2U);
    BOOST_TEST(across.series[1].kind == "uv_visible_spectrum");
    BOOST_TEST(across.series[1].x == (std::vector<double>{520, 521, 522}), boost::test_tools::per_element());
    BOOST_TEST(across.series[1].y == (std::vector<double>{0.2, 0.4, 0.6}), boost::test_tools::per_element());
    BOOST_TEST(well(across, "absorbance reduced", "A2").value == "1.2");
}

BOOST_AUTO_TEST_CASE(rows_that_were_not_read_keep_the_others_in_their_place) {
    const std::string empty = "\t\t\t\t\t\t\t\t\t\r\n";
    const std::string lower =
        replaced(plate, "\t24.5\t0.512\t1.020\tMasked\t\t0.041\t0.042\t0.043\t\r\n\t\t0.250", empty + "\t24.5\t0.250");
    const Report said = report(alone(lower));
    BOOST_TEST(said.refused() == "");
    BOOST_TEST(well(said, "absorbance 450", "B1").value == "0.250");
    BOOST_TEST(!said.reading.observations.empty());
    BOOST_TEST(std::ranges::none_of(said.reading.observations, [](const Observation& o) {
        return o.code == "absorbance 450" && o.position == "A1";
    }));
}

BOOST_AUTO_TEST_CASE(a_missing_row_or_block_refuses_the_file) {
    BOOST_TEST(report(replaced(file, "\t\t0.250\t\t0.990\t\t0.044\t\t0.046\t\r\n", "")).refused() ==
               "plate_unreadable");
    BOOST_TEST(report(alone(replaced(kinetic, "\t\t4\t5\t6\r\n\r\n", ""))).refused() == "plate_unreadable",
               "the next read begins too early");
    BOOST_TEST(report(file.substr(0, file.size() - 40)).refused() == "block_count");
    BOOST_TEST(report(replaced(file, "= 3", "= many")).refused() == "block_count");
    BOOST_TEST(report(replaced(file, "450 650 ", "450 ")).refused() == "plate_unreadable",
               "a wavelength that nobody names");
}

BOOST_AUTO_TEST_CASE(what_is_not_read_is_said) {
    const Report scanned = report(alone(replaced(plate, "Endpoint", "Well Scan")));
    BOOST_TEST(scanned.warnings() == std::vector<std::string>{"plate_left_out"}, boost::test_tools::per_element());
    BOOST_TEST(scanned.refused() == "no_data");
    BOOST_TEST(report(alone(replaced(plate, "\t1.3\t", "\t2.0\t"))).refused() == "no_data");
    const Report fewer = report(alone(replaced(kinetic, "\t2\t90\t90", "\t3\t90\t90")));
    BOOST_TEST(fewer.warnings() == std::vector<std::string>{"point_count"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_is_told_from_the_whole_file) {
    std::string commas = plate;
    std::ranges::replace(commas, '.', ',');
    const Report said = report(alone(replaced(commas, "1,3", "1.3")));
    BOOST_TEST(said.warnings().empty());
    BOOST_TEST(well(said, "absorbance 450", "A1").decimal.value() == "0.512");
    BOOST_TEST(
        report(alone(replaced(plate, "0.512", "0,512"))).warnings() == std::vector<std::string>{"decimal_unclear"},
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(damaged_exports_never_surprise) {
    test::expectSaneWhenDamaged("softmax", file);
    test::expectSaneWhenDamaged("softmax", alone(kinetic));
    test::expectSaneWhenDamaged("softmax", alone(spectrum));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
