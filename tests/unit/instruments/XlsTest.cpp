#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <variant>

#include "instruments/formats/BinaryWorkbook.h"
#include "instruments/formats/CompoundFile.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Workbook.h"
#include "instruments/gateway/Arguments.h"
#include "tests/unit/instruments/Biff.h"

namespace touchstone::instruments {
namespace {

using namespace test;

constexpr const char* kept[] = {"cells.xls", "dates-1904.xls", "long-texts.xls"};

std::string file(const std::string& name) {
    return readFile(std::string(TOUCHSTONE_SOURCE) + "/tests/unit/instruments/workbooks/" + name);
}

std::string described(const std::variant<std::vector<Sheet>, Finding>& workbook) {
    if (const auto* const fault = std::get_if<Finding>(&workbook)) return fault->code;
    std::string all;
    for (const Sheet& sheet : std::get<std::vector<Sheet>>(workbook)) {
        all += "=== " + sheet.name() + "\n";
        for (std::size_t row = 0; row < sheet.rowCount(); ++row) {
            for (const Sheet::Cell& cell : sheet.cells(row)) {
                all += std::to_string(sheet.number(row)) + ":" + std::to_string(cell.column) +
                       (cell.binary ? "=" : " ") + sheet.text(cell) + "\n";
            }
        }
    }
    return all;
}

std::string read(const std::string& bytes) {
    return described(readBinaryWorkbook(bytes));
}

/// Cells of one sheet, without the line of its name.
std::string cells(const std::string& records, const std::string& globals = "", Biff version = Biff::Excel97) {
    const std::string all = read(binaryWorkbook({records}, globals, version));
    return all.starts_with("=== S1\n") ? all.substr(7) : all;
}

/// Where the cell A1 stands, of the first style.
const std::string a1 = words({0, 0, 0});

std::string number(double value, std::uint16_t style = 0) {
    return record(0x0203, words({0, 0, style}) + real(value));
}

std::string formula(const std::string& result) {
    return record(0x0006, a1 + result + std::string(8, '\0'));
}

std::string style(std::uint16_t format) {
    return record(0x00E0, words({0, format}) + std::string(16, '\0'));
}

std::string strings(std::uint32_t count, const std::string& texts) {
    return record(0x00FC, little(count, 4) + little(count, 4) + texts);
}

std::string shared(std::uint16_t row, std::uint32_t index) {
    return record(0x00FD, words({row, 0, 0}) + little(index, 4));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Xls)

BOOST_AUTO_TEST_CASE(cells_are_those_of_the_same_workbook_as_xlsx) {
    const std::string cells = read(file("cells.xls"));
    BOOST_TEST(cells == described(readWorkbook(file("cells.xlsx"))));
    for (const char* const one : {
             "=== Results\n1:0 Sample ID\n",
             "2:2=0.125\n",
             "2:3 \u00B5g/L\n",
             "2:4 2026-01-05T08:30:00\n",
             "2:5 08:30:15\n",
             "2:6 TRUE\n",
             "2:7=0.125\n",
             "3:1 \u9549\n",
             "3:4 2026-01-06\n",
             "4:2=1234567890123\n",
             "6:0=0.25\n",
             "6:1 YP-1/\u9549\n",
             "6:2 #DIV/0!\n",
             "6:3 TRUE\n",
             "6:4 2026-01-06T08:30:00\n",
             "6:5 #N/A\n",
             "10:0 Batch 7\n10:1=9\n11:0 Batch 7\n11:1=10\n12:0 Batch 7\n",
             "14:0 H2O\n14:255 last column\n",
             "65536:0 last row\n=== \u7A7A\n=== Hidden\n3:3 seen\n",
         }) {
        BOOST_TEST(cells.find(one) != std::string::npos, one);
    }
}

BOOST_AUTO_TEST_CASE(dates_count_from_1904_where_the_workbook_says_so) {
    BOOST_TEST(read(file("dates-1904.xls"))
                   .starts_with("=== Run\n1:0 time\n1:1 2026-01-05T08:30:00\n1:2 2026-01-05\n1:3 12:00:00\n1:4=3\n"));
}

BOOST_AUTO_TEST_CASE(numbers_are_the_shortest_that_mean_the_stored_double) {
    BOOST_TEST(
        read(file("dates-1904.xls"))
            .ends_with(
                "=== "
                "Packed\n1:0=0.01\n1:1=-0.07\n1:2=1.1\n1:3=12345678.91\n1:4=536870911\n1:5=-536870912\n1:6=536870912\n"
                "1:7=0.30000000000000004\n1:8=1e-09\n1:9=6.02214076e+23\n1:10=100000000000000000000\n1:11=0.000387\n"));
    BOOST_TEST(cells(number(-0.0)) == "1:0=0\n");
    BOOST_TEST(cells(number(1.7976931348623157e308)) == "1:0=1.7976931348623157e+308\n");
    const auto packed = [](std::uint32_t value) { return cells(record(0x027E, a1 + little(value, 4))); };
    BOOST_TEST(packed(0x3FF00000) == "1:0=1\n");     // the upper half of a double
    BOOST_TEST(packed(0x3FF00001) == "1:0=0.01\n");  // and a hundredth of it
    BOOST_TEST(packed(4U * 12'345 + 2) == "1:0=12345\n");
    BOOST_TEST(packed(4U * 12'345 + 3) == "1:0=123.45\n");
    BOOST_TEST(packed(0xFFFFFFFF) == "1:0=-0.01\n");
    BOOST_TEST(cells(record(0x00BD, words({2, 7, 0}) + little(6, 4) + words({0}) + little(11, 4) + words({8}))) ==
               "3:7=1\n3:8=0.02\n");
}

BOOST_AUTO_TEST_CASE(a_number_is_a_date_by_the_format_of_its_style) {
    const std::string own = record(0x041E, words({170}) + narrow("[$-409]d/m/yy h:mm;@"));
    const std::string renamed = record(0x041E, words({14}) + narrow("0.00"));
    BOOST_TEST(cells(number(46'027.5, 1), style(0) + own + style(170)) == "1:0 2026-01-05T12:00:00\n");
    BOOST_TEST(cells(number(46'027.5, 0), style(0) + own + style(170)) == "1:0=46027.5\n");
    BOOST_TEST(cells(number(46'027, 0), style(14)) == "1:0 2026-01-05\n");
    BOOST_TEST(cells(number(46'027, 0), style(14) + renamed) == "1:0=46027\n");
    BOOST_TEST(cells(number(46'027, 9), style(14)) == "1:0=46027\n");
    BOOST_TEST(cells(number(-1, 0), style(14)) == "1:0=-1\n");
}

BOOST_AUTO_TEST_CASE(formulas_give_what_they_gave_when_the_file_was_written) {
    const auto other = [](std::uint64_t kind, std::uint64_t value) {
        return little(kind | value << 16U | 0xFFFFULL << 48U, 8);
    };
    const std::string array = record(0x0221, std::string(12, '\0'));
    BOOST_TEST(cells(formula(real(2.5))) == "1:0=2.5\n");
    BOOST_TEST(cells(formula(other(1, 0))) == "1:0 FALSE\n");
    BOOST_TEST(cells(formula(other(2, 0x17))) == "1:0 #REF!\n");
    BOOST_TEST(cells(formula(other(3, 0))) == "");
    BOOST_TEST(cells(formula(other(0, 0)) + array + record(0x0207, narrow("< 5"))) == "1:0 < 5\n");
    BOOST_TEST(cells(formula(other(0, 0)) + record(0x0207, words({4}) + std::string("\0ab", 3)) +
                     record(0x003C, "\1" + words({0x94C5, 'd'}))) == "1:0 ab\u94C5d\n");
    BOOST_TEST(cells(formula(other(0, 0))) == "xls_broken");
    BOOST_TEST(cells(formula(other(0, 0)) + formula(other(0, 0)) + record(0x0207, narrow("a"))) == "xls_broken");
    BOOST_TEST(cells(formula(other(7, 0))) == "xls_broken");
    BOOST_TEST(cells(record(0x0205, a1 + "\x24\x01")) == "1:0 #NUM!\n");
    BOOST_TEST(cells(record(0x0205, a1 + std::string("\1\0", 2))) == "1:0 TRUE\n");
    BOOST_TEST(cells(record(0x0205, a1 + "\x33\x01")) == "xls_broken");
}

BOOST_AUTO_TEST_CASE(shared_texts_go_on_over_records) {
    const std::string rich = words({3}) + '\x08' + words({2}) + "H2O" + std::string(8, 'r');
    const std::string phonetic = words({1}) + '\x05' + little(6, 4) + words({0x94C5}) + std::string(6, 'p');
    const std::string all = strings(4, rich + phonetic + narrow("") + words({4}) + std::string("\0ab", 3)) +
                            record(0x003C, "\1" + words({0x6D4B})) + record(0x003C, std::string("\0z", 2));
    BOOST_TEST(cells(shared(0, 0) + shared(1, 1) + shared(2, 2) + shared(3, 3) + shared(4, 0), all) ==
               "1:0 H2O\n2:0 \u94C5\n4:0 ab\u6D4Bz\n5:0 H2O\n");
    const std::string runsGoOn =
        strings(2, words({1}) + '\x08' + words({1}) + "a" + "rr") + record(0x003C, "rr" + narrow("b"));
    BOOST_TEST(cells(shared(0, 0) + shared(1, 1), runsGoOn) == "1:0 a\n2:0 b\n");
    BOOST_TEST(cells(shared(0, 0), strings(1, wide(u"\xD800"))) == "1:0 \uFFFD\n");
    BOOST_TEST(cells(shared(0, 1), strings(1, narrow("a"))) == "xls_broken");
    BOOST_TEST(cells(shared(0, 0), strings(1, words({9}) + std::string("\0a", 2))) == "xls_broken");
    BOOST_TEST(cells(shared(0, 0), strings(1, words({2}) + '\1' + "abc") + record(0x003C, "\1d")) == "xls_broken");
    const std::string texts = read(file("long-texts.xls"));
    std::string narrowText, wideText;
    for (int i = 0; i < 1'500; ++i) narrowText += "\u00E9";
    for (int i = 0; i < 700; ++i) wideText += "\u5B57\u00E9";
    for (const std::string row : {"0", "1", "2", "3"}) {
        BOOST_TEST(texts.find(":0 narrow " + row + " " + narrowText + "\n") != std::string::npos);
        BOOST_TEST(texts.find(":1 wide " + row + " " + wideText + "\n") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(cells_of_charts_are_not_the_sheets) {
    BOOST_TEST(cells(bof(chartKind) + number(7) + eof + record(0x0204, a1 + wide(u"\u94C5"))) == "1:0 \u94C5\n");
    std::string chart = binaryWorkbook({number(7), number(8)});
    chart[chart.find("S1") - 3] = 2;
    BOOST_TEST(read(chart) == "=== S1\n=== S2\n1:0=8\n");
}

BOOST_AUTO_TEST_CASE(workbooks_of_excel_95) {
    const auto codePage = [](std::uint16_t number) { return record(0x0042, words({number})); };
    const auto label = [](const std::string& text) { return record(0x0204, a1 + words({text.size()}) + text); };
    const std::string runs = "\1" + std::string(2, '\0');
    const auto of95 = [](const std::string& records, const std::string& globals) {
        return cells(records, globals, Biff::Excel95);
    };
    BOOST_TEST(of95(label("\xC7\xA6"), codePage(936)) == "1:0 \u94C5\n");
    BOOST_TEST(of95(label("\xB5g/L"), codePage(0x8001)) == "1:0 \u00B5g/L\n");
    BOOST_TEST(of95(record(0x00D6, a1 + words({2}) + "Pb" + runs), "") == "1:0 Pb\n");
    BOOST_TEST(of95(number(46'027, 0), record(0x041E, words({170}) + '\5' + "d.m.y") + style(170)) ==
               "1:0 2026-01-05\n");
    BOOST_TEST(of95(label("\xB5g/L"), "") == "bad_charset");
    BOOST_TEST(of95(label("\xB5g/L"), codePage(1'200)) == "bad_charset");
    BOOST_TEST(of95(label("\xC7"), codePage(936)) == "bad_charset");
}

BOOST_AUTO_TEST_CASE(what_is_locked_old_broken_or_none_is_refused) {
    const std::string whole = file("cells.xls");
    const auto renamed = [&](const std::u16string& from, const std::u16string& to) {
        std::string bytes = whole;
        const std::string name = wide(from).substr(3);
        return bytes.replace(bytes.find(name), name.size(), wide(to).substr(3));
    };
    BOOST_TEST(cells("", record(0x002F, std::string(54, 'k'))) == "xls_encrypted");
    BOOST_TEST(read(renamed(u"Workbook", u"WordDocu")) == "xls_no_workbook");
    BOOST_TEST(read(renamed(u"Workbook", u"WORKBOOK")) == read(whole));
    BOOST_TEST(read(record(0x0009, words({2, 0x10}))) == "xls_too_old");
    BOOST_TEST(read(record(0x0209, words({0, 0x10, 0}))) == "xls_too_old");
    BOOST_TEST(read(binaryWorkbook({})) == "xls_broken");
    BOOST_TEST(cells(record(0x0203, words({0, 256, 0}) + real(1))) == "xls_broken");
    BOOST_TEST(cells(record(0x0203, a1 + real(std::bit_cast<double>(~0ULL)))) == "xls_broken");
    BOOST_TEST(cells(record(0x0203, a1)) == "xls_broken");
    BOOST_TEST(read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old") == "xls_broken");
    std::string twice = binaryWorkbook({number(1), number(2)});
    twice.replace(twice.find("S2") - 8, 4, twice.substr(twice.find("S1") - 8, 4));
    BOOST_TEST(read(twice) == "xls_broken");
    BOOST_TEST(detect(whole) == "xls");
    BOOST_TEST(instruments::read("", whole).format == "xls");
    BOOST_TEST(instruments::read("", binaryWorkbook({})).refused.value().code == "xls_broken");
}

/// Sector 0 of the table says what comes after each sector.
BOOST_AUTO_TEST_CASE(chains_that_never_end_are_refused) {
    for (const char* const name : kept) {
        const std::string whole = file(name);
        const std::size_t table = (static_cast<unsigned char>(whole[76]) + 1U) * 512;
        for (std::uint32_t sector = 0; sector < 128; ++sector) {
            for (const std::uint32_t next : {sector, 0U, 1U, 0xFFFFFFFFU, 0x7FFFFFFFU}) {
                std::string bytes = whole;
                bytes.replace(table + sector * 4, 4, little(next, 4));
                const std::string found = read(bytes);
                BOOST_TEST((found.starts_with("xls_") || found == read(whole)), name << " " << sector << " " << next);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_span_is_where_the_sheet_begins) {
    const std::string bytes = file("dates-1904.xls");
    const auto workbook = readBinaryWorkbook(bytes);
    const Sheet& sheet = std::get<std::vector<Sheet>>(workbook)[0];
    const Span span = sheet.span(sheet.cells(0)[0]);
    BOOST_REQUIRE(span.offset + span.length <= bytes.size());
    BOOST_TEST(bytes.substr(span.offset, 2) == "\x09\x08");
}

/// What is cut off behind the workbook, such as who wrote it, is no loss.
BOOST_AUTO_TEST_CASE(a_file_that_was_cut_is_refused_or_whole) {
    for (const char* const name : kept) {
        const std::string bytes = file(name), whole = read(bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const std::string found = read(bytes.substr(0, size));
            BOOST_REQUIRE_MESSAGE(found.starts_with("xls_") || found == whole, name << " cut at " << size);
        }
    }
    const std::string bare = binaryWorkbook({number(1)});
    for (std::size_t size = 0; size < bare.size(); ++size) BOOST_REQUIRE(read(bare.substr(0, size)) == "xls_broken");
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_throw) {
    std::mt19937 random(20261129);
    for (const char* const name : kept) {
        const std::string whole = file(name);
        for (int round = 0; round < 2'000; ++round) {
            std::string bytes = whole;
            for (auto changes = random() % 8 + 1; changes > 0; --changes) {
                bytes[random() % bytes.size()] = static_cast<char>(random());
            }
            static_cast<void>(instruments::read("xls", bytes));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
