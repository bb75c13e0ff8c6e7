#include <xlsxwriter.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Shipped.h"
#include "instruments/gateway/Arguments.h"
#include "tests/support/TempFolder.h"

// What each shipped mapping reads, told by exports/MAPPING/NAME with invented samples and beside it NAME.results:
//   specimen, position, code, value, unit, then what else is known (kind=control flags=… time=… operator=…
//   instrument=…) "series", name, kind, points, unit of y; "warning", code; "refused", code
// all separated by tabs, in the order in which they are read. An export is a text as the device writes it, or
// NAME.sheets: a workbook, its sheets each begun by "=== NAME", cells separated by tabs. A cell that is a number is
// stored as one, '12 as a text, @2026-01-05T08:30:00 as a date.
namespace touchstone::instruments {
namespace {

namespace fs = std::filesystem;

const fs::path exports = fs::path(TOUCHSTONE_SOURCE) / "tests/unit/instruments/exports";

std::vector<std::string> split(const std::string& text, char delimiter) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, delimiter);) parts.push_back(part);
    return parts;
}

class WorkbookWriter {
public:
    WorkbookWriter() { format_set_num_format(dates_, "yyyy-mm-dd hh:mm:ss"); }

    void line(const std::string& text) {
        if (text.starts_with("=== ")) {
            sheet_ = workbook_add_worksheet(book_, text.substr(4).c_str());
            row_ = 0;
            return;
        }
        BOOST_REQUIRE(sheet_ != nullptr);
        lxw_col_t column = 0;
        for (const std::string& cell : split(text, '\t')) put(cell, column++);
        ++row_;
    }

    std::string bytes() {
        BOOST_REQUIRE(workbook_close(book_) == LXW_NO_ERROR);
        return readFile(file_);
    }

private:
    void put(const std::string& cell, lxw_col_t column) {
        double number = 0;
        const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
        if (cell.empty()) return;
        if (cell[0] == '@') {
            lxw_datetime time{};
            BOOST_REQUIRE(std::sscanf(cell.c_str(), "@%d-%d-%dT%d:%d:%lf", &time.year, &time.month, &time.day,
                                      &time.hour, &time.min, &time.sec) == 6);
            worksheet_write_datetime(sheet_, row_, column, &time, dates_);
        } else if (fault == std::errc() && end == cell.data() + cell.size()) {
            worksheet_write_number(sheet_, row_, column, number, nullptr);
        } else {
            worksheet_write_string(sheet_, row_, column, cell.c_str() + (cell[0] == '\'' ? 1 : 0), nullptr);
        }
    }

    test::TempFolder folder_;
    std::string file_ = folder_.path("export.xlsx");
    lxw_workbook* book_ = workbook_new(file_.c_str());
    lxw_format* dates_ = workbook_add_format(book_);
    lxw_worksheet* sheet_ = nullptr;
    lxw_row_t row_ = 0;
};

std::string bytesOf(const fs::path& file) {
    const std::string text = readFile(file.string());
    if (file.extension() != ".sheets") return text;
    WorkbookWriter writer;
    for (const std::string& line : split(text, '\n')) writer.line(line);
    return writer.bytes();
}

std::string told(const Observation& o) {
    std::string line = o.specimen + '\t' + o.position + '\t' + o.code + '\t' + o.value + '\t' + o.unit;
    if (o.kind == ObservationKind::Control) line += "\tkind=control";
    if (o.kind == ObservationKind::Calibration) line += "\tkind=calibration";
    if (!o.decimal) line += "\tno number";
    if (!o.flags.empty()) line += "\tflags=" + o.flags;
    if (!o.observedAt.empty()) line += "\ttime=" + o.observedAt;
    if (!o.operatorName.empty()) line += "\toperator=" + o.operatorName;
    if (!o.instrument.empty()) line += "\tinstrument=" + o.instrument;
    return line + '\n';
}

std::string results(const Reading& reading, const std::vector<Series>& series) {
    if (reading.refused) return "refused\t" + reading.refused->code + '\n';
    std::string all;
    for (const Observation& o : reading.observations) all += told(o);
    for (const Series& s : series) {
        all += "series\t" + s.name + '\t' + s.kind + '\t' + std::to_string(s.y.size()) + '\t' + s.unit + '\n';
    }
    for (const Finding& warning : reading.warnings) all += "warning\t" + warning.code + '\n';
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ShippedMappings)

BOOST_AUTO_TEST_CASE(each_recognises_its_exports_and_reads_them_whole) {
    std::size_t read = 0;
    for (const auto& entry : fs::recursive_directory_iterator(exports)) {
        const fs::path& file = entry.path();
        if (!entry.is_regular_file() || file.extension() == ".results") continue;
        BOOST_TEST_CONTEXT(file.lexically_relative(exports)) {
            std::vector<Series> series;
            const Reading reading = touchstone::instruments::read("", bytesOf(file), {},
                                                                  [&](Series&& s) { series.push_back(std::move(s)); });
            BOOST_TEST(reading.mapping == file.parent_path().filename().string());
            BOOST_TEST(results(reading, series) == readFile(fs::path(file).replace_extension(".results").string()));
        }
        ++read;
    }
    BOOST_TEST(read > 0u);
}

BOOST_AUTO_TEST_CASE(exports_lie_in_folders_named_as_mappings) {
    for (const auto& entry : fs::directory_iterator(exports)) {
        BOOST_TEST(shippedMapping(entry.path().filename().string()) != nullptr, entry.path());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
