#include "instruments/formats/Jcamp.h"

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/JcampNumber.h"
#include "instruments/formats/JcampOrdinates.h"

namespace touchstone::instruments {
namespace {

using Values = std::vector<double>;

struct Read {
    Reading reading;
    std::vector<Series> series;
    [[nodiscard]] bool warned(const std::string& code) const {
        return std::ranges::find(reading.warnings, code, &Finding::code) != reading.warnings.end();
    }
    [[nodiscard]] std::string refused() const { return reading.refused ? reading.refused->code : ""; }
};

Read readAll(const std::string& bytes, const Mapping& mapping = {}) {
    Read all;
    all.reading = readJcamp(bytes, mapping, [&](Series&& s) { all.series.push_back(std::move(s)); });
    return all;
}

/// A spectrum whose x is 10, 11, …
std::string spectrum(const std::string& rows, std::size_t points, const std::string& more = "") {
    return "##TITLE= T\n##JCAMP-DX= 4.24\n##DATA TYPE= INFRARED SPECTRUM\n##XUNITS= 1/CM\n##YUNITS= ABSORBANCE\n"
           "##XFACTOR= 1\n##YFACTOR= 1\n##FIRSTX= 10\n##LASTX= " + std::to_string(9 + points) +
           "\n##NPOINTS= " + std::to_string(points) + "\n" + more + "##XYDATA= (X++(Y..Y))\n" + rows + "##END=\n";
}

/// Ordinates of rows that agree with their header in everything.
Values ordinates(const std::string& rows, std::size_t points) {
    const Read all = readAll(spectrum(rows, points));
    for (const Finding& warning : all.reading.warnings) BOOST_TEST_MESSAGE(warning.code << ": " << warning.message());
    BOOST_TEST(all.reading.warnings.empty());
    return all.series.empty() ? Values() : all.series[0].y;
}

/// "12", "-7"; with the first digit and the sign in one pseudo-digit of those for 0, 1 to 9, -1 to -9.
std::string pseudo(std::int64_t value, const std::string& digits) {
    std::string text = std::to_string(std::abs(value));
    const auto first = static_cast<std::size_t>(text[0] - '0');
    text[0] = digits[value < 0 ? 9 + first : first];
    return text;
}

enum class Form { Plain, Wide, Packed, Squeezed, Differences };

/// A table of whole numbers, ten to a row, x from 10; equal neighbours as a repeat count in the forms that have one.
std::string tableOf(const std::vector<std::int64_t>& values, Form form, const std::string& lineEnd) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool begins = i % 10 == 0;
        const std::int64_t before = i == 0 ? 0 : values[i - 1], step = values[i] - before;
        if (begins) text += (i == 0 ? "" : lineEnd) + std::to_string(10 + i - (form == Form::Differences && i > 0 ? 1 : 0));
        if (form == Form::Differences) {
            if (begins) text += pseudo(i == 0 ? values[0] : before, "@ABCDEFGHIabcdefghi");
            if (i > 0) text += pseudo(step, "%JKLMNOPQRjklmnopqr");
        } else if (form == Form::Squeezed) {
            text += !begins && step == 0 ? "T" : pseudo(values[i], "@ABCDEFGHIabcdefghi");
        } else if (form == Form::Packed) {
            text += (values[i] < 0 ? "" : "+") + std::to_string(values[i]);
        } else {
            text += std::string(form == Form::Wide ? 1 + i % 25 : 1, ' ') + std::to_string(values[i]);
        }
    }
    return text + lineEnd;
}

std::string nanAsText(const Values& values) {
    std::string text;
    for (const double value : values) text += (std::isnan(value) ? "?" : std::to_string(static_cast<int>(value))) + " ";
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Jcamp)

BOOST_AUTO_TEST_CASE(one_spectrum_in_every_form_of_writing_is_one_and_the_same) {
    const Values expected{1, 2, 3, 3, 2, 1, 0, -1, -2, -3};
    BOOST_TEST(ordinates("10 1 2 3 3 2 1 0 -1 -2 -3\n", 10) == expected);
    BOOST_TEST(ordinates("10+1+2+3+3+2+1+0-1-2-3\n", 10) == expected);
    BOOST_TEST(ordinates("10A B C C B A @ a b c\n", 10) == expected);
    BOOST_TEST(ordinates("10ABCCBA@abc\n", 10) == expected);
    BOOST_TEST(ordinates("10ABCTBA@abc\n", 10) == expected);
    BOOST_TEST(ordinates("10AJJ%jjjjjj\n", 10) == expected);
    BOOST_TEST(ordinates("10AJT%jX\n", 10) == expected);
    BOOST_TEST(ordinates("10 1 B3T+2 A0%\n", 6) == (Values{1, 23, 23, 2, 10, 10}));
}

BOOST_AUTO_TEST_CASE(long_tables_in_every_form_are_one_and_the_same) {
    std::mt19937 random(20270301);
    for (const double most : {9.0, 99999.0, 9999999.0, 99999999.0, 9999999999.0, 99999999999999.0}) {
        std::vector<std::int64_t> values;
        for (int i = 0; i < 1000; ++i) {
            const auto any = static_cast<std::int64_t>(random() * std::uint64_t{0x100000000} + random());
            values.push_back(i > 0 && random() % 8 == 0 ? values.back() : any % (static_cast<std::int64_t>(most) + 1));
        }
        const Values expected(values.begin(), values.end());
        for (const Form form : {Form::Plain, Form::Wide, Form::Packed, Form::Squeezed, Form::Differences}) {
            for (const char* lineEnd : {"\n", "\r\n", "\r"}) {
                // Behind the last difference stands its check.
                std::string table = tableOf(values, form, lineEnd);
                if (form == Form::Differences) table += "1009" + pseudo(values.back(), "@ABCDEFGHIabcdefghi") + lineEnd;
                BOOST_TEST((ordinates(table, values.size()) == expected));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_that_need_another_way_do_not_change_those_around_them) {
    std::string rows;
    Values expected;
    for (int i = 0; i < 400; ++i) {
        rows += std::to_string(10 + 4 * i);
        rows += i % 3 == 0 ? " 1 2.5 -.5 4" : i % 3 == 1 ? " 1E+00 2.5 -5E-1 4." : "A @25E-1 -0.50D";
        rows += i % 2 == 0 ? "\r\n" : " $$ comment\n";
        for (const double y : {1.0, 2.5, -0.5, 4.0}) expected.push_back(y);
    }
    BOOST_TEST((ordinates(rows, expected.size()) == expected));
    std::ranges::replace(rows, '.', ',');
    Mapping comma;
    comma.decimal = ',';
    BOOST_TEST((readAll(spectrum(rows, expected.size()), comma).series.at(0).y == expected));
}

BOOST_AUTO_TEST_CASE(a_row_may_go_on_with_a_difference) {
    // Without the check in front of it: it is added to the last ordinate all the same.
    const Values expected{1, 2, 3, 4, 5, 6, 5, 4, 4};
    BOOST_TEST(ordinates("10AJJ\n13JJJ\n16jj%\n", expected.size()) == expected);
    const std::string comment = "$$ a comment in front of the rows, as most files have them\n";
    BOOST_TEST(ordinates(comment + "10AJJ\n13JJJ\n16jj%\n$$ and one behind them, so that the last row is not the end\n",
                         expected.size()) == expected);
}

BOOST_AUTO_TEST_CASE(both_ways_through_a_row_come_to_the_same) {
    // What the short way cannot read is an abscissa with an exponent: it sends the row the long one.
    const std::vector<std::string> tokens{
        " 5",   "+7",   "-12",  "A", "b3", "J", "k2", "%", "S",   "T", "V2", "?", " 99999999999999", "A9999999999999999",
        " 1.5", "-.25", " 1E+01", "E3", "J.5", " .", "-", ",", "\t8", "    6", "   .5", "     ",
        "S" + std::string(256, '0') + "3", "?" + std::string(260, '1'), " 7$" + std::string(257, '2')};
    const auto isSame = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    const std::vector<std::string> ends{"\n",     "\r\n",          " \n",           "    \r\n",
                                        "\n\n  ", " $$ comment\n", "$ comment\r\n", "$\n"};
    std::mt19937 random(20270302);
    for (int table = 0; table < 3000; ++table) {
        std::string either = "$$ the first bytes of a table go the long way\n", other = either;
        // Some need more than one window of marks.
        for (int row = 0, rows = table % 100 == 0 ? 400 : 6; row < rows; ++row) {
            std::string line;
            for (std::size_t left = random() % 8; left > 0; --left) line += tokens[random() % tokens.size()];
            line += ends[random() % ends.size()];
            const std::string x = std::string(random() % 6, ' ') + std::to_string(1000000 + row);
            either += x + " " + line;
            other += x + (random() % 2 == 0 ? "E+0 " : " ") + line;
        }
        jcamp::TableStyle style;
        style.expected = 1000;
        style.maxPoints = 100000;
        const std::string behind(100, ' ');  // too near the end of a table there is the long way only
        const jcamp::Ordinates a = jcamp::readOrdinates(either + behind, style);
        const jcamp::Ordinates b = jcamp::readOrdinates(other + behind, style);
        BOOST_TEST_CONTEXT(either) {
            BOOST_TEST(std::ranges::equal(a.y, b.y, isSame));
            BOOST_TEST(a.rows.size() == b.rows.size());
            for (std::size_t i = 0; i < std::min(a.rows.size(), b.rows.size()); ++i) {
                BOOST_TEST(a.rows[i].point == b.rows[i].point);
                BOOST_TEST(a.rows[i].x == b.rows[i].x);
            }
            BOOST_TEST(a.yChecks == b.yChecks);
            BOOST_TEST(a.failedYChecks.count == b.failedYChecks.count);
            BOOST_TEST(a.unreadable.count == b.unreadable.count);
            BOOST_TEST(a.finestScale == b.finestScale);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_go_on_behind_their_pseudo_digit) {
    BOOST_TEST(ordinates("10A23+45-67@1\n", 4) == (Values{123, 45, -67, 1}));
    BOOST_TEST(ordinates("10A23J4j04\n", 3) == (Values{123, 137, 33}));
    BOOST_TEST(ordinates("10A5S2\n", 12) == Values(12, 15));
    BOOST_TEST(ordinates("10I99999999J\n", 2) == (Values{999999999, 1000000000}));
}

BOOST_AUTO_TEST_CASE(a_row_in_dif_form_is_followed_by_its_last_ordinate_once_more) {
    BOOST_TEST(ordinates("10A0JJ\n12A2JJ\n14A4\n", 5) == (Values{10, 11, 12, 13, 14}));
    BOOST_TEST(ordinates("10A0JJ\r\n$$ between rows\r\n\r\n12A2 20\r\n", 4) == (Values{10, 11, 12, 20}));
    // A repeat count behind a difference ends in DIF form too.
    BOOST_TEST(ordinates("10A0JT\n12A2J\n", 4) == (Values{10, 11, 12, 13}));

    const Read wrong = readAll(spectrum("10A0JJ\n12A7JJ\n", 5));
    BOOST_TEST(wrong.warned("y_check"));
    BOOST_TEST(wrong.series.at(0).y == (Values{10, 11, 12, 18, 19}));
    const Read late = readAll(spectrum("10A0JJ\n12A2JJ\n14A4JJ\n16A7JJ\n18A9JJ\n", 11));
    BOOST_TEST(late.warned("y_check"));
    BOOST_TEST(late.series.at(0).y == (Values{10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21}));
}

BOOST_AUTO_TEST_CASE(a_writer_that_repeats_no_ordinate_loses_none) {
    const Read all = readAll(spectrum("10A0JJ\n13B0JJ\n16C0\n", 7));
    BOOST_TEST(all.series.at(0).y == (Values{10, 11, 12, 20, 21, 22, 30}));
    BOOST_TEST(all.warned("no_y_check"));
    BOOST_TEST(!all.warned("point_count"));
}

BOOST_AUTO_TEST_CASE(an_e_is_an_exponent_only_with_a_sign_behind_it) {
    BOOST_TEST(ordinates("10 1E+02 2e-01\n", 2) == (Values{100, 0.2}));
    BOOST_TEST(ordinates("10A2E3e4\n", 3) == (Values{12, 53, -54}));
    BOOST_TEST(ordinates("10E3\n", 1) == (Values{53}));
}

BOOST_AUTO_TEST_CASE(missing_ordinates_stay_missing) {
    BOOST_TEST(nanAsText(ordinates("10 1 ? 3\n", 3)) == "1 ? 3 ");
    BOOST_TEST(nanAsText(ordinates("10 1 ?T 4\n", 4)) == "1 ? ? 4 ");
    // What a difference would be added to is not known.
    const Read all = readAll(spectrum("10A?JJB\n", 5));
    BOOST_TEST(nanAsText(all.series.empty() ? Values() : all.series[0].y) == "");
    BOOST_TEST(all.warned("unreadable_number"));
}

BOOST_AUTO_TEST_CASE(numbers_are_the_nearest_doubles) {
    BOOST_TEST(ordinates("10 0.1 -.5 +3. 123456789012345678901234567890 1E-320 4.9406564584124654E-324\n", 6) ==
               (Values{0.1, -.5, 3, 123456789012345678901234567890.0, 1e-320, 4.9406564584124654E-324}));
    // Nine times 0.1 by differences is 0.9, which the sum of doubles is not.
    BOOST_TEST(ordinates("10@%.1s\n", 10).back() == 0.9);
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        const double value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        char text[40];
        std::snprintf(text, sizeof text, "%.17g", value);
        const auto number = jcamp::headerNumber(text, '.');
        BOOST_TEST(number.value().value() == value);
    }
}

BOOST_AUTO_TEST_CASE(x_comes_from_first_last_and_the_number_of_points) {
    const Read all = readAll(spectrum("400 1 2 3\n397 4 5\n", 5, "##FIRSTX= 400\n##LASTX= 396\n##YFACTOR= 0.5\n"));
    BOOST_TEST(all.reading.warnings.empty());
    BOOST_TEST(all.series.at(0).x == (Values{400, 399, 398, 397, 396}));
    BOOST_TEST(all.series.at(0).y == (Values{0.5, 1, 1.5, 2, 2.5}));
    BOOST_TEST(all.series.at(0).name == "T");
    BOOST_TEST(all.series.at(0).kind == "infrared_spectrum");
    BOOST_TEST(all.series.at(0).xUnit == "1/CM");
    BOOST_TEST(all.series.at(0).unit == "ABSORBANCE");
}

BOOST_AUTO_TEST_CASE(whatever_the_header_says_otherwise_is_a_warning) {
    const std::string rows = "10 1 2 3\n13 4 5\n";
    BOOST_TEST(readAll(spectrum(rows, 5)).reading.warnings.empty());
    BOOST_TEST(readAll(spectrum(rows, 5, "##FIRSTY= 1\n##MAXY= 5.0\n##MINY= 1\n##DELTAX= 1\n")).reading.warnings.empty());
    for (const auto& [line, code] : std::vector<std::pair<std::string, std::string>>{{"##FIRSTY= 4\n", "first_y"},
                                                                                     {"##MAXY= 8\n", "max_y"},
                                                                                     {"##MINY= -2\n", "min_y"},
                                                                                     {"##NPOINTS= 6\n", "point_count"},
                                                                                     {"##FIRSTX= 5\n", "first_x"}}) {
        const Read all = readAll(spectrum(rows, 5, line));
        BOOST_TEST(all.warned(code), code);
        BOOST_TEST(all.series.size() == 1u);
    }
    BOOST_TEST(readAll(spectrum("10 1 2\n13 4 5\n16 9\n", 5)).warned("x_check"));
    BOOST_TEST(readAll("##TITLE=T\n##XYDATA=(X++(Y..Y))\n1 2 3\n3 4\n##END=\n").warned("no_factor"));
    const std::string whole = spectrum(rows, 5);
    BOOST_TEST(readAll(whole.substr(0, whole.size() - 7)).warned("no_end"));
}

BOOST_AUTO_TEST_CASE(where_the_number_of_points_is_wrong_the_rows_decide_on_x) {
    const Read all = readAll(spectrum("10.0 1 2 3\n13.0 4 5 6\n16.0 7 8\n", 9, "##LASTX= 17\n"));
    BOOST_TEST(all.warned("point_count"));
    BOOST_TEST(all.warned("x_from_rows"));
    BOOST_TEST(all.series.at(0).x == (Values{10, 11, 12, 13, 14, 15, 16, 17}));
    const Read bare = readAll("##TITLE=T\n##XFACTOR=2\n##YFACTOR=1\n##XYDATA=(X++(Y..Y))\n1 2 3\n3 4\n##END=\n");
    BOOST_TEST(bare.warned("x_from_rows"));
    BOOST_TEST(bare.series.at(0).x == (Values{2, 4, 6}));
}

BOOST_AUTO_TEST_CASE(labels_may_be_written_many_ways) {
    const Read all = readAll("##title = T\n##Data_Type= uv/vis spectrum $$ comment\n##X-FACTOR=1\n##YFACTOR=1\n"
                             "  ##FIRSTX=1\n##LAST X=2\n##N/POINTS=2\n##= ##XYDATA=(X++(Y..Y))\n##XYDATA=(x++(y..y))\n1 5 6\n##END=");
    BOOST_TEST(all.reading.warnings.empty());
    BOOST_TEST(all.series.at(0).kind == "uv_visible_spectrum");
    BOOST_TEST(all.series.at(0).y == (Values{5, 6}));
}

BOOST_AUTO_TEST_CASE(data_types_become_kinds) {
    for (const auto& [type, kind] : std::vector<std::pair<std::string, std::string>>{{"RAMAN SPECTRUM", "raman_spectrum"},
                                                                                     {"INFRARED INTERFEROGRAM", "interferogram"},
                                                                                     {"NMR FID", "nmr_fid"},
                                                                                     {"NMR SPECTRUM", "nmr_spectrum"},
                                                                                     {"MASS SPECTRUM", "mass_spectrum"},
                                                                                     {"ION MOBILITY SPECTRUM", "ion_mobility_spectrum"},
                                                                                     {"GAS CHROMATOGRAM", "chromatogram"},
                                                                                     {"SIMPLE GRAPH", "trace"}}) {
        const Read all = readAll("##TITLE=T\n##DATA TYPE=" + type + "\n##XYPOINTS=(XY..XY)\n1,2\n##END=");
        BOOST_TEST(all.series.at(0).kind == kind);
    }
}

BOOST_AUTO_TEST_CASE(pairs_are_told_apart_by_commas_semicolons_blanks_and_rows) {
    const auto pairs = [](const std::string& rows) {
        const Read all = readAll("##TITLE=T\n##DATA TYPE=MASS SPECTRUM\n##XFACTOR=2\n##PEAK TABLE=(XY..XY)\n" + rows + "##END=");
        BOOST_TEST(all.reading.warnings.empty());
        BOOST_TEST(all.series.at(0).kind == "mass_spectrum_peaks");
        BOOST_TEST(all.series.at(0).x == (Values{20, 40, 60}));
        return all.series.at(0).y;
    };
    const Values expected{1, 2.5, -3};
    BOOST_TEST(pairs("10,1 20,2.5 30,-3\n") == expected);
    BOOST_TEST(pairs("10, 1; 20, 2.5; 30, -3\n") == expected);
    BOOST_TEST(pairs("10 1\r20 25E-1\r\r30 -3 $$ last\r") == expected);
    BOOST_TEST(pairs("10,1e0;20,2.5;30-3\n") == expected);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_left_out_moves_no_other) {
    const Read all = readAll("##TITLE=T\n##PEAK TABLE=(XY..XY)\n10,1;20;30,3\n##END=");
    BOOST_TEST(all.warned("incomplete_group"));
    BOOST_TEST(nanAsText(all.series.at(0).y) == "1 ? 3 ");
}

BOOST_AUTO_TEST_CASE(wider_groups_and_assignments_give_x_and_y) {
    const Read width = readAll("##TITLE=T\n##PEAK TABLE=(XYW..XYW)\n10,1,0.5\n20,2\n##END=");
    BOOST_TEST(width.series.at(0).y == (Values{1, 2}));
    const Read assigned = readAll("##TITLE=T\n##DATA TYPE=NMR PEAK ASSIGNMENTS\n##PEAK ASSIGNMENTS=(XYMA)\n"
                                  "(1.5, 0.72, S, <CH3, (two)>)\n(3.7,,, <OH>)\n##END=");
    BOOST_TEST(assigned.series.at(0).x == (Values{1.5, 3.7}));
    BOOST_TEST(assigned.series.at(0).kind == "nmr_spectrum_peaks");
    BOOST_TEST(std::isnan(assigned.series.at(0).y.at(1)));
    const Read only = readAll("##TITLE=T\n##PEAK ASSIGNMENTS=(XA)\n(1.5, <a>)\n##END=");
    BOOST_TEST(std::isnan(only.series.at(0).y.at(0)));
}

BOOST_AUTO_TEST_CASE(blocks_in_blocks_each_have_their_header) {
    const std::string inner = spectrum("10 1 2\n", 2);
    const Read all = readAll("##TITLE=outer\n##DATA TYPE=LINK\n##BLOCKS=2\n" + inner +
                             "##TITLE=second\n##XYPOINTS=(XY..XY)\n1,2\n##END=\n##END=\n");
    BOOST_REQUIRE(all.series.size() == 2u);
    BOOST_TEST(all.series[0].name == "T");
    BOOST_TEST(all.series[1].name == "second");
    BOOST_TEST(all.series[1].xUnit.empty());
    BOOST_TEST(all.reading.warnings.empty());
}

BOOST_AUTO_TEST_CASE(ntuples_describe_their_variables_in_columns) {
    const std::string head = "##TITLE=N\n##DATA TYPE=NMR FID\n##NTUPLES=NMR FID\n"
        "##VAR_NAME=TIME, FID/REAL, FID/IMAG, PAGE NUMBER\n##SYMBOL=X, R, I, N\n##VAR_DIM=3, 3, 3, 2\n"
        "##UNITS=SECONDS, COUNTS, COUNTS,\n##FIRST=0, 10, 4, 1\n##LAST=1, 30, 8, 2\n##FACTOR=0.5, 10, 2, 1\n";
    const Read all = readAll(head + "##PAGE=N=1\n##DATA TABLE=(X++(R..R)), XYDATA\n0 1 2 3\n"
                                    "##PAGE=N=2\n##DATA TABLE=(X++(I..I)), XYDATA\n0B%%\n2B\n##END NTUPLES=NMR FID\n##END=");
    BOOST_REQUIRE(all.series.size() == 2u);
    BOOST_TEST(all.series[0].x == (Values{0, 0.5, 1}));
    BOOST_TEST(all.series[0].y == (Values{10, 20, 30}));
    BOOST_TEST(all.series[0].unit == "COUNTS");
    BOOST_TEST(all.series[0].xUnit == "SECONDS");
    BOOST_TEST(all.series[0].name == "N, FID/REAL, N=1");
    BOOST_TEST(all.series[1].y == (Values{4, 4, 4}));
    BOOST_TEST(all.reading.warnings.empty());
}

BOOST_AUTO_TEST_CASE(a_page_may_hold_peaks_and_say_how_many) {
    const Read all = readAll("##TITLE=N\n##DATA TYPE=MASS SPECTRUM\n##NTUPLES=MASS SPECTRUM\n##VAR_NAME=MASS, INTENSITY, TIME\n"
                             "##SYMBOL=M1, Y, T\n##VAR_DIM=,,2\n##UNITS=M/Z, COUNTS, SECONDS\n##PAGE=T=1.5\n##NPOINTS=2\n"
                             "##DATA TABLE=(M1Y..M1Y), PEAKS\n10,1;20,2\n##PAGE=T=2\n##NPOINTS=3\n##DATA TABLE=(M1Y..M1Y), PEAKS\n10,1\n"
                             "##END NTUPLES=\n##END=");
    BOOST_REQUIRE(all.series.size() == 2u);
    BOOST_TEST(all.series[0].kind == "mass_spectrum_peaks");
    BOOST_TEST(all.series[0].xUnit == "M/Z");
    BOOST_TEST(all.series[1].name == "N, INTENSITY, T=2");
    BOOST_TEST(all.reading.warnings.size() == 1u);
    BOOST_TEST(all.warned("point_count"));
}

BOOST_AUTO_TEST_CASE(what_is_neither_x_nor_y_is_left_out_and_said) {
    const Read weight = readAll(
        "##TITLE=T\n##DATA TYPE=TGA\n##NTUPLES=TGA\n##VAR_NAME=Weight, Temperature, Time\n##SYMBOL=X, Y, T\n"
        "##VAR_TYPE=INDEPENDENT, DEPENDENT, DEPENDENT\n##VAR_DIM=2, 2, 2\n##UNITS=mg, C, s\n##PAGE=N=1\n"
        "##DATA TABLE=(XYT..XYT), PEAKS\n100 20 1\n90 30 2\n##END NTUPLES=\n##END=");
    BOOST_TEST(weight.series.at(0).y == (Values{20, 30}));
    BOOST_TEST(weight.warned("columns_left_out"));
    BOOST_TEST(!readAll("##TITLE=T\n##XYPOINTS=(XY..XY)\n1,2;3,4\n##END=").warned("columns_left_out"));
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_is_read_where_it_can_be_nothing_else) {
    const Read header = readAll("##TITLE=T\n##FIRSTX=1,5\n##LASTX=2,5\n##NPOINTS=2\n##XYPOINTS=(XY..XY)\n1,5; 2,25\n2,5; 3\n##END=");
    BOOST_TEST(header.series.at(0).x == (Values{1.5, 2.5}));
    BOOST_TEST(header.series.at(0).y == (Values{2.25, 3}));
    BOOST_TEST(header.warned("decimal_comma"));
    const Read table =
        readAll("##TITLE=T\n##MINX=1,5\n##MAXX=2,5\n##NPOINTS=2\n##PEAK TABLE=(XY..XY)\n1.5,40 2,30\n##END=");
    BOOST_TEST(table.series.at(0).x == (Values{1.5, 2}),
               "a table with points has no decimal commas, whatever its header has");
    BOOST_TEST(table.series.at(0).y == (Values{40, 30}));
    BOOST_TEST(!table.warned("decimal_comma"));
    const Read rows = readAll(spectrum("10,0 1,5 2,5\n12,0 3,5\n", 3));
    BOOST_TEST(rows.series.at(0).y == (Values{1.5, 2.5, 3.5}));
    BOOST_TEST(ordinates("10, 1, 2\n", 2) == (Values{1, 2}));
    BOOST_TEST(ordinates("10,1,2\n", 2) == (Values{1, 2}));
    Mapping comma;
    comma.decimal = ',';
    BOOST_TEST(readAll("##TITLE=T\n##XYPOINTS=(XY..XY)\n1,5 2\n##END=", comma).series.at(0).x == (Values{1.5}));
}

BOOST_AUTO_TEST_CASE(spans_point_at_the_rows_and_at_what_is_wrong_in_them) {
    const std::string bytes = spectrum("10 1 2 3 4 5 6 7 8 9 10 **** 12\n", 12);
    const Read all = readAll(bytes);
    const Span rows = all.series.at(0).span;
    BOOST_TEST(bytes.substr(rows.offset, rows.length) == "10 1 2 3 4 5 6 7 8 9 10 **** 12\n");
    BOOST_TEST(std::isnan(all.series.at(0).y.at(10)));
    BOOST_TEST(all.series.at(0).y.at(11) == 12);
    BOOST_TEST(all.reading.warnings.at(0).code == "unreadable_number");
    BOOST_TEST(bytes[all.reading.warnings.at(0).span.offset] == '*');
}

BOOST_AUTO_TEST_CASE(what_cannot_be_trusted_is_refused_by_name) {
    BOOST_TEST(readAll("JCAMP-DX Testfiles\n(C) ##XYDATA=\n").refused() == "not_jcamp");
    BOOST_TEST(readAll("##fileformat=VCFv4.2\n##contig=<ID=1>\n").refused() == "not_jcamp");
    BOOST_TEST(readAll("##TITLE=T\n##JCAMP-DX=5\n##END=\n").refused() == "no_data");
    BOOST_TEST(readAll("##TITLE=T\n##XYDATA=(X++(Y..Y))\nlorem ipsum & dolor &\n##END=\n").refused() == "untrusted_data");
    BOOST_TEST(readAll("##TITLE=T\n##XYDATA=(X++(Y..Y))\n##END=\n").refused() == "untrusted_data");
    BOOST_TEST(readAll("##TITLE=T\n##XYDATA=what\n1 2\n##END=\n").refused() == "untrusted_data");
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "##TITLE=T\n";
    BOOST_TEST(readAll(deep).refused() == "too_deep");
    BOOST_TEST(read("", "JCAMP-DX Testfiles\n").refused.value().code == "unknown_format");
    BOOST_TEST(detect("\r\n$$ made by\n##JCAMPDX=5\n") == "jcamp");
}

BOOST_AUTO_TEST_CASE(repeat_counts_ask_for_no_more_than_a_file_can_hold) {
    BOOST_TEST(readAll(spectrum("10A0S99999\n", 199999)).series.at(0).y.size() == 199999u);
    const Read all = readAll(spectrum("10A0s99999999999999999999999999\n", 2));
    BOOST_TEST(all.warned("too_many_points"));
    BOOST_TEST(all.refused() == "untrusted_data");
    std::string many;
    for (int i = 0; i < 50; ++i) many += spectrum("10A0s00000\n", 900000);
    BOOST_TEST(readAll(many).series.size() == 1u);
}

/// Cut at every byte, and changed at random but always the same: it never throws, spans lie inside, x and y are as many.
BOOST_AUTO_TEST_CASE(hostile_bytes_do_no_harm) {
    const std::vector<std::string> seeds{
        spectrum("10A0J5%T\n13A5jk? 1.5E+02-3\n", 9),
        "##TITLE=T\n##NTUPLES=X\n##SYMBOL=X,Y,N\n##FACTOR=1,2,3\n##PAGE=N=1\n##DATA TABLE=(X++(Y..Y)), XYDATA\n1 2 3\n##END=\n",
        "##TITLE=T\n##PEAK ASSIGNMENTS=(XYMA)\n(1,2,<a>)(3,4)\n##END=\n##TITLE=U\n##XYPOINTS=(XY..XY)\n1,2;3 4\n##END=\n"};
    const auto harmless = [](const std::string& bytes) {
        const Reading reading = readJcamp(bytes, {}, [&](Series&& s) {
            BOOST_REQUIRE(s.x.size() == s.y.size());
            BOOST_REQUIRE(s.span.offset + s.span.length <= bytes.size());
        });
        for (const Finding& f : reading.warnings) BOOST_REQUIRE(f.span.offset + f.span.length <= bytes.size());
    };
    for (const std::string& seed : seeds) {
        for (std::size_t length = 0; length <= seed.size(); ++length) harmless(seed.substr(0, length));
    }
    std::mt19937 random(20261122);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = seeds[random() % seeds.size()];
        for (auto changes = 1 + random() % 5; changes > 0; --changes) {
            bytes[random() % bytes.size()] = random() % 2 == 0 ? static_cast<char>(random()) : "#$=+-.,?%@AJSjs09E\n"[random() % 19];
        }
        harmless(bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
