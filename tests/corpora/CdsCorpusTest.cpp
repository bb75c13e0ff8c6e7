#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "instruments/formats/Fields.h"
#include "tests/corpora/CdsFiles.h"

namespace touchstone::instruments {
namespace {

/// The numbers of results that another reader took from the same file; the temperature is of the method.
void collectNumbers(const rapidjson::Value& node, std::multiset<double>& numbers) {
    if (node.IsArray()) {
        for (const auto& item : node.GetArray()) collectNumbers(item, numbers);
    }
    if (!node.IsObject()) return;
    for (const auto& member : node.GetObject()) {
        const std::string name = member.name.GetString();
        if (name == "compartment temperature") continue;
        if (name == "value" && member.value.IsNumber()) numbers.insert(member.value.GetDouble());
        collectNumbers(member.value, numbers);
    }
}

std::string valueOf(const std::string& text, const std::string& key) {
    const std::size_t at = text.find("\n" + key + "\t");
    const std::size_t begin = at + key.size() + 2;
    return at == std::string::npos ? "" : text.substr(begin, text.find_first_of("\r\n", begin) - begin);
}

double withComma(std::string number) {
    std::ranges::replace(number, ',', '.');
    return std::stod(number);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(CdsCorpus)

BOOST_AUTO_TEST_CASE(chemstation_has_every_peak_at_its_bytes) {
    const auto files = test::cdsFiles("cds", "Result.xml");
    test::printTable(files);
    for (const auto& file : files) {
        BOOST_TEST(file.reading.format == "chemstation", file.name);
        BOOST_TEST(file.refused() == "");
        const std::string peaks = test::xmllintCount("cds", file.name, "count(//Peak)");
        std::set<std::size_t> places;
        const std::string begin("<\0P\0e\0a\0k\0>\0", 12), end("<\0/\0P\0e\0a\0k\0>\0", 14);
        for (const Observation& o : file.reading.observations) {
            places.insert(o.span.offset);
            const std::string bytes = file.bytes.substr(o.span.offset, o.span.length);
            BOOST_TEST((bytes.starts_with(begin) && bytes.ends_with(end)));
        }
        if (!peaks.empty()) BOOST_TEST(std::to_string(places.size()) == peaks);
        BOOST_TEST(file.reading.observations.size() == 3 * places.size());
    }
}

BOOST_AUTO_TEST_CASE(chromeleon_has_the_points_and_extremes_that_it_declares) {
    const auto files = test::cdsFiles("cds", "chromeleon");
    test::printTable(files);
    for (const auto& file : files) {
        BOOST_TEST(file.reading.warnings.empty());
        BOOST_REQUIRE(file.series.size() == 1U);
        const auto& y = file.series[0].y;
        BOOST_TEST(std::to_string(y.size()) == valueOf(file.bytes, "Data Points"));
        BOOST_TEST(*std::ranges::max_element(y) == withComma(valueOf(file.bytes, "Signal Max.")));
        BOOST_TEST(*std::ranges::min_element(y) == withComma(valueOf(file.bytes, "Signal Min.")));
        BOOST_TEST(file.series[0].x.back() == withComma(valueOf(file.bytes, "Time Max. (min)")));
    }
}

BOOST_AUTO_TEST_CASE(empower_has_a_point_for_every_line) {
    const auto files = test::cdsFiles("cds", ".arw");
    test::printTable(files);
    for (const auto& file : files) {
        BOOST_TEST(file.reading.format == "empower_arw");
        BOOST_TEST(file.reading.warnings.empty());
        BOOST_REQUIRE(file.series.size() == 1U);
        BOOST_TEST(file.series[0].y.size() + 2 == lines(file.bytes).size());
    }
}

BOOST_AUTO_TEST_CASE(tapestation_has_the_numbers_that_another_reader_found) {
    const auto files = test::cdsFiles("vendor", "tapestation_analysis_example");
    const auto isXml = [](const auto& file) { return file.name.ends_with(".xml"); };
    for (const auto& file : files) {
        if (!isXml(file)) continue;
        test::printTable({file});
        BOOST_TEST(file.reading.format == "tapestation");
        const std::string other = file.name.substr(0, file.name.size() - 4) + ".expected.json";
        const auto json = std::ranges::find(files, other, &test::CorpusFile::name);
        if (json == files.end()) continue;
        rapidjson::Document document;
        document.Parse(json->bytes.c_str());
        std::multiset<double> expected, found;
        collectNumbers(document, expected);
        for (const Observation& o : file.reading.observations) {
            if (o.comparator == Comparator::None) found.insert(std::stod(*o.decimal));  // it leaves out ">800"
        }
        BOOST_TEST(found == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(an_export_of_unicorn_is_refused) {
    const auto files = test::cdsFiles("vendor", "unicorn_single_uv.zip");
    test::printTable(files);
    for (const auto& file : files) BOOST_TEST(file.refused() == "unicorn_unsupported");
}

/// No file of the corpora that another format or the table reads is taken for one of these.
BOOST_AUTO_TEST_CASE(tables_of_other_instruments_are_not_taken) {
    const std::set<std::string> formats{"animl",        "chemstation", "chemstation_report", "acaml",
                                        "labsolutions", "chromeleon",  "empower_arw",        "labsolutions_quant"};
    for (const auto& file : test::cdsFiles("vendor", "")) {
        const bool table = file.name.ends_with(".csv") || file.name.ends_with(".txt") || file.name.ends_with(".xlsx");
        if (table) BOOST_TEST(!formats.contains(file.reading.format), file.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
