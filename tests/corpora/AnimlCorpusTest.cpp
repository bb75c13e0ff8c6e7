#include <boost/test/unit_test.hpp>
#include <map>

#include "tests/corpora/CdsFiles.h"

namespace touchstone::instruments {
namespace {

const std::string valuesOfDependentSeries =
    "count(//*[local-name()='SeriesSet']/*[local-name()='Series'][@dependency='dependent']/"
    "*[local-name()='IndividualValueSet']/*[contains('IFLD', local-name())])";

struct Expected {
    std::string refused;
    std::size_t observations, series;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(AnimlCorpus)

/// example.animl is of no namespace. non_valid.animl breaks the definition of a technique, not AnIML: it is read.
BOOST_AUTO_TEST_CASE(documents_of_another_project) {
    const auto files = test::cdsFiles("animl", ".animl");
    test::printTable(files);
    const std::map<std::string, Expected> expected{{"example.animl", {"unknown_version", 0, 0}},
                                                   {"non_valid.animl", {"", 0, 1}},
                                                   {"real_life.animl", {"", 0, 4}},
                                                   {"strict.animl", {"", 0, 1}},
                                                   {"valid.animl", {"", 0, 2}}};
    for (const auto& file : files) {
        BOOST_TEST(file.reading.format == "animl", file.name);
        if (!expected.contains(file.name)) continue;
        const Expected& row = expected.at(file.name);
        BOOST_TEST(file.refused() == row.refused, file.name);
        BOOST_TEST(file.reading.observations.size() == row.observations, file.name);
        BOOST_TEST(file.series.size() == row.series, file.name);
        if (file.reading.refused) continue;
        std::size_t points = 0;
        for (const Series& series : file.series) points += series.y.size();
        const std::string counted = test::xmllintCount("animl", file.name, valuesOfDependentSeries);
        if (!counted.empty()) BOOST_TEST(std::to_string(points) == counted, file.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
