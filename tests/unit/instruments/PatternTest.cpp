#include <boost/test/unit_test.hpp>
#include <string>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

std::string captures(const std::string& pattern, const std::string& text) {
    const auto found = match(pattern, text);
    if (!found) return "no match";
    std::string all;
    for (const std::string& capture : *found) all += "[" + capture + "]";
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Pattern)

BOOST_AUTO_TEST_CASE(a_star_stands_for_any_text_and_n_for_a_number) {
    BOOST_TEST(captures("Conc (*)", "Conc (ng/uL)") == "[ng/uL]");
    BOOST_TEST(captures("A<n>/A<n>", "A260/A280") == "[260][280]");
    BOOST_TEST(captures("<n>", "220,5") == "[220,5]");
    BOOST_TEST(captures("<n>.", "220.") == "[220]");
    BOOST_TEST(captures("*(*,*)", "1(1,A1)") == "[1][1][A1]");
    BOOST_TEST(captures("*-*", "a-b-c") == "[a][b-c]");
    BOOST_TEST(captures("A<n>", "A") == "no match");
    BOOST_TEST(captures("A*B", "AxC") == "no match");
    BOOST_TEST(captures("", "") == "");
}

BOOST_AUTO_TEST_CASE(case_blanks_and_line_ends_do_not_matter) {
    BOOST_TEST(captures("plate position", " Plate\r\nPosition ") == "");
    BOOST_TEST(captures("Results for *", "Results for\xC2\xA0 IMG 1") == "[IMG 1]");
    BOOST_TEST(sameText("Conc.", "conc. "));
    BOOST_TEST(!sameText("A*", "Ab"));
}

BOOST_AUTO_TEST_CASE(a_pattern_made_to_be_slow_is_not) {
    std::string pattern;
    for (int i = 0; i < 30; ++i) pattern += "*a";
    BOOST_TEST(captures(pattern + "b", std::string(20'000, 'a')) == "no match");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
