#include <boost/test/unit_test.hpp>
#include <string>
#include <variant>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Outline.h"
#include "instruments/formats/Table.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/transport/Astm.h"

using namespace std::string_literals;
using touchstone::instruments::Mapping;
using touchstone::instruments::Outline;
using touchstone::instruments::outline;
using touchstone::instruments::read;
using touchstone::instruments::readFile;
using touchstone::instruments::Reading;

namespace {

/// The bytes of part n of line l; what its text says must stand there.
std::string bytesOf(const std::string& raw, const Outline& found, std::size_t l, std::size_t n) {
    const auto& span = found.lines.at(l).parts.at(n).span;
    return raw.substr(span.offset, span.length);
}

std::string frame(char number, const std::string& text, char end) {
    const std::string inside = number + text + end;
    return '\x02' + inside + touchstone::instruments::astmChecksum(inside) + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outline_of_a_message)

BOOST_AUTO_TEST_CASE(recordsOfAstmHaveFieldsWithTheirBytes) {
    const std::string raw = "H|\\^&|7||A^1\rR|1|^^^Pb|0.42|mg/kg\rL|1|N\r";
    const Outline found = outline("astm", raw);
    BOOST_TEST(found.lines.size() == 3U);
    BOOST_TEST(found.components == "^\\");
    BOOST_TEST(found.lines.at(1).kind == "R");
    BOOST_TEST(found.lines.at(1).parts.at(3).text == "0.42");
    BOOST_TEST(bytesOf(raw, found, 1, 3) == "0.42");
    BOOST_TEST(found.frames.empty());
}

BOOST_AUTO_TEST_CASE(aFieldThatGoesOverTwoFramesHasTheBytesFromItsFirstToItsLast) {
    const std::string raw = "\x05" + frame('1', "H|\\^&\rR|1|^^^Pb|0.", '\x17') + frame('2', "42|mg/kg\rL|1|N\r", '\x03') + "\x04";
    const Outline found = outline("auto", raw);
    BOOST_TEST(found.format == "astm");
    BOOST_TEST(found.frames.size() == 2U);
    BOOST_TEST(found.lines.at(1).parts.at(3).text == "0.42");
    const std::string bytes = bytesOf(raw, found, 1, 3);
    BOOST_TEST(bytes.starts_with("0."));
    BOOST_TEST(bytes.ends_with("42"));
}

BOOST_AUTO_TEST_CASE(segmentsOfHl7CountTheFieldDelimiterAsTheirFirstField) {
    const std::string raw = "MSH|^~\\&|A||||20261122||ORU^R01|9|P|2.5\rOBX|1|NM|Pb||0.42|mg/kg\r";
    const Outline found = outline("hl7", raw);
    BOOST_TEST(found.lines.at(0).parts.at(1).text == "|");
    BOOST_TEST(found.lines.at(0).parts.at(2).text == "^~\\&");
    BOOST_TEST(found.lines.at(0).parts.at(10).text == "9");
    BOOST_TEST(found.lines.at(1).parts.at(5).text == "0.42");
    BOOST_TEST(bytesOf(raw, found, 1, 5) == "0.42");
}

BOOST_AUTO_TEST_CASE(segmentsOfACaptureHaveNoBlockCharacters) {
    const std::string raw = "\x0BMSH|^~\\&|A||||20261122||ORU^R01|9|P|2.5\rOBX|1|NM|Pb||0.42\x1C\r";
    const Outline found = outline("hl7", raw);
    BOOST_REQUIRE(found.lines.size() == 2u);
    BOOST_TEST(found.lines[0].kind == "MSH");
    BOOST_TEST(bytesOf(raw, found, 1, 5) == "0.42");
}

BOOST_AUTO_TEST_CASE(cellsOfATableLoseTheirQuotesAndKeepTheirBytes) {
    const std::string raw = "a;b\r\n\"x\"\"y;\";2\n";
    const Outline found = outline("csv", raw);
    BOOST_TEST(found.lines.size() == 2U);
    BOOST_TEST(found.lines.at(1).parts.at(0).text == "x\"y;");
    BOOST_TEST(bytesOf(raw, found, 1, 0) == "\"x\"\"y;\"");
    BOOST_TEST(outline("csv", raw, {.delimiter = ','}).lines.at(0).parts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(aSecondByteThatLooksLikeADelimiterIsPartOfItsCharacter) {
    const std::string raw = "\x81\x7C|A\n";  // 亅 in GB18030 ends with the byte of '|'
    const Outline found = outline("csv", raw, {.encoding = "GB18030", .delimiter = '|'});
    BOOST_TEST(found.lines.at(0).parts.size() == 2U);
    BOOST_TEST(found.lines.at(0).parts.at(0).span.length == 2U);
    BOOST_TEST(found.charset == "GB18030");
}

BOOST_AUTO_TEST_CASE(a_workbook_shows_a_sheet_with_its_rows_and_columns_where_they_stand) {
    for (const std::string name : {"cells.xlsx", "cells.xls"}) {
        const std::string raw = readFile(TOUCHSTONE_SOURCE "/tests/unit/instruments/workbooks/" + name);
        const Outline found = outline("auto", raw);
        BOOST_TEST(found.format == name.substr(6));
        BOOST_TEST(found.sheets == (std::vector<std::string>{"Results", "空", "Hidden"}), boost::test_tools::per_element());
        BOOST_TEST(found.sheet == "Results");
        BOOST_REQUIRE(!found.lines.empty());
        BOOST_TEST(found.lines.at(0).parts.at(0).text == "Sample ID");
        const auto parsed = Mapping::parse(R"({"sheet": "hid*"})");
        BOOST_TEST(outline("auto", raw, std::get<Mapping>(parsed)).sheet == "Hidden");
    }
}

BOOST_AUTO_TEST_CASE(rows_of_a_page_of_html_are_lines) {
    const std::string raw =
        "<html><h1>Run 7</h1><table><tr><td>Size</td><td></td><td> 10 &micro;m </td></tr></table></html>";
    const Outline found = outline("csv", raw);
    BOOST_TEST(found.format == "html");
    BOOST_REQUIRE(found.lines.size() == 2U);
    BOOST_TEST(bytesOf(raw, found, 0, 0) == "Run 7");
    BOOST_REQUIRE(found.lines.at(1).parts.size() == 3U);
    BOOST_TEST(found.lines.at(1).parts.at(2).text == "10 µm");
    BOOST_TEST(bytesOf(raw, found, 1, 2) == "10 &micro;m");
    BOOST_TEST(outline("html", "<html><table><tr>").format.empty());
}

BOOST_AUTO_TEST_CASE(blanksMayPartTheCells) {
    const std::string raw = "  1   2\nA \"x  y\"\n";
    const Outline found = outline("csv", raw, {.delimiter = touchstone::instruments::blanks});
    BOOST_REQUIRE(found.lines.size() == 2U);
    BOOST_TEST(found.lines.at(0).parts.size() == 3U);
    BOOST_TEST(bytesOf(raw, found, 0, 2) == "2");
    BOOST_TEST(bytesOf(raw, found, 1, 2) == "y\"");
}

BOOST_AUTO_TEST_CASE(a_workbook_given_out_as_a_table_of_text_is_said_to_be_one_and_shown) {
    for (const std::string name : {"cells.xlsx", "cells.xls"}) {
        const std::string raw = readFile(TOUCHSTONE_SOURCE "/tests/unit/instruments/workbooks/" + name);
        const Reading reading = read("csv", raw);
        BOOST_REQUIRE(reading.refused.has_value());
        BOOST_TEST(reading.refused->code == "other_format");
        BOOST_TEST(reading.refused->about == name.substr(6) + " ≠ csv");
        BOOST_TEST(outline("csv", raw).format == name.substr(6));
        BOOST_TEST(outline("csv", raw).sheets.size() == 3U);
    }
}

BOOST_AUTO_TEST_CASE(hostileBytesGiveAnOutlineOrNone) {
    for (const std::string& raw : {""s, "\x02"s, "\x02\x03"s, "\x02" "1\x17"s, std::string(300, '\x02'), "H|"s, "MSH|"s, "\"\"\""s, std::string(10'000, ','),
                                   std::string(20'000, '\n'), std::string(100, '\0'), "\xFF\xFE\x00"s}) {
        for (const char* format : {"astm", "hl7", "csv", "xlsx", "xls", "auto", "nothing"}) {
            for (const auto& line : outline(format, raw).lines) {
                for (const auto& part : line.parts) BOOST_TEST(part.span.offset + part.span.length <= raw.size());
            }
        }
    }
    BOOST_TEST(outline("csv", std::string(20'000, '\n')).cut);
    BOOST_TEST(outline("csv", std::string(10'000, ',')).cut);
}

BOOST_AUTO_TEST_SUITE_END()
