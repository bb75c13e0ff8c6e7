#include "tests/unit/instruments/Reports.h"

// Reports of Agilent's systems as XML: ChemStation and TapeStation.
namespace touchstone::instruments {
namespace {

using test::report;

const std::string chemstation =
    "<?xml version='1.0' encoding='utf-16'?>\n"
    "<ChemStationResult xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
    "xsi:noNamespaceSchemaLocation='C:\\CORE\\export.xsd'>"
    "<Acquisition><InstrumentName>LC7</InstrumentName><BarCode/></Acquisition>"
    "<SampleInformation><Location>12</Location><Operator>wang</Operator><InjectionDateTime>3-Mar-24, "
    "9:05:07</InjectionDateTime>"
    "<SampleName>Cola</SampleName><LimsID> S-17 </LimsID></SampleInformation>"
    "<Results><QuantCalc>ESTD</QuantCalc><ResultsGroup>"
    "<Peak><CompoundID>1</CompoundID><SignalDesc>DAD1 A, </SignalDesc><PeakType>BB  </PeakType>"
    "<MeasRetTime Unit='min'>2.51</MeasRetTime><Area Unit='mAU*s'>812.5</Area><Height Unit='mAU'>77.10</Height>"
    "<Name>Caffeine</Name><Amount Unit='mg/L'>98.70</Amount></Peak>"
    "<Peak><MeasRetTime Unit='min'>0</MeasRetTime><Area Unit='mAU*s'>0</Area><Height Unit='mAU'>0</Height>"
    "<Name>Taurine</Name><Amount Unit='mg/L'>0</Amount></Peak>"
    "<Peak><MeasRetTime Unit='min'>4.75</MeasRetTime><Area Unit='mAU*s'>3.2</Area><Name/><Amount "
    "Unit='mg/L'>0</Amount></Peak>"
    "</ResultsGroup></Results></ChemStationResult>";

const std::string tapestation =
    "<File><ScreenTapes><ScreenTape><ScreenTapeID>T1</ScreenTapeID><TapeRunDate>2024-05-06T07:08:09+02:00</TapeRunDate>"
    "<Environment><Experimenter>li</Experimenter><InstrumentSerialNumber>SN9</InstrumentSerialNumber></Environment></"
    "ScreenTape>"
    "</ScreenTapes><Assay><Units><ConcentrationUnit>ng/ul</ConcentrationUnit><MolarityUnit>nmol/l</MolarityUnit>"
    "<MolecularWeightUnit>nt</MolecularWeightUnit></Units></Assay><Samples>"
    "<Sample><WellNumber>A1</WellNumber><Comment>Ladder</Comment><Concentration>150</Concentration>"
    "<Observations>Ladder</Observations><ScreenTapeID>T1</ScreenTapeID></Sample>"
    "<Sample><WellNumber>B1</WellNumber><Comment>RNA 7</Comment><Concentration>88.1</Concentration>"
    "<RNA><RINe>9.4</RINe><TotalRNAArea>12.5</TotalRNAArea></RNA>"
    "<ScreenTapeID>T1</ScreenTapeID><Peaks>"
    "<Peak><Number>-</Number><Size>25</Size><Area>-</Area><Observations>Lower Marker</Observations></Peak>"
    "<Peak><Number>1</Number><Size>1800</Size><PercentOfTotal>31.5</PercentOfTotal><Observations>18S</Observations></"
    "Peak>"
    "</Peaks><Regions><Region><From>200</From><Concentration>12.0</Concentration><Comment>DV200</Comment></Region></"
    "Regions>"
    "</Sample></Samples></File>";

}  // namespace

BOOST_AUTO_TEST_SUITE(ChemstationTest)

BOOST_AUTO_TEST_CASE(a_peak_with_a_name_goes_by_it_and_only_its_amount_bears_it_alone) {
    const auto read = report(test::utf16(chemstation));
    BOOST_TEST(read.reading.format == "chemstation");
    BOOST_TEST(read.refused() == "");
    const Observation& amount = read.at("Caffeine");
    BOOST_TEST(amount.specimen == "S-17");
    BOOST_TEST(amount.position == "12");
    BOOST_TEST(amount.value == "98.70");
    BOOST_TEST(amount.decimal.value() == "98.70");
    BOOST_TEST(amount.unit == "mg/L");
    BOOST_TEST(amount.name == "Caffeine (DAD1 A)");
    BOOST_TEST(amount.observedAt == "2024-03-03T09:05:07");
    BOOST_TEST(amount.operatorName == "wang");
    BOOST_TEST(amount.instrument == "LC7");
    BOOST_TEST(read.at("Caffeine/area").unit == "mAU*s");
    BOOST_TEST(read.at("Caffeine/height").value == "77.10");
    BOOST_TEST(read.at("Caffeine/retention_time").value == "2.51");
    BOOST_TEST(read.at("4.75/area").value == "3.2");
    BOOST_TEST(!read.has("4.75"));
}

BOOST_AUTO_TEST_CASE(a_compound_that_was_not_found_says_so) {
    const auto read = report(test::utf16(chemstation));
    BOOST_TEST(read.at("Taurine").value == "0");
    BOOST_TEST(read.at("Taurine").flags == "not found");
    BOOST_TEST(read.at("Caffeine").flags == "BB");
}

BOOST_AUTO_TEST_CASE(spans_are_in_the_bytes_of_the_file_in_either_byte_order) {
    for (const bool bigEndian : {false, true}) {
        const std::string bytes = test::utf16(chemstation, bigEndian);
        const auto read = report(bytes);
        const Span span = read.at("Caffeine").span;
        const std::string expected = chemstation.substr(chemstation.find("<Peak>"),
                                                        chemstation.find("</Peak>") + 7 - chemstation.find("<Peak>"));
        BOOST_TEST(bytes.substr(span.offset, span.length) == test::utf16(expected, bigEndian).substr(2));
    }
}

BOOST_AUTO_TEST_CASE(area_percent_is_not_an_amount) {
    const auto read = report(test::utf16(test::replaced(chemstation, "ESTD", "Percent")));
    BOOST_TEST(!read.has("Caffeine"));
    BOOST_TEST(read.at("Caffeine/area_percent").value == "98.70");
}

BOOST_AUTO_TEST_CASE(what_belongs_to_no_sample_or_is_no_xml_is_said) {
    const std::string nameless = test::replaced(test::replaced(chemstation, " S-17 ", ""), "Cola", "");
    const auto read = report(test::utf16(nameless));
    BOOST_TEST(read.reading.observations.empty());
    BOOST_TEST(read.warnings() == std::vector<std::string>(3, "no_specimen"), boost::test_tools::per_element());
    BOOST_TEST(report(test::utf16(chemstation.substr(0, 700))).refused() == "bad_xml");
    BOOST_TEST(report(test::replaced(chemstation, "utf-16", "x-none")).refused() == "bad_xml");
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    test::expectSaneWhenDamaged("chemstation", test::utf16(chemstation));
    test::expectSaneWhenDamaged("tapestation", tapestation);
}

BOOST_AUTO_TEST_CASE(a_tape_gives_samples_peaks_and_regions) {
    const auto read = report(tapestation);
    BOOST_TEST(read.reading.format == "tapestation");
    BOOST_TEST((read.at("Concentration").kind == ObservationKind::Calibration));
    const Observation& rin = read.at("RINe");
    BOOST_TEST(rin.specimen == "RNA 7");
    BOOST_TEST(rin.position == "B1");
    BOOST_TEST(rin.value == "9.4");
    BOOST_TEST(rin.observedAt == "2024-05-06T07:08:09+02:00");
    BOOST_TEST(rin.operatorName == "li");
    BOOST_TEST(rin.instrument == "SN9");
    BOOST_TEST(read.at("TotalRNAArea").value == "12.5");
    BOOST_TEST(read.at("Lower Marker/Size").unit == "nt");
    BOOST_TEST(!read.has("Lower Marker/Area"));
    BOOST_TEST(read.at("Peak 1/PercentOfTotal").unit == "%");
    BOOST_TEST(read.at("Region 1/Concentration").name == "DV200");
    const Span span = rin.span;
    BOOST_TEST(tapestation.substr(span.offset, span.length) == "<RINe>9.4</RINe>");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
