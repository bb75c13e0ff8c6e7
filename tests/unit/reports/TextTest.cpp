#include <boost/test/unit_test.hpp>

#include "reports/Text.h"

using namespace touchstone::reports;

namespace {

// Each character one unit wide.
std::vector<std::u32string> broken(std::u32string_view text, float width) {
    return breakLines(text, width, [](char32_t) { return 1.0F; });
}

using Lines = std::vector<std::u32string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(Text)

BOOST_AUTO_TEST_CASE(closing_marks_do_not_begin_a_line) {
    BOOST_TEST((broken(U"一二三四，五六", 4) == Lines{U"一二三", U"四，五六"}));
    BOOST_TEST((broken(U"（一二三）。四", 5) == Lines{U"（一二", U"三）。四"}));
}

BOOST_AUTO_TEST_CASE(opening_marks_do_not_end_a_line) {
    BOOST_TEST((broken(U"一二三《四五》", 4) == Lines{U"一二三", U"《四五》"}));
}

BOOST_AUTO_TEST_CASE(strokes_stand_at_neither_end_of_a_line) {
    BOOST_TEST((broken(U"一二三/四五六", 4) == Lines{U"一二", U"三/四五", U"六"}));
    BOOST_TEST((broken(U"一二三／四五六", 3) == Lines{U"一二", U"三／四", U"五六"}));
}

BOOST_AUTO_TEST_CASE(dashes_and_ellipses_are_not_parted) {
    BOOST_TEST((broken(U"一二三——四", 4) == Lines{U"一二", U"三——四"}));
    BOOST_TEST((broken(U"一二三……四", 4) == Lines{U"一二", U"三……四"}));
}

BOOST_AUTO_TEST_CASE(words_and_numbers_stay_whole) {
    BOOST_TEST((broken(U"不得过 10.25 mg", 8) == Lines{U"不得过", U"10.25 mg"}));
    BOOST_TEST((broken(U"一二三abc四", 5) == Lines{U"一二三", U"abc四"}));
    BOOST_TEST((broken(U"温度 -15", 5) == Lines{U"温度", U"-15"}));
}

BOOST_AUTO_TEST_CASE(a_word_wider_than_the_line_is_cut) {
    BOOST_TEST((broken(U"abcdefgh", 3) == Lines{U"abc", U"def", U"gh"}));
    BOOST_TEST((broken(U"，，，，", 2) == Lines{U"，，", U"，，"}));
    BOOST_TEST((broken(U"一", 0.5F) == Lines{U"一"}));
}

BOOST_AUTO_TEST_CASE(line_feeds_and_nothing) {
    BOOST_TEST((broken(U"一\n二", 9) == Lines{U"一", U"二"}));
    BOOST_TEST((broken(U"", 9) == Lines{U""}));
}

BOOST_AUTO_TEST_CASE(only_utf8_is_decoded) {
    BOOST_TEST((decode("a¹中𠮷") == U"a¹中𠮷"));
    for (const char* bad : {"\xC0\x80", "\xE4\xB8", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\x80"})
        BOOST_CHECK_THROW((void)decode(bad), std::runtime_error);
    BOOST_TEST(utf16Hex(U"中𠮷") == "4E2DD842DFB7");
}

BOOST_AUTO_TEST_SUITE_END()
