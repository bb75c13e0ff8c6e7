#include <Poco/Zip/Compress.h>

#include <sstream>

#include "tests/unit/instruments/Reports.h"

namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

/// Results as an .rx holds them: peaks and compounds, joined by ids.
const std::string results =
    "<?xml version='1.0'?><ACAML xmlns='urn:schemas-agilent-com:acaml21'><Doc><Content><Injections><Result id='r1'>"
    "<InjectionMeasData_ID id='m1'/><SignalResult><Signal_ID id='g1'/>"
    "<Peak id='p1'><RetentionTime val='5.01' unit='min'/><Area val='1234.5' unit='mAU*s'/><AreaPercent val='98.5'/>"
    "<Height val='100' unit='mAU'/><BaselineCode>BB</BaselineCode></Peak>"
    "<Peak id='p2'><RetentionTime val='7.5' unit='min'/><Area val='2.5' unit='mAU*s'/><Height "
    "val='NaN'/></Peak></SignalResult>"
    "<InjectionCompound><CompoundName>Caffeine</CompoundName><Identification><Qualified><Peaks><Peak_ID "
    "id='p1'/></Peaks></Qualified>"
    "</Identification><Amount val='10.20' unit='mg/l'/><Concentration val='20.40' unit='mg/l'/></InjectionCompound>"
    "<InjectionCompound><CompoundName/><Amount val='NaN'/></InjectionCompound>"
    "</Result></Injections></Content></Doc></ACAML>";

/// The sequence, which knows the samples.
const std::string sequence =
    "<ACAML xmlns='urn:schemas-agilent-com:acaml21'><Doc><Content><Resources><Instrument "
    "id='i1'><Name>LC-1260</Name></Instrument>"
    "<Signal id='g1'><Name>DAD1A</Name></Signal></Resources>"
    "<Samples><Setup id='s1'><IdentParam_ID id='n1'/><AcqParam><VialNumber>P1-A3</VialNumber></AcqParam>"
    "<DAParam><Type>Control</Type></DAParam></Setup>"
    "<MeasData id='d1'><SampleSetup_ID id='s1'/><InjectionMeasData_ID id='m1'/></MeasData></Samples>"
    "<SampleParams><IdentParam id='n1'><Name>Tea</Name><Barcode>BC-9</Barcode><LimsID "
    "key=''/></IdentParam></SampleParams>"
    "<Injections><MeasData id='m1'><Info><CreatedBy><Username>zhou</Username></CreatedBy>"
    "<CreatedDate>2024-03-13T21:05:10Z</CreatedDate></Info></MeasData></Injections></Content></Doc></ACAML>";

/// What a .dx says of its injection.
const std::string raw =
    "<ACMD xmlns='urn:schemas-agilent-com:acmd20'><InjectionInfo><SampleName>Mate</SampleName><Location>7</Location>"
    "<RunOperator>wu</RunOperator><RunDateTime>2024-02-23T15:05:20.48+01:00</RunDateTime></InjectionInfo></ACMD>";

std::string zip(const std::vector<std::pair<std::string, std::string>>& members) {
    std::ostringstream out;
    Poco::Zip::Compress compress(out, true);
    for (const auto& [name, bytes] : members) {
        std::istringstream in(bytes);
        compress.addFile(in, Poco::DateTime(), Poco::Path(name, Poco::Path::PATH_UNIX));
    }
    compress.close();
    return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(AcamlTest)

BOOST_AUTO_TEST_CASE(a_sequence_with_its_results_joins_samples_injections_and_compounds) {
    const std::string whole = replaced(
        sequence, "<Injections>",
        results.substr(results.find("<Injections>"), results.find("</Injections>") - results.find("<Injections>")));
    const auto read = report("\xEF\xBB\xBF" + whole);
    BOOST_TEST(read.reading.format == "acaml");
    BOOST_TEST(read.refused() == "");
    const Observation& caffeine = read.at("Caffeine");
    BOOST_TEST(caffeine.specimen == "BC-9");
    BOOST_TEST(caffeine.position == "P1-A3");
    BOOST_TEST((caffeine.kind == ObservationKind::Control));
    BOOST_TEST(caffeine.value == "10.20");
    BOOST_TEST(caffeine.unit == "mg/l");
    BOOST_TEST(caffeine.name == "Caffeine (DAD1A)");
    BOOST_TEST(caffeine.observedAt == "2024-03-13T21:05:10Z");
    BOOST_TEST(caffeine.operatorName == "zhou");
    BOOST_TEST(caffeine.instrument == "LC-1260");
    BOOST_TEST(read.at("Caffeine/concentration").value == "20.40");
    BOOST_TEST(read.at("Caffeine/area").value == "1234.5");
    BOOST_TEST(read.at("Caffeine/retention_time").value == "5.01");
    BOOST_TEST(read.at("7.5/area").value == "2.5");
    BOOST_TEST(!read.has("5.01/area"));
    BOOST_TEST(!read.has("7.5/height"));
}

BOOST_AUTO_TEST_CASE(results_alone_belong_to_no_sample) {
    const auto read = report(results);
    BOOST_TEST(read.reading.observations.empty());
    BOOST_TEST(read.warnings() == (std::vector<std::string>{"no_specimen", "no_specimen"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(older_versions_have_the_compounds_name_deeper) {
    const std::string name = "<CompoundName>Caffeine</CompoundName>";
    const std::string whole = replaced(
        replaced(results, name, "<IdentifiedCompound>" + name + "</IdentifiedCompound>"), "<Injections>",
        sequence.substr(sequence.find("<Samples>"), sequence.find("<Injections>") - sequence.find("<Samples>")) +
            "<Injections>");
    BOOST_TEST(report(replaced(whole, "acaml21", "acaml13")).at("Caffeine").specimen == "BC-9");
}

BOOST_AUTO_TEST_CASE(an_archive_brings_them_together) {
    const std::string rx = zip({{"Base/InjectionACAML", results}, {"Base/AuditTrail", "x"}});
    const std::string bytes = zip({{"__MACOSX/._a.dx", "what a Mac knows of a.dx"},
                                   {"a.dx", zip({{"injection.acmd", raw}, {"t.CH", "x"}})},
                                   {"a.rx", rx},
                                   {"Run.acaml", sequence}});
    const auto read = report(bytes);
    BOOST_TEST(read.reading.format == "acaml");
    BOOST_TEST(read.refused() == "");
    BOOST_TEST(read.at("Caffeine").specimen == "BC-9");
    const Span span = read.at("Caffeine").span;
    BOOST_TEST(span.length > 0U);
    BOOST_TEST(span.offset + span.length <= bytes.size());
}

BOOST_AUTO_TEST_CASE(without_a_sequence_the_raw_data_file_of_the_same_name_tells_the_sample) {
    const std::string rx = zip({{"Base/InjectionACAML", results}});
    const auto read = report(zip({{"run/b.dx", zip({{"injection.acmd", replaced(raw, "Mate", "other")}})},
                                  {"run/a.dx", zip({{"injection.acmd", raw}})},
                                  {"run/a.rx", rx},
                                  {"empty.acaml", "<ACAML/>"}}));
    BOOST_TEST(read.at("Caffeine").specimen == "Mate");
    BOOST_TEST(read.at("Caffeine").position == "7");
    BOOST_TEST(read.at("Caffeine").operatorName == "wu");
    BOOST_TEST(read.at("Caffeine").observedAt == "2024-02-23T15:05:20.48+01:00");
}

BOOST_AUTO_TEST_CASE(a_bomb_does_not_go_off) {
    const std::string bomb = zip({{"Run.acaml", std::string(std::size_t{64} << 20U, ' ')}});
    BOOST_TEST(bomb.size() < 200'000U);
    BOOST_TEST(report(bomb).refused() == "bad_zip");
    BOOST_TEST(report(zip({{"x.rx", bomb}, {"y.acaml", "<ACAML/>"}}), "acaml").refused() == "bad_zip");
    std::string many = "<ACAML xmlns='urn:schemas-agilent-com:acaml21'>";
    for (int i = 0; i < 600'000; ++i) many += "<a/>";
    BOOST_TEST(report(many + "</ACAML>").refused() == "bad_xml");
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_refused) {
    const std::string good = zip({{"Run.acaml", sequence}});
    BOOST_TEST(report(good).refused() == "");
    BOOST_TEST(report(good.substr(0, good.size() / 2), "acaml").refused() == "bad_zip");
    BOOST_TEST(report(zip({{"Run.acaml", "<ACAML"}})).refused() == "bad_xml");
    BOOST_TEST(report(zip({{"Run.acaml", "<Other/>"}})).refused() == "no_acaml");
    BOOST_TEST(report("<ACAML/>", "acaml").refused() == "");
    BOOST_TEST(report(zip({{"Chrom.1.Xml", "<x/>"}})).refused() == "unicorn_unsupported");
    test::expectSaneWhenDamaged("acaml",
                                zip({{"a.rx", zip({{"Base/InjectionACAML", results}})}, {"Run.acaml", sequence}}));
    test::expectSaneWhenDamaged("acaml", sequence);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
