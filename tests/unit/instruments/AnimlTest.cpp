#include <sys/resource.h>

#include "tests/unit/instruments/Reports.h"

namespace touchstone::instruments {
namespace {

using test::replaced;
using test::report;

const std::string head =
    "<?xml version='1.0'?><AnIML xmlns='urn:org:astm:animl:schema:core:draft:0.90' version='0.90'>";

std::string series(const std::string& id, const std::string& dependency, const std::string& type,
                   const std::string& content) {
    return "<Series name='" + id + "' seriesID='" + id + "' dependency='" + dependency + "' seriesType='" + type +
           "'>" + content + "</Series>";
}

std::string values(const std::string& element, const std::vector<std::string>& all, const std::string& indices = "") {
    std::string text = "<IndividualValueSet" + indices + ">";
    for (const std::string& value : all) text += "<" + element + ">" + value + "</" + element + ">";
    return text + "</IndividualValueSet>";
}

std::string counted(const std::string& element, const std::string& start, const std::string& by) {
    return "<AutoIncrementedValueSet><StartValue><" + element + ">" + start + "</" + element +
           "></StartValue><Increment><" + element + ">" + by + "</" + element +
           "></Increment></AutoIncrementedValueSet>";
}

/// A document of one step with this in its Result.
std::string document(const std::string& result) {
    return head +
           "<SampleSet><Sample name='tube' sampleID='s1' barcode='B-1' locationInContainer='A3'/>"
           "<Sample name='buffer' sampleID='s2'/></SampleSet><ExperimentStepSet>"
           "<ExperimentStep name='pH' experimentStepID='e1'><Technique name='Chromatography' uri='u'/><Infrastructure>"
           "<SampleReferenceSet><SampleReference sampleID='s1' role='Test Sample' "
           "samplePurpose='consumed'/></SampleReferenceSet>"
           "<Timestamp>2024-01-02T03:04:05Z</Timestamp></Infrastructure><Method><Author "
           "userType='human'><Name>zhao</Name></Author>"
           "<Device><Name>Meter</Name></Device><Category name='set'><Parameter name='ignored' "
           "parameterType='Int32'><I>1</I></Parameter>"
           "</Category></Method><Result name='r'>" +
           result + "</Result></ExperimentStep></ExperimentStepSet></AnIML>";
}

std::string set(const std::string& length, const std::string& content) {
    return "<SeriesSet name='set' length='" + length + "'>" + content + "</SeriesSet>";
}

std::string refusedFor(const std::string& result) {
    return report(document(result)).refused();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(AnimlTest)

BOOST_AUTO_TEST_CASE(parameters_of_results_are_observations_of_the_steps_sample) {
    const auto read = report(document(
        "<Category name='Meter'><Category name='Reading'><Parameter name='pH' parameterType='Float64'><D>7.010</D>"
        "<Unit label='pH' quantity='acidity'/></Parameter></Category></Category>"
        "<Category name='x'><Parameter name='remark' parameterType='String'><S>clear</S></Parameter></Category>"));
    BOOST_TEST(read.reading.format == "animl");
    BOOST_TEST(read.refused() == "");
    BOOST_REQUIRE(read.reading.observations.size() == 2U);
    const Observation& ph = read.at("Meter/Reading/pH");
    BOOST_TEST(ph.specimen == "B-1");
    BOOST_TEST(ph.position == "A3");
    BOOST_TEST(ph.value == "7.010");
    BOOST_TEST(ph.decimal.value() == "7.010");
    BOOST_TEST(ph.unit == "pH");
    BOOST_TEST(ph.observedAt == "2024-01-02T03:04:05Z");
    BOOST_TEST(ph.operatorName == "zhao");
    BOOST_TEST(ph.instrument == "Meter");
    BOOST_TEST(read.at("x/remark").value == "clear");
}

BOOST_AUTO_TEST_CASE(a_set_of_one_value_is_an_observation_and_no_series) {
    const auto read = report(document(set(
        "1", series("t", "independent", "Int32", values("I", {"0"})) +
                 series("Mass", "dependent", "Float32", values("F", {"1.50"}) + "<Unit label='g' quantity='mass'/>"))));
    BOOST_TEST(read.at("Mass").value == "1.50");
    BOOST_TEST(read.at("Mass").unit == "g");
    BOOST_TEST(read.reading.observations.size() == 1U);
    BOOST_TEST(read.series.empty());
}

BOOST_AUTO_TEST_CASE(every_form_of_values_makes_the_same_series) {
    const std::vector<double> expected{1.5, -2, 300};
    for (const std::string& y :
         {series("y", "dependent", "Float32", values("F", {"1.5", "-2", "3E2"})),
          series("y", "dependent", "Float64", values("D", {"1.5", " -2.0 ", "300"})),
          series("y", "dependent", "Float32", "<EncodedValueSet>AADAPwAAAMAAAJZD</EncodedValueSet>"),
          series("y", "dependent", "Float64", "<EncodedValueSet>AAAAAAAA+D8AAAAAAAAAwAAA\nAAAAwHJA</EncodedValueSet>"),
          series("y", "dependent", "Float32",
                 values("F", {"-2", "300"}, " startIndex='1' endIndex='2'") +
                     values("F", {"1.5"}, " startIndex='0' endIndex='0'"))}) {
        const auto read =
            report(document(set("3", series("x", "independent", "Float64",
                                            counted("D", "10", "0.5") + "<Unit label='min' quantity='time'/>") +
                                         y)));
        BOOST_TEST(read.refused() == "");
        BOOST_REQUIRE(read.series.size() == 1U);
        BOOST_TEST(read.series[0].y == expected, boost::test_tools::per_element());
        BOOST_TEST(read.series[0].x == (std::vector<double>{10, 10.5, 11}), boost::test_tools::per_element());
        BOOST_TEST(read.series[0].xUnit == "min");
        BOOST_TEST(read.series[0].kind == "chromatogram");
    }
    const auto integers = report(
        document(set("2", series("y", "dependent", "Int32", "<EncodedValueSet>/////wABAAA=</EncodedValueSet>"))));
    BOOST_TEST(integers.series.at(0).y == (std::vector<double>{-1, 256}), boost::test_tools::per_element());
    BOOST_TEST(integers.series.at(0).x == (std::vector<double>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sparse_values_stand_at_their_places_and_are_told) {
    const auto read =
        report(document(set("4000000000", series("x", "independent", "Int32", counted("I", "100", "2")) +
                                              series("y", "dependent", "Int32",
                                                     values("I", {"5", "6"}, " startIndex='10' endIndex='11'")))));
    BOOST_TEST(read.refused() == "");
    BOOST_TEST(read.series.at(0).x == (std::vector<double>{120, 122}), boost::test_tools::per_element());
    BOOST_TEST(read.warnings() == std::vector<std::string>{"values_missing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(data_that_contradicts_itself_is_refused) {
    const std::string y = series("y", "dependent", "Int32", values("I", {"1", "2", "3"}));
    BOOST_TEST(refusedFor(set("3", y)) == "");
    BOOST_TEST(refusedFor(set("4", y)) == "length_mismatch");
    BOOST_TEST(refusedFor(set("2", y)) == "length_mismatch");
    BOOST_TEST(refusedFor(set("-1", y)) == "bad_length");
    BOOST_TEST(refusedFor("<SeriesSet name='n'>" + y + "</SeriesSet>") == "missing_attribute");
    BOOST_TEST(refusedFor(set("3", series("y", "dependent", "Int32", values("F", {"1", "2", "3"})))) ==
               "type_mismatch");
    BOOST_TEST(refusedFor(set("1", series("y", "dependent", "Int32", values("I", {"1.5"})))) == "bad_value");
    BOOST_TEST(refusedFor(set("1", series("y", "dependent", "Int32", values("I", {"2147483648"})))) == "bad_value");
    // What it says of it is cut between characters.
    const std::string number = "1二三四五六七八九十一二三四五";
    const auto chinese = report(document(set("1", series("y", "dependent", "Int32", values("I", {number})))));
    BOOST_TEST(chinese.reading.refused->about == "1二三四五六七八九十一二三四");
    BOOST_TEST(refusedFor(set("1", series("y", "dependent", "Float64", values("D", {"1,5"})))) == "bad_value");
    BOOST_TEST(refusedFor(set("1", series("y", "dependent", "Complex", values("D", {"1"})))) == "unknown_type");
    BOOST_TEST(
        refusedFor("<Category name='c'><Parameter name='p' parameterType='Int32'><S>1</S></Parameter></Category>") ==
        "type_mismatch");
    const auto sets = [](const std::string& first, const std::string& second) {
        return series("y", "dependent", "Int32", values("I", {"1", "2"}, first) + values("I", {"3", "4"}, second));
    };
    BOOST_TEST(refusedFor(set("4", sets(" startIndex='0' endIndex='1'", " startIndex='1' endIndex='2'"))) ==
               "values_overlap");
    BOOST_TEST(refusedFor(set("4", sets(" startIndex='0' endIndex='2'", " startIndex='3'"))) == "value_count");
    BOOST_TEST(refusedFor(set("4", sets("", " startIndex='3' endIndex='4'"))) == "index_out_of_range");
    BOOST_TEST(refusedFor(set("4", sets("", " startIndex='9'"))) == "index_out_of_range");
}

BOOST_AUTO_TEST_CASE(encoded_values_are_counted_in_bytes) {
    const auto encoded = [](const std::string& length, const std::string& base64, const std::string& type = "Int32") {
        return refusedFor(
            set(length, series("y", "dependent", type, "<EncodedValueSet>" + base64 + "</EncodedValueSet>")));
    };
    BOOST_TEST(encoded("1", "AAAAAA==") == "");
    BOOST_TEST(encoded("5", "AAAA") == "byte_count");
    BOOST_TEST(encoded("5", "AAAAAA==") == "length_mismatch");
    BOOST_TEST(encoded("1", "AAAAAA=") == "bad_base64");
    BOOST_TEST(encoded("1", "AA?AAA==") == "bad_base64");
    BOOST_TEST(encoded("1", "AAAAAA==", "String") == "type_mismatch");
}

BOOST_AUTO_TEST_CASE(declared_lengths_cost_nothing) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const std::string axis = series("x", "independent", "Float64", counted("D", "0", "1"));
    BOOST_TEST(refusedFor(set("4000000000", axis)) == "too_long");
    BOOST_TEST(refusedFor(set("4000000000", axis + series("y", "dependent", "Float64", counted("D", "0", "1")))) ==
               "too_long");
    BOOST_TEST(refusedFor(set("1250000000", axis + series("y", "dependent", "Float64", values("D", {"1"})))) ==
               "length_mismatch");
    BOOST_TEST(refusedFor(set("99999999999999999999", axis)) == "bad_length");
    getrusage(RUSAGE_SELF, &after);
    BOOST_TEST(after.ru_maxrss - before.ru_maxrss < 64 * 1024);  // KiB
}

BOOST_AUTO_TEST_CASE(the_keys_that_the_schema_does_not_check_are_checked) {
    const std::string good = document(set("1", series("m", "dependent", "Int32", values("I", {"1"}))));
    BOOST_TEST(report(good).refused() == "");
    BOOST_TEST(report(replaced(good, "sampleID='s2'", "sampleID='s1'")).refused() == "duplicate_sample_id");
    BOOST_TEST(report(replaced(good, "SampleReference sampleID='s1'", "SampleReference sampleID='no'")).refused() ==
               "unknown_sample");
    const std::string second = "</ExperimentStep><ExperimentStep name='2' experimentStepID='e1'/>";
    BOOST_TEST(report(replaced(good, "</ExperimentStep>", second)).refused() == "duplicate_step_id");
    const std::string reference =
        "<ExperimentDataReferenceSet><ExperimentDataReference experimentStepID='gone' role='r' dataPurpose='consumed'/>"
        "</ExperimentDataReferenceSet><Timestamp>";
    BOOST_TEST(report(replaced(good, "<Timestamp>", reference)).warnings() == std::vector<std::string>{"unknown_step"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_result_of_several_samples_is_given_to_none) {
    const std::string good =
        document("<Category name='c'><Parameter name='p' parameterType='Int32'><I>1</I></Parameter></Category>");
    const std::string other =
        "<SampleReference sampleID='s2' role='Reference' samplePurpose='consumed'/></SampleReferenceSet>";
    const auto two = report(replaced(good, "</SampleReferenceSet>", other));
    BOOST_TEST(two.reading.observations.empty());
    BOOST_TEST(two.warnings() == std::vector<std::string>{"sample_unclear"}, boost::test_tools::per_element());
    const auto made = report(replaced(good, "</SampleReferenceSet>", replaced(other, "consumed", "produced")));
    BOOST_TEST(made.at("c/p").specimen == "B-1");
}

BOOST_AUTO_TEST_CASE(other_versions_are_refused_and_unknown_structure_is_left_out) {
    const std::string good = document(set("1", series("m", "dependent", "Int32", values("I", {"1"}))));
    BOOST_TEST(report(replaced(good, "0.90'", "0.91'")).refused() == "unknown_version");
    BOOST_TEST(report(replaced(good, "version='0.90'", "version='1.0'")).refused() == "unknown_version");
    const auto more =
        report(replaced(good, "<Result name='r'>", "<Result name='r'><Series name='loose'><Unit label='x'/></Series>"));
    BOOST_TEST(more.at("m").value == "1");
    BOOST_TEST(more.warnings() == std::vector<std::string>{"unexpected_element"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(damage_is_borne) {
    test::expectSaneWhenDamaged(
        "animl",
        document(set("2", series("x", "independent", "Int32", counted("I", "1", "1")) +
                              series("y", "dependent", "Float32",
                                     "<EncodedValueSet startIndex='0' endIndex='1'>AADAPwAAAMA=</EncodedValueSet>")) +
                 "<Category name='c'><Parameter name='p' parameterType='Int32'><I>1</I></Parameter></Category>"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
