#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "tests/corpora/Files.h"

// Spectra that real instruments and the authors of the standard wrote. Nothing of them is in this project.
namespace touchstone::instruments {
namespace {

using test::FileReading;

const std::vector<FileReading>& spectra() {
    static const std::vector<FileReading> all = test::readCorpus("jcamp");
    return all;
}

const std::vector<double>& ordinatesOf(const std::string& file) {
    const FileReading* const found = test::fileNamed(spectra(), file);
    BOOST_REQUIRE_MESSAGE(found != nullptr && !found->series.empty(), file);
    return found->series[0].y;
}

/// The same by another way: each row is written out in plain numbers first, then read by strtod.
class PlainDecoder {
public:
    std::vector<double> decode(const std::string& table) {
        std::vector<double> all;
        bool repeats = false;
        std::string row;
        for (const char c : table + "\n") {
            if (c != '\n' && c != '\r') {
                row += c;
                continue;
            }
            row = row.substr(0, row.find("$$"));
            if (row.find_first_not_of(" \t") != std::string::npos) repeats = decodeRow(row, repeats, all);
            row.clear();
        }
        return all;
    }

private:
    static bool decodeRow(const std::string& row, bool repeats, std::vector<double>& all) {
        const char* at = row.c_str() + row.find_first_not_of(" \t");
        static_cast<void>(number(at, ""));
        bool first = repeats, difference = false;
        double step = 0;
        while (*at != '\0') {
            const char c = *at;
            if (c == ' ' || c == '\t' || c == ',') {
                ++at;
                continue;
            }
            if (const auto count = digitOf(c, "STUVWXYZs"); count > 0) {
                ++at;
                for (double left = number(at, std::to_string(count)); left > 1; --left) {
                    all.push_back(difference ? all.back() + step : all.back());
                }
                continue;
            }
            const int up = digitOf(c, "%JKLMNOPQR") - 1, down = digitOf(c, "jklmnopqr");
            const int plus = digitOf(c, "@ABCDEFGHI") - 1, minus = digitOf(c, "abcdefghi");
            difference = up >= 0 || down > 0;
            if (difference || plus >= 0 || minus > 0) ++at;
            const int lead = std::max({up, down, plus, minus});
            const double value = number(at, lead < 0 || (lead == 0 && !difference && plus < 0) ? "" : std::to_string(lead)) *
                                 (down > 0 || minus > 0 ? -1 : 1);
            if (difference) step = value;
            if (!first || difference) all.push_back(difference ? all.back() + value : value);
            first = false;
        }
        return difference;
    }

    static int digitOf(char c, const std::string& alphabet) {
        const std::size_t place = alphabet.find(c);
        return place == std::string::npos ? 0 : static_cast<int>(place) + 1;
    }

    /// Takes sign, digits, point and an exponent with a sign.
    static double number(const char*& at, const std::string& lead) {
        std::string text = lead;
        if (lead.empty() && (*at == '+' || *at == '-')) text += *at++;
        while ((*at >= '0' && *at <= '9') || *at == '.') text += *at++;
        if ((*at == 'E' || *at == 'e') && (at[1] == '+' || at[1] == '-')) {
            text += *at++;
            text += *at++;
            while (*at >= '0' && *at <= '9') text += *at++;
        }
        return std::strtod(text.c_str(), nullptr);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(JcampCorpus)

BOOST_AUTO_TEST_CASE(every_spectrum_is_read_and_what_is_none_is_refused) {
    for (const FileReading& file : spectra()) {
        const bool spectrum = file.file.find("DX-DIR") == std::string::npos;
        BOOST_TEST(!file.reading.refused.has_value() == spectrum, file.file);
        BOOST_TEST(!file.series.empty() == spectrum, file.file);
        BOOST_TEST(file.reading.observations.empty(), file.file);
        for (const Series& s : file.series) BOOST_TEST(s.x.size() == s.y.size(), file.file);
    }
}

BOOST_AUTO_TEST_CASE(no_points_are_lost_and_every_check_of_dif_form_holds_save_in_the_file_that_is_known_for_it) {
    for (const FileReading& file : spectra()) {
        BOOST_TEST(file.warnings("point_count") == 0, file.file);
        BOOST_TEST(file.warnings("unreadable_number") == 0, file.file);
        const bool broken = file.file.find("SPECFILE") != std::string::npos;
        BOOST_TEST(file.warnings("y_check") == (broken ? 1 : 0), file.file);
    }
}

BOOST_AUTO_TEST_CASE(one_spectrum_in_three_forms_is_the_same_point_for_point) {
    if (spectra().empty()) return;
    BOOST_TEST(ordinatesOf("BRUKAFFN").size() == 16384u);
    BOOST_TEST((ordinatesOf("BRUKAFFN") == ordinatesOf("BRUKPAC")));
    BOOST_TEST((ordinatesOf("BRUKAFFN") == ordinatesOf("BRUKSQZ")));
}

BOOST_AUTO_TEST_CASE(a_spectrum_alone_is_the_real_part_of_the_one_in_pages) {
    if (spectra().empty()) return;
    BOOST_TEST((ordinatesOf("BRUKDIF") == ordinatesOf("BRUKNTUP")));
    BOOST_TEST(test::fileNamed(spectra(), "BRUKNTUP")->series.size() == 2u);
}

BOOST_AUTO_TEST_CASE(tables_of_ordinates_read_as_another_decoder_reads_them) {
    std::size_t tables = 0, points = 0;
    for (const FileReading& file : spectra()) {
        for (const Series& s : file.series) {
            const std::string table = file.bytes.substr(s.span.offset, s.span.length);
            const std::string form = file.bytes.substr(file.bytes.rfind("##", s.span.offset), 60);
            if (form.find("++") == std::string::npos) continue;
            const std::vector<double> plain = PlainDecoder().decode(table);
            BOOST_REQUIRE_MESSAGE(plain.size() == s.y.size(), file.file << " " << plain.size() << " " << s.y.size());
            // The factor is the same for all, so that each is as far from the other as the largest says.
            const auto far = [](double a, double b) { return std::abs(a) < std::abs(b); };
            const auto largest = std::max_element(plain.begin(), plain.end(), far) - plain.begin();
            const auto at = static_cast<std::size_t>(largest);
            const double factor = plain[at] == 0 ? 1 : s.y[at] / plain[at];
            double worst = 0;
            for (std::size_t i = 0; i < plain.size(); ++i) worst = std::max(worst, std::abs(plain[i] * factor - s.y[i]));
            BOOST_TEST(worst <= 1e-9 * std::abs(s.y[at]), file.file);
            ++tables;
            points += plain.size();
        }
    }
    std::cout << "two decoders agree on " << tables << " tables with " << points << " ordinates\n";
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
