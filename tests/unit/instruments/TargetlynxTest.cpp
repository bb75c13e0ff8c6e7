#include <boost/test/unit_test.hpp>
#include <string>

#include "instruments/formats/Formats.h"
#include "tests/unit/instruments/Reports.h"

namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

std::string compound(const std::string& name, const std::string& peak, const std::string& calibration) {
    return "<COMPOUND id='1' name='" + name + "'><PEAK " + peak +
           "><CONFIRMATIONIONPEAK1 area='7.1' foundrt='5.04' analconc=''/><ISPEAK area=''/></PEAK><METHOD calibref='" +
           calibration + "'/><USERDATA/></COMPOUND>";
}

const std::string targetlynx =
    "<?xml version='1.0'?>\n<QUANDATASET version='1'><XMLFILE filename='C:\\a.xml'/><GROUPDATA count='1'><GROUP id='1'>"
    "<SAMPLELISTDATA count='3'>"
    "<SAMPLE name='260326_01' createdate='26-Mar-26' createtime='09:05:12' type='Solvent' text='Solvent' desc='乙腈' "
    "sampleid=''>" +
    compound("Prednisone", "foundrt='0.0000000000' area='0.0000000000' pkflags='' analconc=''", "Prednisone") +
    "</SAMPLE><SAMPLE name='260326_02' createdate='26-Mar-26' createtime='09:17:40' type='Standard' desc='STD 10' "
    "sampleid='CAL-3' vial='1:A,2' user='li' instrument='XEVO-TQS#1'>" +
    compound("Prednisone",
             "foundrt='5.03' area='20871.25' height='4120.0' pkflags='bb' analconc='9.8700000000' "
             "chromtrace='359.2 &gt; 147.1'",
             "Prednisone") +
    "</SAMPLE><SAMPLE name='260326_03' createdate='26-Mar-26' createtime='13:41:08' type='Analyte' desc='片剂' "
    "sampleid='YP-1' vial='1:A,3'>" +
    compound("Prednisone", "foundrt='5.04' area='99' pkflags='MM' analconc='0.0000000000'", "Prednisone") +
    compound("Prednisolone", "foundrt='5.22' area='87' pkflags='bb' analconc='0.0000000000'", "Prednisone") +
    compound("1,4-Dioxane", "foundrt='3.22' area='640' pkflags='bb' analconc='0.0000000000'", "1,4-Dioxane") +
    "</SAMPLE></SAMPLELISTDATA><CALIBRATIONDATA count='2'><COMPOUND id='1' name='Prednisone'><CURVE type='Linear'>"
    "<CALIBRATIONCURVE curve='0.04 * x'/></CURVE></COMPOUND><COMPOUND id='2' name='1,4-Dioxane'><CURVE type='Linear'/>"
    "</COMPOUND></CALIBRATIONDATA></GROUP></GROUPDATA></QUANDATASET>";

std::string told(const Reading& reading) {
    std::string all;
    for (const Observation& o : reading.observations) {
        all += o.specimen + " " + o.position + " " + o.code + "=" + o.value + (o.flags.empty() ? "" : " " + o.flags);
        if (o.kind == ObservationKind::Control) all += " control";
        if (o.kind == ObservationKind::Calibration) all += " calibration";
        all += "\n";
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Targetlynx)

BOOST_AUTO_TEST_CASE(peaks_of_compounds_are_observations_of_their_samples) {
    const auto read = report(targetlynx);
    BOOST_TEST(read.reading.format == "targetlynx");
    BOOST_TEST(read.warnings().empty());
    BOOST_TEST(
        told(read.reading) ==
        "乙腈  Prednisone/retention_time=0.0000000000 not found control\n"
        "乙腈  Prednisone/area=0.0000000000 not found control\n"
        "CAL-3 1:A,2 Prednisone=9.8700000000 bb calibration\nCAL-3 1:A,2 Prednisone/retention_time=5.03 bb "
        "calibration\n"
        "CAL-3 1:A,2 Prednisone/area=20871.25 bb calibration\nCAL-3 1:A,2 Prednisone/height=4120.0 bb calibration\n"
        "YP-1 1:A,3 Prednisone=0.0000000000 MM\nYP-1 1:A,3 Prednisone/retention_time=5.04 MM\n"
        "YP-1 1:A,3 Prednisone/area=99 MM\nYP-1 1:A,3 Prednisolone=0.0000000000 bb\n"
        "YP-1 1:A,3 Prednisolone/retention_time=5.22 bb\nYP-1 1:A,3 Prednisolone/area=87 bb\n"
        "YP-1 1:A,3 1,4-Dioxane/retention_time=3.22 bb\nYP-1 1:A,3 1,4-Dioxane/area=640 bb\n");
    const Observation& standard = read.at("Prednisone");
    BOOST_TEST(standard.name == "Prednisone (359.2 > 147.1)");
    BOOST_TEST(standard.observedAt == "2026-03-26T09:17:40");
    BOOST_TEST(standard.operatorName == "li");
    BOOST_TEST(standard.instrument == "XEVO-TQS#1");
    BOOST_TEST(targetlynx.substr(standard.span.offset, standard.span.length).starts_with("<PEAK foundrt='5.03'"));
    const std::string ascii = replaced(replaced(targetlynx, "乙腈", ""), "片剂", "");
    BOOST_TEST(report(test::utf16(ascii)).reading.observations.front().specimen == "260326_01");
}

BOOST_AUTO_TEST_CASE(a_zero_without_a_calibration_is_no_result) {
    BOOST_TEST(!report(targetlynx).has("1,4-Dioxane"));
    const std::string given = replaced(targetlynx, "area='640' pkflags='bb' analconc='0.0000000000'",
                                       "area='640' pkflags='bb' analconc='5.31'");
    BOOST_TEST(report(given).at("1,4-Dioxane").value == "5.31");
    const std::string factor =
        replaced(targetlynx, "<CURVE type='Linear'/>", "<CURVE type='RF'><RESPONSEFACTOR/></CURVE>");
    BOOST_TEST(report(factor).at("1,4-Dioxane").value == "0.0000000000");
    const std::string none = replaced(targetlynx, "<CALIBRATIONCURVE curve='0.04 * x'/>", "");
    BOOST_TEST(!report(none).has("Prednisolone"));
}

BOOST_AUTO_TEST_CASE(a_mapping_says_where_the_laboratory_writes_the_specimen) {
    const auto mapping = Mapping::parse(R"({"fields": {"specimen": "name"}})");
    const Reading reading = read("", targetlynx, std::get<Mapping>(mapping));
    BOOST_TEST(reading.observations.front().specimen == "260326_01");
    BOOST_TEST(reading.observations.back().specimen == "260326_03");
}

BOOST_AUTO_TEST_CASE(what_is_not_whole_is_refused) {
    BOOST_TEST(report(replaced(targetlynx, "<SAMPLELISTDATA count='3'", "<SAMPLELISTDATA count='4'")).refused() ==
               "sample_count");
    BOOST_TEST(report(targetlynx.substr(0, targetlynx.size() - 20)).refused() == "bad_xml");
    BOOST_TEST(report("<QUANDATASET/>").refused() == "no_samples");
}

BOOST_AUTO_TEST_CASE(a_time_that_cannot_be_read_is_told) {
    const auto read = report(replaced(targetlynx, "createdate='26-Mar-26' createtime='13:41:08'", "createdate='soon'"));
    BOOST_TEST(read.warnings() == std::vector<std::string>{"time_unread"}, boost::test_tools::per_element());
    BOOST_TEST(read.reading.observations.back().observedAt.empty());
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    test::expectSaneWhenDamaged("targetlynx", targetlynx);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
