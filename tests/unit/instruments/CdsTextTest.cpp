#include <cmath>

#include "instruments/formats/Cds.h"
#include "tests/unit/instruments/Reports.h"

// Text exports of chromatography data systems: Shimadzu LabSolutions, Thermo Chromeleon, Waters Empower.
namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

const std::string labsolutions =
    "[Header]\r\nApplication Name\tLabSolutions\r\nOutput Date\t21/08/2024\r\n\r\n"
    "[Sample Information]\r\nOperator Name\tqian\r\nAcquired\t02/08/2024 17:08:21\r\nSample Type\t0:Unknown\r\n"
    "Sample Name\tBeer\r\nSample ID\tS-5\r\nVial#\t29\r\n\r\n"
    "[Configuration]\r\nInstrument Name\tHPLC 2\r\n\r\n"
    "[Peak Table(Detector A-Ch1)]\r\n# of Peaks\t2\r\n"
    "Peak#\tR.Time\tI.Time\tF.Time\tArea\tHeight\tA/H\tConc.\tMark\tID#\tName\r\n"
    "1\t4.395\t4.1\t4.6\t904583\t49624\t18.229\t27.775\tS  \t1\tGlucose\r\n"
    "2\t9.120\t9.0\t9.3\t1200\t80\t15.0\t0.000\t   \t\t\r\n\r\n"
    "[Compound Results(Detector A)]\r\n# of IDs\t2\r\nID#\tName\tR.Time\tArea\tHeight\tConc.\r\n"
    "1\tGlucose\t4.395\t904583\t49624\t27.775\r\n2\tFormate\t0.000\t0\t0\t0.000\r\n\r\n"
    "[LC Chromatogram(Detector A-Ch1)]\r\nInterval(msec)\t500\r\n# of Points\t3\r\nStart Time(min)\t0.000\r\n"
    "Intensity Units\tmV\r\nIntensity Multiplier\t0.001\r\nWavelength(nm)\t254\r\nR.Time (min)\tIntensity\r\n"
    "0.00000\t-132\r\n0.00833\t0\r\n0.01667\t2500\r\n\r\n"
    "[LC Status Trace(Pump A Pressure)]\r\n# of Points\t1\r\nIntensity Units\tMPa\r\nR.Time "
    "(min)\tIntensity\r\n0.0\t12.5\r\n\r\n"
    "[PDA 3D]\r\nStart Time(min)\t0.000\r\nStart Wavelength(nm)\t190.00\r\n# of Time Axis Points\t2\r\n"
    "R.Time (min)\r\n\t19000\t19050\r\n0.0\t1\t2\r\n0.5\t3\t4\r\n";

std::string withCommas(std::string text) {
    std::ranges::replace(text, ',', ';');
    std::ranges::replace(text, '\t', ',');
    return text;
}

const std::string chromeleon =
    "File Path\tchrom://pc/Data/1.seq/2.smp\r\nChannel\tUV_VIS_1\r\n\r\nInjection Information:\r\nInjection\tStd 5\r\n"
    "Position\tRA3\r\nType\tCalibration Standard\r\nStatus\tFinished\r\nInjection Date\t26.05.2017\r\nInjection "
    "Time\t16:52:02\r\n\r\n"
    "Chromatogram Data Information:\r\nData Points\t3\r\nOperator\tsun\r\n\r\nIntegration Results:\r\n"
    "No.\tPeak Name\tRetention Time\tArea\tRelative Area\tAmount\r\n\tn.a.\tmin\tmAU*min\t%\tmg/L\r\n"
    "1\tNitrate\t2,517\t0,4410\t80,10\t12,50\r\n2\tn.a.\t3,100\t0,0300\t19,90\tn.a.\r\nTotal:\t\t\t0,4710\t100,00\t12,"
    "50\r\n\r\n"
    "Chromatogram Data:\r\nTime (min)\tStep (s)\tValue "
    "(mAU)\r\n0,000000\tn.a.\t-0,089600\r\n0,016667\t1\tn.a.\r\n0,033333\t1\t1,5\r\n";

const std::string arw =
    "\"SampleName\"\t\"Channel\"\t\"Vial\"\r\"S 1\"\t\"2475ChA\"\t\"7\"\r0\t0\r0.5\t-1.25\r1\t2E-3\r";

const std::string pda =
    "\"SampleName\"\t\"Channel\"\n\"S 1\"\t\"PDA\"\nWavelength\t210.5\t211.7\nTime\n0.0\t1\t2\n0.1\t3\t4\n";

const std::string quant =
    "ID#\t1\r\nName\tCBD\r\nData Filename\tSample Name\tSample ID\tSample Type\tLevel#\tRet. Time\tArea\tConc.\tDate "
    "Acquired\r\n"
    "1\ta.lcd\tBlank\tB-1\tBlank\t0\t2.5\t100\t-----\t10/17/2016 7:55:06 PM\r\n"
    "2\tb.lcd\tOil\tS-9\tUnknown\t0\t2.51\t5000\t12.750\t10/17/2016 8:15:06 PM\r\n"
    "\tAverage\t\t\t\t\t2.505\t2550\t12.750\t\r\n\tStd. Dev.\t\t\t\t\t0.007\t3464.82\t-----\t\r\n\r\n"
    "ID#\t2\r\nName\tTHC\r\nData Filename\tSample Name\tSample ID\tSample Type\tLevel#\tRet. Time\tArea\tConc.\tDate "
    "Acquired\r\n"
    "2\tb.lcd\tOil\tS-9\tUnknown\t0\t6.2\t40\t0.150\t10/17/2016 8:15:06 PM\r\n";

const std::string gcms =
    "[Header]\r\nData File Name\tC:\\Data\\March\\YP-1.b.qgd\r\nOutput Date\t2026/03/26\r\n\r\n"
    "[MS Quantitative Results]\r\n# of IDs\t2\r\n"
    "ID#\tName\tType\tMass\tRet.Time\tArea\tHeight\tConc.\tMode\tStd.Ret.Time\tRef.Ion1 Area\tUnit\r\n"
    "1\t1,4-Dioxane\tTarget\t88.00\t3.218\t640\t61\t0.05310\tAuto\t3.220\t12\tmg/L\r\n"
    "2\tToluene\tTarget\t91.00\tNot Identified\t\t\t\t\t4.100\t\t\r\n\r\n"
    "[MS Similarity Search Results for Identified Results]\r\n# of IDs\t0\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(CdsTextTest)

BOOST_AUTO_TEST_CASE(labsolutions_peaks_are_observations) {
    for (const std::string& bytes :
         {labsolutions, withCommas(labsolutions), test::utf16(labsolutions), "\xEF\xBB\xBF" + labsolutions}) {
        const auto read = report(bytes);
        BOOST_TEST(read.reading.format == "labsolutions");
        BOOST_TEST(read.warnings().empty());
        const Observation& glucose = read.at("Glucose");
        BOOST_TEST(glucose.specimen == "S-5");
        BOOST_TEST(glucose.position == "29");
        BOOST_TEST(glucose.value == "27.775");
        BOOST_TEST(glucose.name == "Glucose (Detector A-Ch1)");
        BOOST_TEST(glucose.operatorName == "qian");
        BOOST_TEST(glucose.instrument == "HPLC 2");
        BOOST_TEST(glucose.flags == "S");
        BOOST_TEST(glucose.observedAt == "2024-08-02T17:08:21", "the day is told by another date of the file");
        BOOST_TEST(std::ranges::count(read.reading.observations, "Glucose", &Observation::code) == 1);
        BOOST_TEST(read.at("Formate").flags == "not found");
        BOOST_TEST(read.at("9.120/area").value == "1200");
        BOOST_TEST(!read.has("9.120"));
    }
}

BOOST_AUTO_TEST_CASE(gcmssolution_names_the_sample_by_its_file_and_says_what_was_not_found) {
    const auto read = report(gcms);
    BOOST_TEST(read.reading.format == "labsolutions");
    BOOST_TEST(read.warnings().empty());
    const Observation& dioxane = read.at("1,4-Dioxane");
    BOOST_TEST(dioxane.specimen == "YP-1.b");
    BOOST_TEST(dioxane.value == "0.05310");
    BOOST_TEST(dioxane.unit == "mg/L");
    BOOST_TEST(read.at("1,4-Dioxane/retention_time").value == "3.218");
    BOOST_TEST(read.at("1,4-Dioxane/area").value == "640");
    BOOST_TEST(read.at("Toluene").value == "Not Identified");
    BOOST_TEST(!read.at("Toluene").decimal.has_value());
    BOOST_TEST(read.reading.observations.size() == 5U);
    BOOST_TEST(report(replaced(gcms, "# of IDs\t2", "# of IDs\t3")).refused() == "peak_count");
    const std::string unnamed = "[Sample Information]\r\nSample Name\t\r\n\r\n[MS Quant";
    BOOST_TEST(report(replaced(gcms, "[MS Quant", unnamed)).reading.observations.empty(),
               "the sample has no name, and is not to get another");
}

BOOST_AUTO_TEST_CASE(a_header_alone_is_not_labsolutions) {
    BOOST_TEST(detect(labsolutions) == "labsolutions");
    BOOST_TEST(detect("[Header]\r\n\r\n[Peak Table(Detector A-Ch1)]\r\n# of Peaks\t0\r\n") == "labsolutions");
    BOOST_TEST(detect("[Header]\r\nTime\t12/10/2020 03:53 PM\r\n[Start Data]\r\n250\t0.1\r\n") == "csv");
}

BOOST_AUTO_TEST_CASE(labsolutions_traces_are_series) {
    const auto read = report(labsolutions);
    BOOST_REQUIRE(read.series.size() == 4U);
    BOOST_TEST(read.series[0].name == "Detector A-Ch1");
    BOOST_TEST(read.series[0].unit == "mV");
    BOOST_TEST(read.series[0].xUnit == "min");
    BOOST_TEST(read.series[0].y == (std::vector<double>{-0.132, 0, 2.5}), boost::test_tools::per_element());
    BOOST_TEST(read.series[1].kind == "trace");
    BOOST_TEST(read.series[1].y.at(0) == 12.5);
    BOOST_TEST(read.series[2].name == "PDA 190 nm");
    BOOST_TEST(read.series[3].name == "PDA 190.50 nm");
    BOOST_TEST(read.series[3].y == (std::vector<double>{2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_is_told_by_the_numbers_of_its_table) {
    std::string table = labsolutions;
    const std::size_t rows = table.find("1\t4.395");
    std::replace(table.begin() + static_cast<std::ptrdiff_t>(rows),
                 table.begin() + static_cast<std::ptrdiff_t>(table.find("[Compound")), '.', ',');
    BOOST_TEST(report(table).at("Glucose").value == "27,775");
    BOOST_TEST(report(table).at("Glucose").decimal.value() == "27.775", "0,000 of another row tells");
    const auto mixed = report(replaced(labsolutions, "27.775\tS", "27,775\tS"));
    BOOST_TEST(mixed.warnings() == std::vector<std::string>{"decimal_unclear"}, boost::test_tools::per_element());
    BOOST_TEST(mixed.at("Glucose").value == "27,775");
    BOOST_TEST(!mixed.at("Glucose").decimal.has_value());
}

BOOST_AUTO_TEST_CASE(a_peak_table_that_is_cut_off_is_refused) {
    BOOST_TEST(report(replaced(labsolutions, "# of Peaks\t2", "# of Peaks\t3")).refused() == "peak_count");
    BOOST_TEST(report(labsolutions.substr(0, labsolutions.find("2\t9.120"))).refused() == "peak_count");
    const auto points = report(replaced(labsolutions, "# of Points\t3", "# of Points\t3000000000"));
    BOOST_TEST(points.warnings() == std::vector<std::string>{"point_count"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_header_begins_an_injection) {
    const auto read = report(labsolutions + replaced(labsolutions, "S-5", "S-6"));
    BOOST_TEST(std::ranges::count(read.reading.observations, "S-5", &Observation::specimen) ==
               std::ranges::count(read.reading.observations, "S-6", &Observation::specimen));
    BOOST_TEST(read.series.size() == 8U);
}

BOOST_AUTO_TEST_CASE(a_date_whose_day_cannot_be_told_is_no_time) {
    const auto read = report(replaced(labsolutions, "21/08/2024", "07/08/2024"));
    BOOST_TEST(read.at("Glucose").observedAt == "");
    BOOST_TEST(read.warnings() == std::vector<std::string>{"time_unread"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dates_are_read_as_the_systems_write_them) {
    using cds::readDate;
    BOOST_TEST(readDate("23-Aug-22, 12:48:20") == "2022-08-23T12:48:20");
    BOOST_TEST(readDate("21.2.2012. 13:16:57") == "2012-02-21T13:16:57");
    BOOST_TEST(readDate("10/17/2016 7:55:06 PM") == "2016-10-17T19:55:06");
    BOOST_TEST(readDate("10/17/2016 12:00:06 AM") == "2016-10-17T00:00:06");
    BOOST_TEST(readDate("Thu Jun 06 17:25:48 2024") == "2024-06-06T17:25:48");
    BOOST_TEST(readDate("Tuesday 23 August 2022 13:08:05") == "2022-08-23T13:08:05");
    BOOST_TEST(readDate("2024年3月1日 9:03") == "2024-03-01T09:03:00");
    BOOST_TEST(readDate("03/04/2024 10:00:00") == "");
    BOOST_TEST(readDate("03/04/2024 10:00:00", cds::DayOrder::MonthFirst) == "2024-03-04T10:00:00");
    BOOST_TEST(readDate("31.02.2024") == "");
    BOOST_TEST(readDate("1:2") == "");
    BOOST_TEST(readDate("") == "");
}

BOOST_AUTO_TEST_CASE(the_quant_browsers_table_is_read_compound_by_compound) {
    const auto read = report(quant);
    BOOST_TEST(read.reading.format == "labsolutions_quant");
    BOOST_TEST(read.warnings().empty());
    const auto found = std::ranges::find_if(
        read.reading.observations, [](const Observation& o) { return o.code == "CBD" && o.specimen == "S-9"; });
    BOOST_REQUIRE(found != read.reading.observations.end());
    BOOST_TEST(found->value == "12.750");
    BOOST_TEST(found->observedAt == "2016-10-17T20:15:06");
    BOOST_TEST(read.at("THC").decimal.value() == "0.150");
    BOOST_TEST(std::ranges::count(read.reading.observations, "CBD", &Observation::code) == 2, "of samples alone");
    BOOST_TEST((read.reading.observations.front().kind == ObservationKind::Control));
    BOOST_TEST(!read.reading.observations.front().decimal.has_value(), "-----");
}

BOOST_AUTO_TEST_CASE(chromeleon_is_read_with_its_decimal_comma) {
    const auto read = report("\xEF\xBB\xBF" + chromeleon);
    BOOST_TEST(read.reading.format == "chromeleon");
    BOOST_TEST(read.warnings().empty());
    const Observation& nitrate = read.at("Nitrate");
    BOOST_TEST(nitrate.specimen == "Std 5");
    BOOST_TEST(nitrate.position == "RA3");
    BOOST_TEST(nitrate.value == "12,50");
    BOOST_TEST(nitrate.decimal.value() == "12.50");
    BOOST_TEST(nitrate.unit == "mg/L");
    BOOST_TEST((nitrate.kind == ObservationKind::Calibration));
    BOOST_TEST(nitrate.observedAt == "2017-05-26T16:52:02");
    BOOST_TEST(nitrate.operatorName == "sun");
    BOOST_TEST(read.at("3,100/area").unit == "mAU*min");
    BOOST_TEST(read.reading.observations.size() == 6U);
    BOOST_REQUIRE(read.series.size() == 1U);
    BOOST_TEST(read.series[0].name == "UV_VIS_1");
    BOOST_TEST(read.series[0].unit == "mAU");
    BOOST_TEST(read.series[0].x == (std::vector<double>{0, 0.016667, 0.033333}), boost::test_tools::per_element());
    BOOST_TEST(read.series[0].y[0] == -0.0896);
    BOOST_TEST(std::isnan(read.series[0].y[1]));
    BOOST_TEST(
        report(replaced(chromeleon, "Points\t3", "Points\t4")).warnings() == std::vector<std::string>{"point_count"},
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chromeleon_is_read_with_its_decimal_point) {
    std::string points = chromeleon;
    std::ranges::replace(points, ',', '.');
    const auto read = report(points);
    BOOST_TEST(read.at("Nitrate").decimal.value() == "12.50");
    BOOST_TEST(read.series.at(0).y[2] == 1.5);
}

BOOST_AUTO_TEST_CASE(empower_gives_traces) {
    const auto one = report(arw);
    BOOST_TEST(one.reading.format == "empower_arw");
    BOOST_TEST(one.series.at(0).name == "2475ChA");
    BOOST_TEST(one.series.at(0).y == (std::vector<double>{0, -1.25, 0.002}), boost::test_tools::per_element());
    const auto plane = report(pda);
    BOOST_REQUIRE(plane.series.size() == 2U);
    BOOST_TEST(plane.series[1].name == "PDA 211.7 nm");
    BOOST_TEST(plane.series[1].y == (std::vector<double>{2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tables_of_samples_stay_tables) {
    BOOST_TEST(report("\"SampleName\"\t\"Channel\"\nS1\tA\nS2\tB\n").reading.format == "csv");
    BOOST_TEST(report("ID#\tValue\n1\t2\n").reading.format == "csv");
    BOOST_TEST(report("[Data]\tx\n").reading.format == "csv");
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    for (const std::string& bytes : {labsolutions, test::utf16(labsolutions), gcms})
        test::expectSaneWhenDamaged("labsolutions", bytes);
    test::expectSaneWhenDamaged("labsolutions_quant", quant);
    test::expectSaneWhenDamaged("chromeleon", chromeleon);
    test::expectSaneWhenDamaged("empower_arw", arw);
    test::expectSaneWhenDamaged("empower_arw", pda);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
