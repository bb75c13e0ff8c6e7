#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/corpora/Files.h"

// Chromatograms and mass spectra of real instruments, against what ncdump of the netCDF library says of them.
namespace touchstone::instruments {
namespace {

using test::FileReading;

const std::vector<FileReading>& files() {
    static const std::vector<FileReading> all = test::readCorpus("andi");
    return all;
}

struct Close {
    void operator()(FILE* pipe) const { ::pclose(pipe); }
};

std::string outputOf(const std::string& command) {
    const std::unique_ptr<FILE, Close> pipe(::popen(command.c_str(), "r"));
    BOOST_REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 65536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) output.append(buffer.data(), size);
    return output;
}

bool hasNcdump() {
    static const bool has = std::system("command -v ncdump >/dev/null 2>&1") == 0;
    if (!has) std::cout << "SKIPPED: no ncdump (netcdf-bin)\n";
    return has;
}

/// The values of a variable; none where the file has no such variable.
std::vector<double> dumped(const std::filesystem::path& file, const std::string& variable) {
    const std::string text = outputOf("ncdump -p 9,17 -v " + variable + " '" + file.string() + "' 2>/dev/null");
    const std::size_t data = text.rfind("\n " + variable + " =");
    std::vector<double> values;
    if (data == std::string::npos) return values;
    const bool single = text.find("float " + variable) != std::string::npos;
    std::string list = text.substr(text.find('=', data) + 1);
    std::istringstream parts(list.substr(0, list.find(';')));
    for (std::string part; std::getline(parts, part, ',');) {
        values.push_back(single ? static_cast<double>(std::strtof(part.c_str(), nullptr)) : std::strtod(part.c_str(), nullptr));
    }
    return values;
}

/// All series of a kind, one behind the other.
std::vector<double> joined(const FileReading& file, const std::string& kind, const std::string& name,
                           std::vector<double> Series::*values) {
    std::vector<double> all;
    for (const Series& s : file.series) {
        const bool wanted = s.kind == kind && (name.empty() || s.name == name);
        if (wanted) all.insert(all.end(), (s.*values).begin(), (s.*values).end());
    }
    return all;
}

/// Of the observations whose codes end like this; the files keep them in single precision.
std::vector<double> valuesOf(const FileReading& file, const std::string& suffix) {
    std::vector<double> all;
    for (const Observation& o : file.reading.observations) {
        if (o.code.ends_with(suffix)) all.push_back(static_cast<double>(std::stof(o.decimal.value())));
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(AndiCorpus)

BOOST_AUTO_TEST_CASE(every_file_is_read_without_a_doubt) {
    for (const FileReading& file : files()) {
        BOOST_TEST(file.reading.format == "andi");
        BOOST_TEST(!file.reading.refused.has_value(), file.file);
        BOOST_TEST(file.warnings("truncated") + file.warnings("scan_range") + file.warnings("scan_count") == 0, file.file);
        BOOST_TEST(!file.series.empty(), file.file);
    }
}

BOOST_AUTO_TEST_CASE(all_numbers_are_those_of_ncdump) {
    const auto paths = test::corpusFiles("andi");
    if (paths.empty() || !hasNcdump()) return;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const FileReading& file = files()[i];
        std::size_t compared = 0;
        const auto same = [&](const std::string& variable, const std::vector<double>& found) {
            const auto expected = dumped(paths[i], variable);
            BOOST_TEST((expected == found), file.file << " " << variable << " " << expected.size() << " " << found.size());
            compared += expected.size();
        };
        same("mass_values", joined(file, "mass_spectrum", "", &Series::x));
        same("intensity_values", joined(file, "mass_spectrum", "", &Series::y));
        same("total_intensity", joined(file, "chromatogram", "TIC", &Series::y));
        same("scan_acquisition_time", joined(file, "chromatogram", "TIC", &Series::x));
        const bool trace = !dumped(paths[i], "ordinate_values").empty();
        if (trace) {
            same("ordinate_values", joined(file, "chromatogram", "", &Series::y));
            const auto times = dumped(paths[i], "raw_data_retention");
            if (!times.empty()) same("raw_data_retention", joined(file, "chromatogram", "", &Series::x));
            same("peak_area", valuesOf(file, "/area"));
        }
        BOOST_TEST(compared > 0u, file.file);
        std::cout << file.file << ": " << compared << " numbers as in ncdump\n";
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
