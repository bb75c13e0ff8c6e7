#include <boost/test/unit_test.hpp>
#include <string>
#include <variant>

#include "instruments/formats/Table.h"

namespace touchstone::instruments {
namespace {

Sheet split(const std::string& bytes, char delimiter = 0) {
    return std::get<Sheet>(splitText(decode(bytes, "").text, delimiter));
}

std::string grid(const Sheet& sheet) {
    std::string all;
    for (std::size_t row = 0; row < sheet.rowCount(); ++row) {
        all += std::to_string(sheet.number(row));
        for (const Sheet::Cell& cell : sheet.cells(row)) {
            all += " " + std::to_string(cell.column) + "=" + sheet.text(cell);
        }
        all += "\n";
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Table)

BOOST_AUTO_TEST_CASE(rows_may_be_ragged_and_what_is_empty_is_not_kept) {
    BOOST_TEST(grid(split("a,b,c\n,,\n\n 1 ,,\"\"\nx\n")) == "1 0=a 1=b 2=c\n4 0=1\n5 0=x\n");
    BOOST_TEST(grid(split("")) == "");
    BOOST_TEST(grid(split(std::string(100'000, ','))) == "");
}

BOOST_AUTO_TEST_CASE(any_line_end_ends_a_row) {
    for (const std::string end : {"\n", "\r\n", "\r"}) {
        BOOST_TEST(grid(split("a;b" + end + end + "1;2" + end)) == "1 0=a 1=b\n3 0=1 1=2\n");
    }
}

BOOST_AUTO_TEST_CASE(the_first_line_that_holds_a_delimiter_shows_which_it_is) {
    BOOST_TEST(grid(split("Report\n\nName;Wert\nA;1,5\n")) == "1 0=Report\n3 0=Name 1=Wert\n4 0=A 1=1,5\n");
    BOOST_TEST(grid(split("sep=;\na;b,c\n")) == "1 0=a 1=b,c\n");
    BOOST_TEST(grid(split("a,b;c\n", '|')) == "1 0=a,b;c\n");
}

BOOST_AUTO_TEST_CASE(cells_in_quotes_may_hold_anything) {
    BOOST_TEST(grid(split("\"a,\"\"b\"\"\nc\",5\" pipe\n")) == "1 0=a,\"b\"\nc 1=5\" pipe\n");
    const auto open = splitText(decode("a,\"b\n1,2\n", "").text, ',');
    BOOST_TEST(std::get<Finding>(open).code == "unclosed_quote");
    BOOST_TEST(grid(splitHead(decode("a,\"b\n1,2\n", "").text, ',')) == "1 0=a 1=b\n1,2\n");
}

BOOST_AUTO_TEST_CASE(blanks_and_tabs_may_part_cells_however_many_there_are) {
    const Sheet sheet = split("  1   2\t 3 \r\nA\t\t\"x  y\"\n \n\tTitle\n", blanks);
    BOOST_TEST(grid(sheet) == "1 1=1 2=2 3=3\n2 0=A 1=\"x 2=y\"\n4 1=Title\n");
    BOOST_TEST(sheet.counted());
    BOOST_TEST(!split("a b", ' ').counted());
    BOOST_TEST(grid(split("a  b", ' ')) == "1 0=a 2=b\n");
}

BOOST_AUTO_TEST_CASE(spans_are_those_of_the_bytes) {
    const std::string bytes = "\xEF\xBB\xBFName,\"x y\"\n";
    const Sheet sheet = split(bytes);
    const Span span = sheet.span(sheet.cells(0)[1]);
    BOOST_TEST(bytes.substr(span.offset, span.length) == "\"x y\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
