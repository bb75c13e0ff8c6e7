#include <boost/test/unit_test.hpp>
#include <string>

#include "instruments/formats/Formats.h"
#include "tests/unit/instruments/Reports.h"

namespace touchstone::instruments {
namespace {

std::string sampleOf(const std::string& kind, const std::string& what, const std::string& wells) {
    return "<" + kind + ">" + what +
           "<Analytes><Analyte RegionNumber='12'><AnalyteName>IL-6</AnalyteName><Mean>1.015E+002</Mean>"
           "<PercentCV>2.5</PercentCV><ObsConc RecoveryRange='InRange'><CV>0.1</CV>33.20</ObsConc>"
           "<ObsConcValidationFlag Code='0'>OK</ObsConcValidationFlag></Analyte>"
           "<Analyte RegionNumber='15'><AnalyteName>TNF</AnalyteName><ObsConc>0.0</ObsConc>"
           "<ObsConcValidationFlag Code='9'>Data field has not been set</ObsConcValidationFlag></Analyte></Analytes>"
           "<MemberWells>" +
           wells + "</MemberWells></" + kind + ">";
}

const std::string bioplex =
    "<BioPlexManager xmlns='http://www.Bio-Rad.com/XMLschema/2010/Bio-Plex_5'><Wells>"
    "<Well RowNo='2' ColNo='7'><User>li</User><AcquisitionTime>2026-03-04T05:06:07Z</AcquisitionTime>"
    "<MachineInfo><SerialNumber>SN9</SerialNumber></MachineInfo><BeadRegions>"
    "<BeadRegion RegionNumber='0'><RegionCount>4</RegionCount></BeadRegion>"
    "<BeadRegion RegionNumber='12'><RegionCount>60</RegionCount><Median>103.50</Median></BeadRegion>"
    "</BeadRegions></Well></Wells><StandardCurves><Interpolators><Interpolator RegionNumber='12'>"
    "<AnalyteName>IL-6</AnalyteName><ConcentrationUnits>pg/ml</ConcentrationUnits></Interpolator></Interpolators>"
    "</StandardCurves><Samples><Standards>" +
    sampleOf("Standard", "<Description></Description><Label>S1</Label>", "") + "</Standards><Unknowns>" +
    sampleOf("Unknown", "<Description>YP-1</Description><Label>X1</Label>",
             "<MemberWell RowNo='2' ColNo='7'/><MemberWell RowNo='8' ColNo='1'/>") +
    "</Unknowns></Samples></BioPlexManager>";

}  // namespace

BOOST_AUTO_TEST_SUITE(Bioplex)

BOOST_AUTO_TEST_CASE(samples_have_what_they_and_their_wells_gave_for_each_analyte) {
    const Reading reading = read("", bioplex);
    BOOST_TEST(reading.format == "bioplex");
    std::string told;
    for (const Observation& o : reading.observations) {
        told += o.specimen + " " + o.position + " " + o.code + "=" + o.value + o.unit + o.flags +
                (o.kind == ObservationKind::Calibration ? " calibration\n" : "\n");
        BOOST_TEST(bioplex.substr(o.span.offset, o.span.length).find(o.value) != std::string::npos);
    }
    BOOST_TEST(told ==
               "S1  IL-6/sample Mean=1.015E+002 calibration\nS1  IL-6/sample PercentCV=2.5% calibration\n"
               "S1  IL-6=33.20pg/mlInRange calibration\n"
               "YP-1  IL-6/sample Mean=1.015E+002\nYP-1  IL-6/sample PercentCV=2.5%\nYP-1  IL-6=33.20pg/mlInRange\n"
               "YP-1 B7 IL-6/RegionCount=60\nYP-1 B7 IL-6/Median=103.50\n");
    const Observation& median = reading.observations.back();
    BOOST_TEST(median.observedAt == "2026-03-04T05:06:07Z");
    BOOST_TEST(median.operatorName == "li");
    BOOST_TEST(median.instrument == "SN9");
    BOOST_TEST(reading.observations.front().decimal.value() == "101.5");
}

BOOST_AUTO_TEST_CASE(without_samples_it_is_refused) {
    BOOST_TEST(read("", "<BioPlexManager><Wells/></BioPlexManager>").refused.value().code == "no_samples");
    BOOST_TEST(read("", "<BioPlexManager>").refused.value().code == "bad_xml");
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    test::expectSaneWhenDamaged("bioplex", bioplex);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
