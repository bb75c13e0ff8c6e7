#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/unit/instruments/Reports.h"

// Report.TXT of ChemStation: the shape is that of real reports, samples and numbers are invented.
namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

const std::string head =
    "Data File C:\\CHEM32\\1\\DATA\\260302\\003-0301.D\r\nSample Name: YP-1\r\nLC 2 3/2/2026 9:10:11 AM SUN\r\n\r\n"
    "=====================================================================\r\n"
    "Acq. Operator   : SUN                            Seq. Line :   3\r\n"
    "Acq. Instrument : LC 2                            Location : Vial 3\r\n"
    "Injection Date  : 3/2/2026 8:43:30 AM                  Inj :   1\r\n"
    "                                                Inj Volume : 15.0 ul\r\n"
    "Method          : C:\\CHEM32\\1\\DATA\\260302\\PHENOLS.M (Sequence Method)\r\n"
    "Last changed    : 2/27/2026 1:52:16 PM by SUN\r\n"
    "=====================================================================\r\n";

const std::string areas = head +
                          "                         Area Percent Report                         \r\n"
                          "=====================================================================\r\n\r\n"
                          "Sorted By             :      Signal\r\nMultiplier            :      1.0000\r\n\r\n\r\n"
                          "Signal 1: DAD1 A, Sig=254,8 Ref=off\r\n\r\n"
                          "Peak RetTime Type  Width     Area      Height     Area  \r\n"
                          "  #   [min]        [min]   [mAU*s]     [mAU]        %\r\n"
                          "----|-------|----|-------|----------|----------|--------|\r\n"
                          "   1   1.442 BV    0.4671  831.18597   22.49623   1.7861\r\n"
                          "   2  10.925 BB S  0.0881 4.57051e4  7718.08594  98.2139\r\n"
                          "Totals :                  4.65363e4  7740.58217\r\n\r\n\r\n"
                          "Signal 2: TCD2 B, \r\n\r\n"
                          "Peak RetTime Type  Width     Area      Height     Area  \r\n"
                          "  #   [min]        [min]  [25 uV*s]   [25 uV]       %\r\n"
                          "----|-------|----|-------|----------|----------|--------|\r\n"
                          "   1   2.828 BB    0.0864 2608.15039  444.79111 1.000e2 \r\n"
                          "Totals :                  2608.15039  444.79111\r\n\r\n"
                          "=====================================================================\r\n"
                          "                         Summed Peaks Report                         \r\n"
                          "=====================================================================\r\n\r\nSignal 1: DAD1 "
                          "A, Sig=254,8 Ref=off\r\n"
                          "                          *** End of Report ***\r\n";

const std::string amountHeader =
    "RetTime  Type  ISTD    Area     Amt/Area    Amount   Grp   Name\r\n"
    " [min]         used  [pA*s]      ratio     [mg/l]   \r\n"
    "-------|------|----|----------|----------|----------|--|------------------\r\n";

const std::string amounts =
    replaced(replaced(head, "YP-1", "YP-2"), "Vial 3", "  6  (F)") +
    "                      Internal Standard Report                       \r\n"
    "=====================================================================\r\n\r\n"
    "Sorted By             :      Signal\r\nUse Multiplier & Dilution Factor with ISTDs\r\nSample ISTD Information:\r\n"
    "ISTD  ISTD Amount   Name\r\n  #    [mg/l]   \r\n----|-------------|-------------------------\r\n"
    "  1    100.00000   n-Propanol\r\n\r\n\r\nSignal 1: FID1 A, \r\n\r\n" +
    amountHeader +
    "  8.335 MF        1   10.97505    5.42183  531.23458    Methanol                        \r\n"
    "  9.925 FM   I    1   19.37573    1.00000  100.00000    n-Propanol                      \r\n"
    " 10.404 MM        1   33.64039    1.00000   33.64039    ?                               \r\n\r\n"
    "LC 2 3/2/2026 9:10:11 AM SUN\r\n\r\nPage  1 of 2\r\n\fData File C:\\CHEM32\\1\\DATA\\260302\\003-0301.D\r\n"
    "Sample Name: YP-2\r\n\r\n" +
    amountHeader +
    " 13.462 BB        1          -          -          -    Acetone\r\n"
    "Totals without ISTD(s) :                   564.87497\r\n\r\n"
    "                          *** End of Report ***\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(ChemstationReport)

BOOST_AUTO_TEST_CASE(areas_of_each_signal) {
    for (const std::string& bytes : {areas, test::utf16(areas)}) {
        const auto read = report(bytes);
        BOOST_TEST(read.reading.format == "chemstation_report");
        BOOST_TEST(read.refused() == "");
        BOOST_TEST(read.reading.warnings.empty());
        BOOST_TEST(read.reading.observations.size() == 9U);
        const Observation& area = read.at("10.925/area");
        BOOST_TEST(area.specimen == "YP-1");
        BOOST_TEST(area.position == "Vial 3");
        BOOST_TEST(area.value == "4.57051e4");
        BOOST_TEST(area.decimal.value() == "45705.1");
        BOOST_TEST(area.unit == "mAU*s");
        BOOST_TEST(area.flags == "BB S");
        BOOST_TEST(area.name == "10.925 (DAD1 A, Sig=254,8 Ref=off)");
        BOOST_TEST(area.observedAt == "2026-03-02T08:43:30");  // the method was changed on 2/27: the month is first
        BOOST_TEST(area.operatorName == "SUN");
        BOOST_TEST(area.instrument == "LC 2");
        BOOST_TEST(read.at("10.925/area_percent").value == "98.2139");
        BOOST_TEST(read.at("2.828/height").unit == "25 uV");
        BOOST_TEST(read.at("2.828/area_percent").decimal.value() == "100.0");
    }
}

BOOST_AUTO_TEST_CASE(amounts_over_two_pages) {
    const auto read = report(amounts);
    BOOST_TEST(read.refused() == "");
    BOOST_TEST(read.reading.warnings.empty());
    BOOST_TEST(read.at("Methanol").value == "531.23458");
    BOOST_TEST(read.at("Methanol").unit == "mg/l");
    BOOST_TEST(read.at("Methanol").specimen == "YP-2");
    BOOST_TEST(read.at("Methanol").position == "6 (F)");
    BOOST_TEST(read.at("Methanol/area").value == "10.97505");
    BOOST_TEST(read.at("Methanol/retention_time").unit == "min");
    BOOST_TEST(read.at("n-Propanol").flags == "FM I");
    BOOST_TEST(read.at("10.404/area").value == "33.64039");
    BOOST_TEST(!read.has("10.404"));
    BOOST_TEST(read.at("Acetone").value == "-");
    BOOST_TEST(!read.at("Acetone").decimal.has_value());
    BOOST_TEST(!read.has("Acetone/area"));
}

BOOST_AUTO_TEST_CASE(injections_that_follow_each_other) {
    const auto read = report(areas + amounts);
    BOOST_TEST(read.reading.observations.size() == 9U + report(amounts).reading.observations.size());
    BOOST_TEST(read.at("2.828/area").specimen == "YP-1");
    BOOST_TEST(read.at("Methanol").specimen == "YP-2");
}

BOOST_AUTO_TEST_CASE(a_date_that_may_be_read_two_ways_is_no_time) {
    const auto read = report(replaced(areas, "2/27/2026", "2/7/2026"));
    BOOST_TEST(read.at("1.442/area").observedAt == "");
    BOOST_TEST(read.warnings() == std::vector<std::string>{"time_unread"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_would_lose_results_is_refused) {
    BOOST_TEST(report(replaced(amounts, "Totals", "Sums")).refused() == "bad_row");
    BOOST_TEST(report(amounts.substr(0, amounts.find("Totals"))).refused() == "incomplete_table");
    BOOST_TEST(report(replaced(amounts, "10.97505    5.42183", "10.97505 1234567.42183")).refused() == "bad_row");
    BOOST_TEST(report(replaced(amounts, "531.23458", "531.2E458")).refused() == "bad_row");
    BOOST_TEST(report(replaced(amounts, "Amt/Area ", "Resol.   ")).refused() == "unknown_column");
    BOOST_TEST(report(replaced(areas, "4.57051e4", "4,571    ")).refused() == "decimal_unclear");
    BOOST_TEST(report(replaced(amounts, "003-0301.D\r\nSample Name: YP-2\r\n\r\n", "004-0401.D\r\n")).refused() ==
               "bad_row");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_warned_of) {
    const auto warned = [](const std::string& bytes) { return report(bytes).warnings(); };
    BOOST_TEST(warned(replaced(areas, "831.18597", "381.18597")) == std::vector<std::string>{"total_differs"},
               boost::test_tools::per_element());
    BOOST_TEST(warned(replaced(amounts, "564.87497", "664.87497")) == std::vector<std::string>{"total_differs"},
               boost::test_tools::per_element());
    const std::string sums = "Name       Area\r\n----------|----------|\r\nPhenols    12.5\r\n\r\n";
    BOOST_TEST(warned(replaced(areas, "                          *** End", sums + "*** End")) ==
                   std::vector<std::string>{"section_unread"},
               boost::test_tools::per_element());
    BOOST_TEST(warned(head) == std::vector<std::string>{"no_results"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    for (const std::string& bytes : {areas, amounts, test::utf16(amounts)})
        test::expectSaneWhenDamaged("chemstation_report", bytes);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
