#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>

#include "instruments/formats/Formats.h"

// mzML of other projects, right and broken. It is read where it lies; nothing of it is in this project.
namespace touchstone::instruments {
namespace {

namespace fs = std::filesystem;
using Codes = std::map<std::string, std::size_t>;

fs::path folder() {
    const char* const set = std::getenv("TOUCHSTONE_CORPORA");
    return (set != nullptr ? fs::path(set) : fs::path(TOUCHSTONE_SOURCE) / "../shared/corpora") / "mzml";
}

bool absent() {
    if (fs::is_directory(folder())) return false;
    std::cout << "SKIPPED: no corpora at " << folder().string() << " (TOUCHSTONE_CORPORA)\n";
    return true;
}

std::string bytesOf(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

struct Row {
    std::size_t series = 0, points = 0;
    Codes warnings;
    std::string refused;
    bool operator==(const Row&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
    out << row.series << " series, " << row.points << " points";
    for (const auto& [code, count] : row.warnings) out << ", " << code << " x" << count;
    return out << (row.refused.empty() ? "" : ", refused " + row.refused);
}

Row rowOf(const fs::path& file) {
    Row row;
    const Reading reading = read("", bytesOf(file), {}, [&](Series&& series) {
        ++row.series;
        row.points += series.y.size();
    });
    BOOST_TEST(reading.format == "mzml", file.filename().string());
    for (const Finding& warning : reading.warnings) ++row.warnings[warning.code];
    if (reading.refused) row.refused = reading.refused->code;
    return row;
}

/// A one-dimensional array of NumPy (format 1.0) of little-endian numbers.
template <class Number>
std::vector<double> numpy(const fs::path& file, const std::string& type) {
    const std::string bytes = bytesOf(file);
    BOOST_REQUIRE(bytes.size() > 10 && bytes.starts_with("\x93NUMPY\x01"));
    const std::size_t header = 10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    BOOST_REQUIRE(bytes.substr(0, header).find("'descr': '" + type + "'") != std::string::npos);
    std::vector<double> numbers((bytes.size() - header) / sizeof(Number));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + header + i * sizeof(Number), sizeof(Number));
        numbers[i] = static_cast<double>(number);
    }
    return numbers;
}

/// Their fileChecksum is right, and so are their offsets but where another warning is named.
const std::map<std::string, Row> expected{
    {"tiny.pwiz.1.1.mzML", {6, 65, {}, ""}},
    {"openms/QCCalculator_input.mzML", {6, 65, {}, ""}},
    {"three_test_scans.mzML", {5, 36715, {{"index_list_offset", 1}}, ""}},
    // Cut out of a larger file, whose index it kept.
    {"test.mzML", {3, 39876, {{"file_checksum", 1}, {"index_list_offset", 1}, {"index_offset", 1}}, ""}},
    // With lock masses; sha1sum says the same of its checksum.
    {"openms/InternalCalibration_2_lockmass.mzML.gz",
     {130, 12433, {{"file_checksum", 1}, {"index_list_offset", 1}}, ""}},
    // Wrong of its terms only, which have no bearing on the arrays.
    {"openms/MzMLFile_3_invalid.mzML", {6, 60, {}, ""}},
    // Arrays of other lengths than m/z, and texts.
    {"openms/MzMLFile_6_uncompressedcorrupt.mzML.gz", {8, 800, {{"lengths_differ", 7}, {"unsupported_type", 4}}, ""}},
    {"openms/FileFilter_39_input_corrupt.mzML", {0, 0, {{"bad_numpress", 2}, {"list_count", 1}}, ""}},
    // An index behind the end of the document.
    {"openms/IndexedmzMLFile_2_broken.mzML", {0, 0, {}, "bad_xml"}},
    {"openms/IndexedmzMLFile_3_broken.mzML", {0, 0, {}, "bad_xml"}},
    // Breaks off; gzip -t says so as well.
    {"20200204_BU_8B8egg_1ug_uL_7charges_60_min_Slot2-11_1_244.mzML.gz", {0, 0, {}, "gzip_truncated"}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(MzmlCorpus)

BOOST_AUTO_TEST_CASE(every_file_gives_what_is_in_it) {
    if (absent()) return;
    for (const auto& [file, row] : expected) {
        const Row found = rowOf(folder() / file);
        std::cout << "mzml " << file << ": " << found << '\n';
        BOOST_TEST(found == row, file);
    }
}

BOOST_AUTO_TEST_CASE(every_draft_is_refused) {
    if (absent()) return;
    std::size_t drafts = 0;
    for (const auto& entry : fs::directory_iterator(folder())) {
        const std::string name = entry.path().filename().string();
        if (name.find("mzML0.99") == std::string::npos && name != "1min.mzML") continue;
        ++drafts;
        BOOST_TEST(rowOf(entry.path()) == (Row{0, 0, {}, "unsupported_version"}), name);
    }
    BOOST_TEST(drafts > 0U);
}

BOOST_AUTO_TEST_CASE(numbers_are_those_that_numpy_kept) {
    if (absent()) return;
    std::optional<Series> first;
    const Reading reading = read("", bytesOf(folder() / "test.mzML"), {}, [&](Series&& series) {
        if (!first) first = std::move(series);
    });
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->name == "controllerType=0 controllerNumber=1 scan=1");
    BOOST_TEST((first->x == numpy<double>(folder() / "test_mzml_mz.npy", "<f8")));
    BOOST_TEST((first->y == numpy<float>(folder() / "test_mzml_intensity.npy", "<f4")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
