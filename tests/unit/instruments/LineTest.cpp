#include <boost/test/unit_test.hpp>
#include <variant>

#include "instruments/formats/Formats.h"
#include "instruments/transport/Line.h"
#include "tests/unit/instruments/Links.h"

namespace touchstone::instruments {
namespace {

using test::inPieces;
using test::messages;

Mapping mapped(const std::string& json) {
    auto mapping = Mapping::parse(json);
    BOOST_REQUIRE(std::holds_alternative<Mapping>(mapping));
    return std::get<Mapping>(mapping);
}

const Mapping meter = mapped(R"j({"template": {"pattern": "^(?P<specimen>\\S+) .*pH (?P<value>[<>]?[0-9.]+)", "code": "pH"}})j");

}  // namespace

BOOST_AUTO_TEST_SUITE(Lines)

BOOST_AUTO_TEST_CASE(named_groups_of_a_template_say_what_is_what) {
    const std::string bytes = "YP-1 12:01 pH 7.02\r\n\r\nYP-2 12:03 pH <2.0\r\n";
    const Reading reading = read("unframed", bytes, meter);
    BOOST_TEST(reading.format == "line");
    BOOST_REQUIRE(reading.observations.size() == 2u);
    const Observation& second = reading.observations[1];
    BOOST_TEST(second.specimen == "YP-2");
    BOOST_TEST(second.code == "pH");
    BOOST_TEST(second.decimal.value_or("") == "2.0");
    BOOST_TEST((second.comparator == Comparator::Less));
    BOOST_TEST(bytes.substr(second.span.offset, second.span.length) == "YP-2 12:03 pH <2.0");
    BOOST_TEST(reading.warnings.empty());
}

BOOST_AUTO_TEST_CASE(several_values_of_a_line_are_several_observations) {
    const Mapping mapping = mapped(R"j({"decimal": ",", "template": "(?P<code>[A-Z][a-z]?)=(?P<value>[0-9,]+)(?P<unit>[A-Za-z/]*)"})j");
    const Reading reading = read("line", "Pb=0,12mg/L Cd=0,003", mapping);
    BOOST_REQUIRE(reading.observations.size() == 2u);
    BOOST_TEST(reading.observations[0].unit == "mg/L");
    BOOST_TEST(reading.observations[1].decimal.value_or("") == "0.003");
}

BOOST_AUTO_TEST_CASE(a_match_without_a_value_heads_those_behind_it) {
    const Mapping slip = mapped(
        R"j({"template": "ID: (?P<specimen>\\S+)|by (?P<operator>\\S+)|(?P<code>[A-Z][a-z]?) +(?P<value>[0-9.]+) +(?P<unit>\\S+)"})j");
    const Reading reading =
        read("line", "K 1.0 mmol/L\nID: YP-1 by Li Na 131 mmol/L K 9.7 mmol/L\nID: YP-2\nNa 7 mmol/L\n", slip);
    std::string told;
    for (const Observation& o : reading.observations)
        told += o.specimen + "/" + o.operatorName + " " + o.code + "=" + o.value + "; ";
    BOOST_TEST(told == "/ K=1.0; YP-1/Li Na=131; YP-1/Li K=9.7; YP-2/ Na=7; ");
    BOOST_TEST(reading.warnings.empty());
    BOOST_TEST(read("line", "ID: YP-1", slip).refused->code == "no_match");
}

BOOST_AUTO_TEST_CASE(lines_that_do_not_match_are_told_of) {
    const Reading some = read("line", "self test ok\nYP-1 x pH 7\n", meter);
    BOOST_TEST(some.observations.size() == 1u);
    BOOST_REQUIRE(some.warnings.size() == 1u);
    BOOST_TEST(some.warnings[0].code == "line_not_matched");
    BOOST_TEST(read("line", "self test ok", meter).refused->code == "no_match");
    BOOST_TEST(read("line", "YP-1 x pH 7").refused->code == "no_template");
}

BOOST_AUTO_TEST_CASE(a_template_is_checked_when_it_is_written) {
    for (const std::string json : {R"j({"template": "(?P<value>["})j", R"j({"template": "no groups"})j",
                                   R"j({"template": "(?P<value>x)(?P<colour>y)"})j", R"j({"template": 7})j",
                                   R"j({"template": {"pattern": "(?P<value>x)", "colour": "red"}})j"}) {
        BOOST_TEST(std::holds_alternative<Finding>(Mapping::parse(json)), json);
    }
}

BOOST_AUTO_TEST_CASE(a_hostile_line_takes_linear_time) {
    const Mapping mapping = mapped(R"j({"template": "^(a+)+(?P<value>b)$"})j");
    BOOST_TEST(read("line", std::string(200'000, 'a'), mapping).refused->code == "no_match");
}

BOOST_AUTO_TEST_CASE(texts_between_stx_and_etx_are_messages) {
    const std::string bytes = "\r\n\x02Na 131\r\nK 4.1\x03\r\n\x02" "Cl 99\x03";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        LineReceiver receiver({.begin = "\x02", .end = "\x03", .answer = "\x06"});
        const auto found = messages(inPieces(receiver, bytes, size));
        BOOST_REQUIRE(found.size() == 2u);
        BOOST_TEST(found[0].bytes == "Na 131\r\nK 4.1");
        BOOST_TEST(found[0].reply == "\x06");
        BOOST_TEST(found[1].bytes == "Cl 99");
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_keep_to_the_frame_is_kept_as_evidence) {
    LineReceiver receiver({.begin = "\x02", .end = "\x03"});
    const auto found = messages(inPieces(receiver, "stray\x03\x02half\x02whole\x03\x02rest", 3));
    BOOST_REQUIRE(found.size() == 4u);
    BOOST_TEST(name(found[0].state) == "unframed");
    BOOST_TEST(name(found[1].state) == "incomplete");
    BOOST_TEST(name(found[2].state) == "complete");
    BOOST_TEST(name(found[3].state) == "incomplete");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
