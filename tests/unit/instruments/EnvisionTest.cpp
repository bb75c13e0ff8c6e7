#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

#include "instruments/formats/Envision.h"
#include "instruments/formats/Formats.h"

namespace touchstone::instruments {
namespace {

constexpr const char* heads =
    "Plate information \nPlate,Repeat,Barcode,Measured height,Group,Label,ScanX,ScanY,Measinfo,Kinetics,Measurement "
    "date,\n";
constexpr const char* calculatedHeads =
    "Plate information \nPlate,Repeat,Barcode,Measured height,Formula,Measurement date,\n";
constexpr const char* background = "Background information\nPlate,Label,Result,\n1,Eu,0,\n1,Eu,0,\n\n";
constexpr const char* tail =
    "\n\nBasic assay information \nAssay ID: ,,,,12\nSerial#: ,,,,=\"1050209\"\n\nPlate type:\nNumber of "
    "rows,,,,2\nNumber of "
    "columns,,,,3\n\nPlatemap:\nPlate,,,,1\nGroup,,,,1\n\n,01,02,03,\nA,STD1,UNK1 ,- ,\nB,BLK1,,  ,\n\n STD - "
    "Standard\n UNK - "
    "Unknown\n BLK - Blank\n\nPlate,,,,2\nGroup,,,,1\n\n,01,02,03,\nA,UNK1,,\n\n UNK - "
    "Unknown\n\nCalculations:\nPlate,,,,1\n "
    "Formula index,,,,Calc 1\n\nOperations:\nPlate 1\n";

std::string told(const Reading& reading) {
    if (reading.refused) return reading.refused->code;
    std::string all;
    for (const Observation& o : reading.observations) {
        all += o.specimen + "/" + o.position + " " + o.code + "=" + o.decimal.value_or("?") + " " + o.unit;
        all += o.kind == ObservationKind::Calibration ? " calibration\n"
               : o.kind == ObservationKind::Control   ? " control\n"
                                                      : "\n";
    }
    return all;
}

Reading readText(const std::string& bytes) {
    return read("", bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Envision)

BOOST_AUTO_TEST_CASE(plates_with_letters_have_their_code_and_unit_above_them_and_names_from_their_map) {
    const Reading reading = readText(
        std::string(heads) +
        "1,1,\"=\"\"YP-P1\"\"\",14.35,1,A450(1),0,0,De=1st Ex=Btm Em=N/A Wdw=N/A (8),0,3/14/2026 10:30:00 AM,\n\n" +
        background + "Results for A450(1) - channel 1 (A)\n,01,02,03,\nA,0.1500,0.0850,1.2,\nB,0.1,,,\n\n" +
        calculatedHeads +
        "2,1,=\"\",N/A,Calc 1: General = X / Y,3/14/2026 10:31:00 AM,\n\nCalculated results: Calc 1: General = X / "
        "Y\n,01,02,03,\nA,7.5,8,\n" +
        tail);
    BOOST_TEST(reading.format == "envision");
    BOOST_TEST(told(reading) ==
               "YP-P1 STD1/A1 A450(1) - channel 1=0.1500 A calibration\nYP-P1 UNK1/A2 A450(1) - channel 1=0.0850 A\n"
               "YP-P1/A3 A450(1) - channel 1=1.2 A\nYP-P1 BLK1/B1 A450(1) - channel 1=0.1 A control\n"
               "Plate 2 UNK1/A1 Calc 1: General = X / Y=7.5 \nPlate 2/A2 Calc 1: General = X / Y=8 \n");
    BOOST_TEST(reading.observations.front().observedAt == "2026-03-14T10:30:00");
    BOOST_TEST(reading.observations.front().instrument == "1050209");
}

BOOST_AUTO_TEST_CASE(bare_rows_are_a_whole_plate_and_their_code_says_what_tells_measurements_apart) {
    const std::string first = std::string(heads) +
                              "1,2,,14,1,Eu(1),0,0,De=1st Ex=Top Em=Top Wdw=1 (14),0,3/14/2026 10:30:00 AM,\n\n" +
                              background + "5230093,,1871487,\n,,,\n\n";
    const std::string second = std::string(heads) +
                               "1,1,,14,1,Eu(1),0,0,De=2nd Ex=Top Em=Top Wdw=N/A (14),3,3/14/2026 10:30:00 AM,\n\n" +
                               ",,,\n,7,\n";
    BOOST_TEST(told(readText(first + second + tail)) ==
               "Plate 1 STD1/A1 Eu(1) De=1st Wdw=1 Repeat 2=5230093  calibration\nPlate 1/A3 Eu(1) De=1st Wdw=1 Repeat 2=1871487 \n"
               "Plate 1/B2 Eu(1) De=2nd Kinetics 3=7 \n");
}

BOOST_AUTO_TEST_CASE(numbers_may_have_a_comma_where_cells_are_told_by_semicolons) {
    BOOST_TEST(
        told(readText("Plate information \nPlate;Repeat;Barcode;Measured height;Group;Label;Measinfo;\n1;1;P1;14,35;1;"
                      "A450;De=1st Ex=Btm;\n\nResults for A450 - channel 1 (A)\n;01;02;\nA;0,15;2,85;\n")) ==
        "P1/A1 A450 - channel 1=0.15 A\nP1/A2 A450 - channel 1=2.85 A\n");
}

BOOST_AUTO_TEST_CASE(wells_that_cannot_be_told_are_refused) {
    const std::string one = std::string(heads) + "1,1,P1,14,1,Eu(1),0,0,De=1st Ex=Top,0,3/14/2026 10:30:00 AM,\n\n";
    BOOST_TEST(told(readText(one + "1,2,3,\n4,5,6,\n")) == "plate_unreadable");                 // how large is it?
    BOOST_TEST(told(readText(one + "1,2,3,\n4,5,6,\n7,8,9,\n" + tail)) == "plate_unreadable");  // larger than its type
    BOOST_TEST(told(readText(one + "1,2,3,4,\n4,5,6,\n" + tail)) == "plate_unreadable");
    BOOST_TEST(told(readText(one + "1,2,3,\n\n" + one + "1,2,3,\n4,5,6,\n" + tail)) == "plate_unreadable");  // smaller
    BOOST_TEST(told(readText(one + "Results for Eu(1) (Counts)\n1,2,3,\n4,5,6,\n" + tail)) == "plate_unreadable");
    BOOST_TEST(
        told(readText(one +
                      "Results for Eu(1) (Counts)\n,01,02,\nA,1,2,\n\nResults for Eu(2) (Counts)\n,01,02,\nA,1,2,\n" +
                      tail)) == "plate_unreadable");  // whose are the second?
    BOOST_TEST(told(readText(one + "1,2,3,\nNote\n" + tail)) == "plate_unreadable");
    BOOST_TEST(told(readText(one + tail)) == "plate_unreadable");
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_throw) {
    const std::string seed = std::string(heads) + "1,1,P1,14,1,Eu(1),0,0,De=1st Ex=Top,0,3/14/2026 10:30:00 AM,\n\n" +
                             background + "1,2,3,\n4,5,6,\n\n" + calculatedHeads +
                             "1,1,P1,N/A,Calc 1,3/14/2026 10:30:00 AM,\n\n" +
                             "Calculated results: Calc 1\n,01,02,03,\nA,1,2,3,\n" + tail;
    std::mt19937 random(20260314);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = seed;
        for (auto changes = random() % 6 + 1; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        const Reading reading = readEnvision(bytes, {}, {});
        for (const Observation& o : reading.observations) BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
        if (reading.refused) BOOST_REQUIRE(reading.observations.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
