#include <boost/test/unit_test.hpp>
#include <random>
#include <variant>

#include "instruments/formats/Delimited.h"
#include "instruments/formats/Formats.h"
#include "instruments/transport/Astm.h"

namespace touchstone::instruments {
namespace {

const std::string table = "specimen,code,value,unit\nYP-1,Pb,0.020,mg/kg\nYP-2,Pb,< 0.005,mg/kg\n";

Mapping mappingOf(const std::string& json) {
    return std::get<Mapping>(Mapping::parse(json));
}

std::string utf16le(const std::string& ascii) {
    std::string wide = "\xFF\xFE";
    for (const char c : ascii) wide += std::string{c, '\0'};
    return wide;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Delimited)

BOOST_AUTO_TEST_CASE(columns_named_as_the_keys_need_no_mapping) {
    const Reading reading = readDelimited(table);
    BOOST_REQUIRE(reading.observations.size() == 2u);
    const Observation& o = reading.observations[1];
    BOOST_TEST(o.specimen == "YP-2");
    BOOST_TEST(o.code == "Pb");
    BOOST_TEST(*o.decimal == "0.005");
    BOOST_TEST((o.comparator == Comparator::Less));
    BOOST_TEST(table.substr(o.span.offset, o.span.length) == "YP-2,Pb,< 0.005,mg/kg");
}

BOOST_AUTO_TEST_CASE(delimiters_line_ends_marks_and_utf16_read_alike) {
    const auto with = [](char delimiter, const std::string& end) {
        std::string changed;
        for (const char c : table)
            changed += c == ',' ? std::string(1, delimiter) : c == '\n' ? end : std::string(1, c);
        return changed;
    };
    for (const std::string& bytes :
         {with(';', "\r\n"), with('\t', "\r"), with('|', "\n"), "\xEF\xBB\xBF" + table, utf16le(table)}) {
        const Reading reading = readDelimited(bytes);
        BOOST_REQUIRE(reading.observations.size() == 2u);
        BOOST_TEST(*reading.observations[0].decimal == "0.020");
        BOOST_TEST(reading.observations[1].unit == "mg/kg");
    }
}

BOOST_AUTO_TEST_CASE(spans_in_utf16_are_those_of_the_file) {
    const std::string bytes = utf16le(table);
    const Span span = readDelimited(bytes).observations.at(0).span;
    BOOST_TEST(bytes.substr(span.offset, span.length) == utf16le("YP-1,Pb,0.020,mg/kg").substr(2));
}

BOOST_AUTO_TEST_CASE(quoted_cells_may_hold_delimiters_quotes_and_line_ends) {
    const Reading reading = readDelimited("specimen,code,value\n\"Y,P\",\"a \"\"b\"\"\",\"x\ny\"\n");
    BOOST_TEST(reading.observations.at(0).specimen == "Y,P");
    BOOST_TEST(reading.observations.at(0).code == "a \"b\"");
    BOOST_TEST(reading.observations.at(0).value == "x\ny");
    BOOST_TEST(readDelimited("specimen,code,value\n\"Y,1,2\n").refused.value().code == "unclosed_quote");
}

BOOST_AUTO_TEST_CASE(a_mapping_names_columns_constants_and_the_decimal_sign) {
    const Mapping mapping = mappingOf(R"({"format": "delimited", "delimiter": ";", "decimal": ",", "header_row": 2,
        "columns": {"specimen": "Probe", "value": 3, "observed_at": "Zeit"}, "constants": {"code": "Pb", "unit": "mg/L"}})");
    const Reading reading = readDelimited("Export;;\nProbe;Zeit;\nYP-1;2026/1/5 8:30;1,50\n;;\n;;7\n", mapping);
    BOOST_REQUIRE(reading.observations.size() == 1u);
    BOOST_TEST(*reading.observations[0].decimal == "1.50");
    BOOST_TEST(reading.observations[0].unit == "mg/L");
    BOOST_TEST(reading.observations[0].observedAt == "2026-01-05T08:30:00");
    BOOST_TEST(reading.warnings.at(0).code == "no_specimen");
}

BOOST_AUTO_TEST_CASE(a_row_may_hold_several_values) {
    const Mapping mapping = mappingOf(R"({"columns": {"specimen": "ID"},
        "wide": [{"column": "Lead", "code": "Pb", "unit": "mg/kg"}, {"column": "Arsenic", "code": "As"}]})");
    const std::string bytes = "ID,Lead,Arsenic\nYP-1,0.1,0.2\nYP-2,,0.3\n";
    const Reading reading = readDelimited(bytes, mapping);
    BOOST_REQUIRE(reading.observations.size() == 3u);
    BOOST_TEST(reading.observations[1].code == "As");
    BOOST_TEST(bytes.substr(reading.observations[1].span.offset, reading.observations[1].span.length) == "0.2");
    BOOST_TEST(reading.observations[2].specimen == "YP-2");
}

BOOST_AUTO_TEST_CASE(without_knowing_the_columns_nothing_is_guessed) {
    BOOST_TEST(readDelimited("Sample,Area\n1,2\n").refused.value().code == "mapping_needed");
    BOOST_TEST(readDelimited(table, mappingOf(R"({"columns": {"specimen": "nowhere"}})")).refused.value().code == "no_column");
    BOOST_TEST(readDelimited("a\n", mappingOf(R"({"header_row": 9})")).refused.value().code == "no_header");
}

BOOST_AUTO_TEST_CASE(a_wrong_mapping_says_what_is_wrong) {
    for (const std::string json : {"", "[]", "{\"decimal\": \";\"}", "{\"columns\": {\"colour\": \"x\"}}",
                                   "{\"wide\": 3}", "{\"encoding\": \"klingon\"}", "{\"colums\": {}}",
                                   "{\"delimiter\": \"ab\"}", "{\"wide\": [{\"column\": \"x\"}]}"}) {
        BOOST_TEST(std::holds_alternative<Finding>(Mapping::parse(json)), json);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(HostileBytes)

/// Bytes of every kind, cut and changed at random but always the same: reading never throws, and every span lies
/// inside.
BOOST_AUTO_TEST_CASE(reading_never_throws_and_spans_stay_inside) {
    std::string framed;
    const std::string astm = "H|\\^&|7||X\rP|1\rO|1|S^2|T\rR|1|^^^Na|1&F&3|mmol/L||N||F\rL|1\r";
    for (const std::string& f : frameAstmRecords(astm, 20)) framed += f;
    const std::vector<std::string> seeds{astm,
                                         framed,
                                         table,
                                         utf16le(table),
                                         "\"a\"\"\";b\r\n1;2\r\n",
                                         "BHS|^~\\&|\rMSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5||||||GB "
                                         "18030-2000\rSPM|1|S\rOBR|1||S\rOBX|1|SN|X^\xC7\xA6||<^1\\X41\\|g\r"};
    std::mt19937 random(20261122);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = seeds[random() % seeds.size()];
        for (auto changes = random() % 6; changes > 0 && !bytes.empty(); --changes) {
            const std::size_t at = random() % bytes.size();
            if (random() % 3 == 0) {
                bytes.erase(at, random() % 9);
            } else {
                bytes[at] = static_cast<char>(random());
            }
        }
        for (const std::string format : {"", "astm", "hl7", "csv"}) {
            const Reading reading = read(format, bytes);
            for (const Observation& o : reading.observations) {
                BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
            }
            if (reading.refused) BOOST_REQUIRE(reading.observations.empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
