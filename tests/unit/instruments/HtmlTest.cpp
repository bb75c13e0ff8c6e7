#include <boost/test/unit_test.hpp>
#include <string>
#include <variant>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Html.h"
#include "tests/unit/instruments/Reports.h"

// Tables of HTML documents, which some devices call .xls.
namespace touchstone::instruments {
namespace {

/// Cells as "row:column text", one after the other.
std::string told(const std::string& document) {
    const Decoded decoded = decode(document, "");
    const auto read = readHtmlTables(decoded.text);
    if (const auto* const fault = std::get_if<Finding>(&read)) return fault->code;
    const Sheet& sheet = std::get<std::vector<Sheet>>(read).front();
    std::string all;
    for (std::size_t row = 0; row < sheet.rowCount(); ++row) {
        for (const Sheet::Cell& cell : sheet.cells(row)) {
            all += std::to_string(sheet.number(row)) + ":" + std::to_string(cell.column) + " " + sheet.text(cell) + "|";
        }
    }
    return all;
}

const std::string document =
    "<html><head><style>td {x: \"<td>\"}</style><title>Run 4</title></head>\n<body><!-- <table> -->\n"
    "<TABLE border=0><tr><th>specimen</th><th>code<th>value</tr>\n"
    "<tr><td rowspan=2>YP-1</td><td>A&amp;B</td>\n<td align=\"right>left\"> &lt; 1.5 </td></tr>\n"
    "<tr><td><b>P</b>b<br>total</td><td>2.50</td></tr></table><p>end</p></body></html>";

}  // namespace

BOOST_AUTO_TEST_SUITE(Html)

BOOST_AUTO_TEST_CASE(tables_and_lines_become_rows) {
    BOOST_TEST(told(document) ==
               "1:0 Run 4|2:0 specimen|2:1 code|2:2 value|3:0 YP-1|3:1 A&B|3:2 < 1.5|4:0 YP-1|4:1 Pb total|4:2 2.50|6:0 end|");
    BOOST_TEST(told("<table><tr><td>1<tr><td>2</table><table><tr><td>3</table>") == "1:0 1|2:0 2|4:0 3|");
}

BOOST_AUTO_TEST_CASE(cells_reach_over_columns_and_rows) {
    BOOST_TEST(told("<table><tr><td colspan=2>a</td><td rowspan='2'>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr></table>") ==
               "1:0 a|1:2 b|2:0 c|2:2 b|3:0 d|");
    BOOST_TEST(told("<table><tr><td rowspan=3>a</td><td>1</td></tr><tr></tr><tr><td>2</td></tr></table>") ==
               "1:0 a|1:1 1|3:0 a|3:1 2|");
    BOOST_TEST(told("<table><tr><td rowspan=2>a</td><td>1</td></tr></table><table><tr><td>b</td></tr></table>") ==
               "1:0 a|1:1 1|3:0 b|");
}

BOOST_AUTO_TEST_CASE(a_table_within_a_cell_is_its_text) {
    BOOST_TEST(told("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table>d</td><td>e</td></tr></table>") ==
               "1:0 a b c d|1:1 e|");
}

BOOST_AUTO_TEST_CASE(characters_are_told_by_name_and_number) {
    BOOST_TEST(told("<p>&#181;m &#xb5;m&nbsp;&deg;C &le; &unknown; & &#0; &#xD800; a<b 1 < 2") ==
               "1:0 µm µm °C ≤ &unknown; & &#0; &#xD800; a|");
    BOOST_TEST(told("<p>1 < 2 &amp") == "1:0 1 < 2 &amp|");
}

BOOST_AUTO_TEST_CASE(what_is_cut_off_or_without_bounds_is_refused) {
    BOOST_TEST(told("<table><tr><td>1</td></tr>") == "truncated");
    BOOST_TEST(told("<table><tr><td>1</td></tr></tab") == "truncated");
    std::string wide = "<table><tr>";
    for (int i = 0; i < 600; ++i) wide += "<td>1</td>";
    BOOST_TEST(told(wide + "</tr></table>") == "too_large");
    std::string tall = "<table><tr>";
    for (int i = 0; i < 500; ++i) tall += "<td rowspan=60000>1</td>";
    for (int i = 0; i < 500; ++i) tall += "<tr><td>2";
    BOOST_TEST(told(tall + "</table>") == "too_large");
}

BOOST_AUTO_TEST_CASE(it_is_read_by_a_mapping) {
    const auto mapping = Mapping::parse(R"({"header": ["specimen", "value"], "end": "",
        "columns": {"specimen": "specimen", "code": "code", "value": "value"}})");
    const Reading reading = read("", document, std::get<Mapping>(mapping));
    BOOST_TEST(reading.format == "html");
    BOOST_REQUIRE(!reading.refused);
    BOOST_REQUIRE(reading.observations.size() == 2u);
    const Observation& o = reading.observations[1];
    BOOST_TEST(o.specimen == "YP-1");
    BOOST_TEST(o.code == "Pb total");
    BOOST_TEST(o.decimal.value_or("") == "2.50");
    BOOST_TEST(document.substr(o.span.offset, o.span.length).ends_with("<b>P</b>b<br>total</td><td>2.50"));
    BOOST_TEST(read("csv", document).refused->code == "other_format");
    BOOST_TEST(read("", "<?xml version=\"1.0\"?>\n<!DOCTYPE html><html></html>").format == "html");
    BOOST_TEST(read("", "<results><table/></results>").format.empty());
}

BOOST_AUTO_TEST_CASE(damaged_documents_are_read_or_refused) {
    test::expectSaneWhenDamaged("html", document);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
