#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <variant>

#include "instruments/formats/Delimited.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/SerialDate.h"
#include "instruments/formats/Workbook.h"
#include "tests/unit/instruments/Packed.h"

namespace touchstone::instruments {
namespace {

using test::Members, test::zipped;

const std::string styles = R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\-mm\-dd h:mm"/>
  <numFmt numFmtId="171" formatCode="0.0%"/><numFmt numFmtId="172" formatCode="0&quot;%&quot;"/></numFmts>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="20"/>
  <xf numFmtId="10"/><xf numFmtId="171"/><xf numFmtId="172"/></cellXfs></styleSheet>)";

/// A workbook of sheets "S1", "S2", …, each given by what stands in its <worksheet>.
Members workbook(const std::vector<std::string>& sheets, const std::string& properties = "") {
    Members members{{"xl/styles.xml", styles}};
    std::string list, relations;
    for (std::size_t i = 1; i <= sheets.size(); ++i) {
        const std::string number = std::to_string(i);
        list += "<sheet name=\"S" + number + "\" sheetId=\"" + number + "\" r:id=\"r" + number + "\"/>";
        relations +=
            "<Relationship Id=\"r" + number + "\" Type=\"x/worksheet\" Target=\"worksheets/s" + number + ".xml\"/>";
        members["xl/worksheets/s" + number + ".xml"] = "<worksheet>" + sheets[i - 1] + "</worksheet>";
    }
    members["xl/workbook.xml"] = "<workbook xmlns:r=\"r\">" + properties + "<sheets>" + list + "</sheets></workbook>";
    members["xl/_rels/workbook.xml.rels"] =
        "<Relationships>" + relations +
        "<Relationship Id=\"s\" Type=\"x/styles\" Target=\"styles.xml\"/>"
        "<Relationship Id=\"t\" Type=\"x/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/></Relationships>";
    return members;
}

std::vector<Sheet> opened(const std::string& bytes) {
    return std::get<std::vector<Sheet>>(readWorkbook(bytes));
}

std::string fault(const std::string& bytes) {
    const auto read = readWorkbook(bytes);
    const auto* const finding = std::get_if<Finding>(&read);
    return finding == nullptr ? "" : finding->code;
}

std::string cell(const std::string& xml, const std::string& properties = "") {
    const auto sheets = opened(zipped(workbook({"<sheetData><row r=\"1\">" + xml + "</row></sheetData>"}, properties)));
    return sheets[0].rowCount() == 0 ? "" : sheets[0].text(sheets[0].cells(0)[0]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Xlsx)

BOOST_AUTO_TEST_CASE(numbers_are_texts_as_stored) {
    BOOST_TEST(cell("<c r=\"A1\"><v>0.30000000000000004</v></c>") == "0.30000000000000004");
    BOOST_TEST(cell("<c r=\"A1\" t=\"n\"><f>1/3</f><v>3.87E-4</v></c>") == "3.87E-4");
    BOOST_TEST(cell("<c r=\"A1\"><v>96.0</v></c>") == "96");
}

BOOST_AUTO_TEST_CASE(strings_booleans_and_errors_are_texts) {
    BOOST_TEST(cell("<c t=\"inlineStr\"><is><r><t>H</t></r><r><t>gb</t></r><rPh><t>x</t></rPh></is></c>") == "Hgb");
    BOOST_TEST(cell("<c t=\"b\"><v>1</v></c>") == "TRUE");
    BOOST_TEST(cell("<c t=\"e\"><v>#N/A</v></c>") == "#N/A");
    BOOST_TEST(cell("<c t=\"str\"><f>A1</f><v> a </v></c>") == "a");
    Members members = workbook({"<sheetData><row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>9</v></c></row></sheetData>"});
    members["xl/sharedStrings.xml"] = "<sst><si><t>zero</t></si><si><t>one \xE9\x93\x85</t></si></sst>";
    const auto sheets = opened(zipped(members));
    BOOST_TEST(sheets[0].rowText(0) == "one \xE9\x93\x85");
}

BOOST_AUTO_TEST_CASE(a_number_in_a_format_of_dates_is_a_date) {
    BOOST_TEST(cell("<c s=\"1\"><v>46027</v></c>") == "2026-01-05");
    BOOST_TEST(cell("<c s=\"2\"><v>46027.354166666664</v></c>") == "2026-01-05T08:30:00");
    BOOST_TEST(cell("<c s=\"3\"><v>0.354166666666667</v></c>") == "08:30:00");
    BOOST_TEST(cell("<c s=\"1\"><v>44565</v></c>", "<workbookPr date1904=\"1\"/>") == "2026-01-05");
    BOOST_TEST(cell("<c s=\"0\"><v>46027</v></c>") == "46027");
    BOOST_TEST(serialDate(59, false) == "1900-02-28");
    BOOST_TEST(serialDate(61, false) == "1900-03-01");
    BOOST_TEST(serialDate(-1, false) == "");
    BOOST_TEST(isDateFormat("[$-409]m/d/yy h:mm AM/PM;@"));
    BOOST_TEST(!isDateFormat("0.00\" d\""));
    BOOST_TEST(!isDateFormat("[Red]0.00"));
}

BOOST_AUTO_TEST_CASE(a_number_in_a_format_of_percents_is_what_a_person_sees) {
    BOOST_TEST(cell("<c s=\"4\"><v>0.87</v></c>") == "87%");
    BOOST_TEST(cell("<c s=\"5\"><v>8.65E-2</v></c>") == "8.65%");
    BOOST_TEST(cell("<c s=\"5\" t=\"str\"><v>0.5</v></c>") == "0.5");
    BOOST_TEST(cell("<c s=\"6\"><v>87</v></c>") == "87");
}

BOOST_AUTO_TEST_CASE(cells_stand_where_they_say_and_a_merged_area_speaks_for_its_rows) {
    const auto sheets = opened(zipped(workbook(
        {"<sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"XFD2\"><v>2</v></c></row><row r=\"5\"><c "
         "r=\"C5\"><v>3</v></c></row>"
         "<row r=\"9\"><c r=\"C9\"><v>4</v></c></row></sheetData><mergeCells><mergeCell ref=\"B2:B5\"/></mergeCells>",
         "<sheetData/>"})));
    BOOST_REQUIRE(sheets.size() == 2u);
    BOOST_TEST(sheets[0].number(0) == 2u);
    BOOST_TEST(sheets[0].text(0, 16'383) == "2");
    BOOST_TEST(sheets[0].text(1, 1) == "1");
    BOOST_TEST(sheets[0].text(2, 1) == "");
    BOOST_TEST(sheets[1].rowCount() == 0u);
}

BOOST_AUTO_TEST_CASE(a_letter_merged_over_the_lines_of_its_wells_hides_none_of_them) {
    const auto text = [](const std::string& at, const std::string& said) {
        return "<c r=\"" + at + "\" t=\"inlineStr\"><is><t>" + said + "</t></is></c>";
    };
    const auto row = [&](int number, const std::string& letter, const std::string& line) {
        const std::string n = std::to_string(number);
        return "<row r=\"" + n + "\">" + (letter.empty() ? "" : text("A" + n, letter)) + "<c r=\"B" + n + "\"><v>" + n +
               "</v></c><c r=\"C" + n + "\"><v>0.5</v></c>" + text("D" + n, line) + "</row>";
    };
    const std::string bytes =
        zipped(workbook({"<sheetData><row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"C1\"><v>2</v></c></row>" +
                         row(2, "A", "Max V") + row(3, "", "Lagtime") + row(4, "B", "Max V") + row(5, "", "Lagtime") +
                         "</sheetData><mergeCells><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"A4:A5\"/></mergeCells>"}));
    const auto mapping = Mapping::parse(R"j({"constants": {"specimen": "YP-1", "code": "{line}"}, "plate": {}})j");
    std::string all;
    for (const Observation& o : read("", bytes, std::get<Mapping>(mapping)).observations) {
        all += o.position + " " + o.code + "=" + o.value + "\n";
    }
    BOOST_TEST(all ==
               "A1 Max V=2\nA2 Max V=0.5\nA1 Lagtime=3\nA2 Lagtime=0.5\n"
               "B1 Max V=4\nB2 Max V=0.5\nB1 Lagtime=5\nB2 Lagtime=0.5\n");
}

BOOST_AUTO_TEST_CASE(another_sheet_that_looks_alike_is_told_of) {
    const auto table = [](const std::string& name) {
        return "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + name +
               "</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Amount</t></is></c></row>"
               "<row r=\"2\"><c r=\"A2\"><v>7</v></c><c r=\"B2\"><v>0.5</v></c></row></sheetData>";
    };
    const std::string bytes = zipped(workbook({table("ID"), table("ID"), table("Remark"), "<sheetData/>"}));
    const auto told = [&](const std::string& sheet) {
        const auto mapping = Mapping::parse("{" + sheet + R"j("header": ["ID", "Amount"], "constants": {"code": "c"},
            "columns": {"specimen": "ID", "value": "Amount"}})j");
        const Reading reading = read("", bytes, std::get<Mapping>(mapping));
        std::string all = std::to_string(reading.observations.size());
        for (const Finding& f : reading.warnings) all += " " + f.code + " " + f.about;
        return all;
    };
    const auto sheets = opened(bytes);
    BOOST_REQUIRE(sheets.size() == 4u);
    BOOST_TEST(told("") == "1 sheet_unread " + sheets[1].name());
    BOOST_TEST(told("\"sheet\": \"" + sheets[0].name() + "\",") == "1");
}

BOOST_AUTO_TEST_CASE(a_result_is_the_decimal_that_a_spreadsheet_shows) {
    const std::string bytes = zipped(workbook(
        {"<sheetData><row><c t=\"inlineStr\"><is><t>specimen</t></is></c><c t=\"inlineStr\"><is><t>code</t></is></c>"
         "<c t=\"inlineStr\"><is><t>value</t></is></c></row><row><c t=\"inlineStr\"><is><t>YP-1</t></is></c>"
         "<c t=\"inlineStr\"><is><t>Pb</t></is></c><c><v>0.30000000000000004</v></c></row></sheetData>"}));
    BOOST_TEST(detect(bytes) == "xlsx");
    const Reading reading = read("", bytes);
    BOOST_REQUIRE(reading.observations.size() == 1u);
    BOOST_TEST(reading.observations[0].value == "0.30000000000000004");
    BOOST_TEST(*reading.observations[0].decimal == "0.3");
    BOOST_TEST(reading.observations[0].span.length > 0u);
    BOOST_TEST(reading.observations[0].span.offset + reading.observations[0].span.length <= bytes.size());
}

BOOST_AUTO_TEST_CASE(what_is_broken_or_too_large_is_refused) {
    BOOST_TEST(fault("PK\x03\x04 xl/workbook.xml") == "xlsx_broken");
    BOOST_TEST(fault(zipped({{"xl/workbook.xml", "<workbook>"}})) == "xlsx_broken");
    BOOST_TEST(fault(zipped(workbook({}))) == "xlsx_broken");
    BOOST_TEST(fault(zipped(workbook({"<sheetData><row r=\"9999999\"/></sheetData>"}))) == "xlsx_broken");
    BOOST_TEST(fault(zipped(workbook({"<sheetData><row><c r=\"AAAAA1\"><v>1</v></c></row></sheetData>"}))) ==
               "xlsx_broken");
    BOOST_TEST(fault(zipped(workbook({"<sheetData>" + std::string(40'000'000, ' ') + "</sheetData>"}))) == "too_large");
    Members bomb = workbook({"<sheetData/>"});
    bomb["xl/worksheets/s1.xml"] = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet>&a;</worksheet>";
    BOOST_TEST(fault(zipped(bomb)) == "xlsx_broken");
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_throw) {
    const std::string whole =
        zipped(workbook({"<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>"}));
    std::mt19937 random(20261122);
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes = whole;
        for (auto changes = random() % 8 + 1; changes > 0; --changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (random() % 4 == 0) bytes.resize(random() % bytes.size());
        const Reading reading = readXlsx(bytes);
        BOOST_REQUIRE(reading.observations.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
