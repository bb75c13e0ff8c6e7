#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

#include "instruments/formats/Formats.h"
#include "instruments/formats/ShimadzuToc.h"

namespace touchstone::instruments {
namespace {

const std::string head =
    "[Header]\t\r\nSystem\tTOC-L 9mL\t\r\nS/W Version\t1.00\t\r\nUser\tLi\t\r\nDate/Time\t3/14/2026 6:00:00 "
    "PM\t\r\n\r\n"
    "[System]\t\r\nInstrument Options\tTOC/ASI/TN/\t\r\n\r\n[Data]\t\r\n";
const std::string columns =
    "Type\tAnal.\tSample Name\tSample ID\tOrigin\tDate / Time\tSpl. No.\tInj. "
    "No.\tAnalysis(Inj.)\tArea\tConc.\tResult\t"
    "Vial\tExcluded\tInj. Vol.\t\r\n";

/// A row of an injection as far as it matters.
std::string row(const std::string& type, const std::string& name, const std::string& time, const std::string& injection,
                const std::string& analysis, const std::string& conc, const std::string& result,
                const std::string& excluded = "0") {
    return type + "\tNPOC/TN\t" + name + "\tUntitled\tC:\\TOC-L\\a.met\t3/14/2026 " + time + "\t1\t" + injection +
           "\t" + analysis + "\t1.0\t" + conc + "\t" + result + "\t7\t" + excluded + "\t50\t\r\n";
}

std::string told(const Reading& reading) {
    if (reading.refused) return reading.refused->code;
    std::string all;
    for (const Observation& o : reading.observations) {
        all += o.specimen + "/" + o.position + " " + o.code + "=" + o.decimal.value_or("?") + " " + o.unit;
        all +=
            (o.flags.empty() ? "" : " " + o.flags) + (o.kind == ObservationKind::Calibration ? " calibration\n" : "\n");
    }
    for (const Finding& warning : reading.warnings) all += warning.code + "\n";
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ShimadzuToc)

BOOST_AUTO_TEST_CASE(injections_have_the_unit_of_the_result_that_follows_them) {
    const std::string both = "NPOC:0.158mg/L TN:-0.02ug/L";
    const std::string bytes = head + columns + row("Standard", "cal", "9:00:00 AM", "1", "NPOC", "10.00", "") +
                              row("Unknown", "YP-1", "9:10:00 AM", "1", "NPOC", "0.150", both) +
                              row("Unknown", "YP-1", "9:12:00 AM", "2", "NPOC", "0.474", both, "1") +
                              row("Unknown", "YP-1", "9:10:00 AM", "1", "TN", "-0.02", both) +
                              row("Unknown", "YP-2", "9:20:00 AM", "1", "NPOC", "7", "NPOC:7mg/L");
    const Reading reading = read("", bytes);
    BOOST_TEST(reading.format == "shimadzu_toc");
    BOOST_TEST(told(reading) ==
               "cal/7 NPOC/injection_1=10.00  calibration\nYP-1/7 NPOC/injection_1=0.150 mg/L\n"
               "YP-1/7 NPOC/injection_2=0.474 mg/L excluded\nYP-1/7 TN/injection_1=-0.02 ug/L\n"
               "YP-1/7 NPOC=0.158 mg/L\nYP-1/7 TN=-0.02 ug/L\nYP-2/7 NPOC/injection_1=7 mg/L\nYP-2/7 NPOC=7 mg/L\n");
    BOOST_REQUIRE(reading.observations.size() == 8u);
    const Observation& result = reading.observations[4];
    BOOST_TEST(result.observedAt == "2026-03-14T09:12:00");
    BOOST_TEST(result.operatorName == "Li");
    BOOST_TEST(result.instrument == "TOC-L 9mL");
    BOOST_TEST(bytes.substr(result.span.offset, result.span.length) == both);
}

BOOST_AUTO_TEST_CASE(a_sample_that_was_measured_twice_has_two_results) {
    BOOST_TEST(told(read("", head + columns + row("Unknown", "YP-1", "9:10:00 AM", "1", "IC", "1", "IC:1mg/L") +
                                 row("Unknown", "YP-1", "9:20:00 AM", "1", "IC", "1", "IC:1mg/L"))) ==
               "YP-1/7 IC/injection_1=1 mg/L\nYP-1/7 IC=1 mg/L\nYP-1/7 IC/injection_1=1 mg/L\nYP-1/7 IC=1 mg/L\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_written_as_a_result_is_warned_of) {
    const auto result = [](const std::string& written) {
        return told(read("", head + columns + row("Unknown", "YP-1", "9:10:00 AM", "1", "TC", "1", written)));
    };
    BOOST_TEST(result("TC:----") == "YP-1/7 TC/injection_1=1 \nresult_unread\n");
    BOOST_TEST(result("12.3") == "YP-1/7 TC/injection_1=1 \nresult_unread\n");
    BOOST_TEST(result("TC:1.5E-3mg/L") == "YP-1/7 TC/injection_1=1 mg/L\nYP-1/7 TC=0.0015 mg/L\n");
    BOOST_TEST(result("TC:1.5") == "YP-1/7 TC/injection_1=1 \nYP-1/7 TC=1.5 \n");
}

BOOST_AUTO_TEST_CASE(commas_part_cells_as_well) {
    BOOST_TEST(
        told(read("",
                  "[Header],\nSystem,TOC-V,\n\n[Data],\nSample Name,Sample ID,Inj. No.,Analysis(Inj.),Conc.,Result,\n"
                  ",YP-1,1,TC,2.5,TC:2.5mg/L,\n,,1,TC,2.5,TC:2.5mg/L,\n")) ==
        "YP-1/ TC/injection_1=2.5 mg/L\nYP-1/ TC=2.5 mg/L\nno_specimen\n");
}

BOOST_AUTO_TEST_CASE(a_table_without_concentrations_is_refused) {
    BOOST_TEST(told(read("", head + "Sample Name\tInj. No.\tAnalysis(Inj.)\tArea\t\r\nYP-1\t1\tTC\t7\t\r\n")) ==
               "no_column");
    BOOST_TEST(told(read("", head + columns + row("Unknown", "YP-1", "9:10:00 AM", "1", "TC", "", ""))) ==
               "no_results");
    BOOST_TEST(told(readShimadzuToc(head, {}, {})) == "no_header");
    BOOST_TEST(told(readShimadzuToc("", {}, {})) == "no_header");
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_throw) {
    const std::string seed =
        head + columns + row("Standard", "cal", "9:00:00 AM", "1", "NPOC", "10.00", "") +
        row("Unknown", "YP-1", "9:10:00 AM", "1", "NPOC", "0.150", "NPOC:0.158mg/L TN:-0.02mg/L") +
        row("Unknown", "YP-1", "9:12:00 AM", "2", "TN", "0.474", "NPOC:0.158mg/L TN:-0.02mg/L", "1");
    std::mt19937 random(20260314);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = seed;
        for (auto changes = random() % 6 + 1; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        const Reading reading = readShimadzuToc(bytes, {}, {});
        for (const Observation& o : reading.observations) BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
        if (reading.refused) BOOST_REQUIRE(reading.observations.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
