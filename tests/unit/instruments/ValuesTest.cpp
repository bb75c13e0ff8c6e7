#include <boost/test/unit_test.hpp>
#include <vector>

#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {

BOOST_AUTO_TEST_SUITE(Values)

BOOST_AUTO_TEST_CASE(numbers_are_read_exactly) {
    struct Row {
        std::string text, decimal;
        Comparator comparator = Comparator::None;
    };
    const std::vector<Row> table{
        {"8.13", "8.13"},
        {"95.0", "95.0"},
        {"-0.50", "-0.50"},
        {"+3", "3"},
        {" 007.10 ", "7.10"},
        {".5", "0.5"},
        {"5.", "5"},
        {"-0.0", "0.0"},
        {"1.5E3", "1500"},
        {"2.50e-3", "0.00250"},
        {"1E+2", "100"},
        {"0", "0"},
        {"< 20", "20", Comparator::Less},
        {"<=1.0", "1.0", Comparator::LessOrEqual},
        {">100", "100", Comparator::Greater},
        {"≥0.05", "0.05", Comparator::GreaterOrEqual},
        {"≤ 3", "3", Comparator::LessOrEqual},
        {"1234567890123456789012345678901234", "1234567890123456789012345678901234"},
    };
    for (const Row& row : table) {
        const auto number = readNumber(row.text);
        BOOST_REQUIRE_MESSAGE(number, row.text);
        BOOST_TEST(number->decimal == row.decimal, row.text);
        BOOST_TEST((number->comparator == row.comparator), row.text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_plain_number_is_not_guessed_at) {
    for (const std::string text : {"", "161,152", "1,5", "3+", "Not Detected", "1.2.3", "12 mg", "1E", "1E99", "--1",
                                   "<", ".", "１２", "0x1F", "nan", "1:128", "12345678901234567890123456789012345"}) {
        BOOST_TEST(!readNumber(text), text);
    }
}

BOOST_AUTO_TEST_CASE(with_a_decimal_comma_the_point_is_not_a_decimal_sign) {
    BOOST_TEST(readNumber("1,50", ',')->decimal == "1.50");
    BOOST_TEST(!readNumber("1.50", ','));
}

BOOST_AUTO_TEST_CASE(times_are_read_as_far_as_sent) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"20230803131700", "2023-08-03T13:17:00"},
        {"202308031317", "2023-08-03T13:17:00"},
        {"20230803", "2023-08-03"},
        {"20230803131700.250-0500", "2023-08-03T13:17:00.250-05:00"},
        {"202308031317+0800", "2023-08-03T13:17:00+08:00"},
        {"20240831 15:14:51", "2024-08-31T15:14:51"},
        {"20240831T9:03", "2024-08-31T09:03:00"},
        {"20240831T151451", ""},
        {"20241331 15:14:51", ""},
        {"2025-01-15T14:30:00Z", "2025-01-15T14:30:00Z"},
        {"2024/5/1 9:03", "2024-05-01T09:03:00"},
        {"2024-05-01", "2024-05-01"},
        {"19990228", "1999-02-28"},
        {"19990231", ""},
        {"20231399", ""},
        {"yesterday", ""},
        {"12/31/2024", ""},
        {"2023", ""},
        {"", ""},
    };
    for (const auto& [sent, expected] : table) BOOST_TEST(readTime(sent) == expected, sent);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Charsets)

BOOST_AUTO_TEST_CASE(the_rules_are_tried_in_order) {
    const std::string lead = "\xC7\xA6";  // 铅 in GB18030; also two letters of Windows-1252, and valid UTF-8 by chance
    const std::string gbk = "\xCD\xAD";   // 铜
    BOOST_TEST(decode(lead, "gb18030").text.utf8() == "铅");
    BOOST_TEST(decode(gbk + "\xD0", "").charset == "windows-1252");
    BOOST_TEST(decode("\xC8\xFD\xD1\xF5", "", "GB 18030-2000").text.utf8() == "三氧");
    BOOST_TEST(decode("\xC8\xFD\xD1\xF5", "auto-gb").text.utf8() == "三氧");
    BOOST_TEST(decode("\xC8\xFD\xD1\xF5", "auto-gb").guessed);
    BOOST_TEST(decode("\xB5g/L", "").text.utf8() == "µg/L");
    BOOST_TEST(decode("铅", "", "UNICODE").charset == "UTF-8");
    BOOST_TEST(decode("铅", "", "ASCII").charset == "UTF-8");
    BOOST_TEST(decode("plain", "", "ISO IR 999").unknown);
    BOOST_TEST(decode("\xEF\xBB\xBF"
                      "a",
                      "")
                   .text.utf8() == "a");
}

BOOST_AUTO_TEST_CASE(undecodable_bytes_are_marked_not_hidden) {
    const Decoded decoded = decode("ok \xFF\xFF end", "gb18030");
    BOOST_TEST(decoded.text.anyBad());
    BOOST_TEST(decoded.text.bad({3, 1}));
    BOOST_TEST(!decoded.text.bad({0, 3}));
}

BOOST_AUTO_TEST_CASE(every_character_knows_its_bytes) {
    const std::string utf16(
        "\xFF\xFE"
        "a\0\xC5\x94"
        "b\0",
        8);  // a铅b
    const Decoded decoded = decode(utf16, "");
    BOOST_TEST(decoded.text.utf8() == "a铅b");
    BOOST_TEST(decoded.text.wire(0, 1).offset == 2u);
    BOOST_TEST(decoded.text.wire(1, 4).offset == 4u);
    BOOST_TEST(decoded.text.wire(1, 4).length == 2u);
    BOOST_TEST(decoded.text.wire(0, 5).length == 6u);
}

BOOST_AUTO_TEST_CASE(a_character_may_be_cut_by_an_envelope) {
    const Decoded decoded = decode(Pieces{{"x\xC8", 10}, {"\xFDy", 20}}, "gb18030", "");
    BOOST_TEST(decoded.text.utf8() == "x三y");
    BOOST_TEST(decoded.text.wire(1, 4).offset == 11u);
    BOOST_TEST(decoded.text.wire(1, 4).length == 10u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
