#include <boost/test/unit_test.hpp>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Gzip.h"
#include "tests/unit/instruments/Packed.h"

namespace touchstone::instruments {
namespace {

std::string unpacked(const std::string& bytes) {
    const auto content = gunzip(bytes);
    const auto* const text = std::get_if<std::string>(&content);
    return text != nullptr ? *text : std::get<Finding>(content).code;
}

const std::string table = "specimen,code,value\nS-1,PB,8.13\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(GzipTest)

BOOST_AUTO_TEST_CASE(content_of_one_member_and_of_several) {
    BOOST_TEST(unpacked(test::gzip("")).empty());
    BOOST_TEST(unpacked(test::gzip("abc") + test::gzip("") + test::gzip("def")) == "abcdef");
    const std::string large(std::size_t{3} << 20U, 'x');
    BOOST_TEST(unpacked(test::gzip(large)) == large);
}

BOOST_AUTO_TEST_CASE(what_breaks_off_anywhere_is_refused) {
    const std::string whole = test::gzip(table);
    for (std::size_t length = 2; length < whole.size(); ++length) {
        BOOST_TEST(unpacked(whole.substr(0, length)) == "gzip_truncated", length);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_as_written_is_refused) {
    std::string bytes = test::gzip(table);
    bytes[bytes.size() - 6] ^= 1;  // the CRC
    BOOST_TEST(unpacked(bytes) == "bad_gzip");
    BOOST_TEST(unpacked(test::gzip(table) + "rest") == "bad_gzip");
    BOOST_TEST(unpacked("\x1F\x8B no gzip at all") == "bad_gzip");
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused) {
    BOOST_TEST(unpacked(test::gzip(std::string(std::size_t{80} << 20U, '\0'))) == "too_large");
}

BOOST_AUTO_TEST_CASE(any_format_is_read_through_it_and_spans_are_of_the_content) {
    const std::string bytes = test::gzip(table);
    BOOST_TEST(detect(bytes) == "csv");
    for (const char* format : {"", "unframed", "csv"}) {
        const Reading reading = read(format, bytes);
        BOOST_TEST(!reading.refused.has_value());
        BOOST_REQUIRE(reading.observations.size() == 1U);
        BOOST_TEST(reading.observations[0].span.offset == table.find("S-1"));
    }
    const Reading broken = read("csv", bytes.substr(0, bytes.size() - 1));
    BOOST_TEST(broken.format == "csv");
    BOOST_REQUIRE(broken.refused.has_value());
    BOOST_TEST(broken.refused->code == "gzip_truncated");
}

BOOST_AUTO_TEST_CASE(only_one_envelope_is_opened) {
    BOOST_TEST(detect(test::gzip(test::gzip(table))).empty());
    BOOST_TEST(read("", test::gzip(test::gzip(table))).refused->code == "unknown_format");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
