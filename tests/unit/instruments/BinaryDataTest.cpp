#include <boost/test/unit_test.hpp>
#include <limits>

#include "instruments/formats/Base64.h"
#include "instruments/formats/BinaryData.h"
#include "tests/unit/instruments/Packed.h"

namespace touchstone::instruments {
namespace {

using Numbers = std::vector<double>;

std::string textOf(const std::string& base64) {
    const auto bytes = decodeBase64(base64);
    return bytes ? std::string(bytes->begin(), bytes->end()) : "refused";
}

/// The code of the fault, or "".
std::string faultOf(const std::string& base64, const ArrayEncoding& encoding, std::size_t declared) {
    const auto decoded = decodeArray(base64, encoding, declared);
    const auto* const fault = std::get_if<ArrayFault>(&decoded);
    return fault == nullptr ? "" : fault->code;
}

template <class Number>
Numbers roundTrip(const std::vector<Number>& numbers, const ArrayEncoding& encoding) {
    const std::string bytes = test::bytesOf(numbers);
    const auto decoded = decodeArray(test::base64(encoding.zlib ? test::zlib(bytes) : bytes), encoding, numbers.size());
    return std::get<Numbers>(decoded);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(BinaryDataTest)

BOOST_AUTO_TEST_CASE(base64_of_the_standard) {
    BOOST_TEST(textOf("").empty());
    BOOST_TEST(textOf("Zg==") == "f");
    BOOST_TEST(textOf("Zm8=") == "fo");
    BOOST_TEST(textOf("Zm9v") == "foo");
    BOOST_TEST(textOf("Zm9vYg==") == "foob");
    BOOST_TEST(textOf("Zm9vYmE=") == "fooba");
    BOOST_TEST(textOf("Zm9vYmFy") == "foobar");
}

BOOST_AUTO_TEST_CASE(base64_goes_over_lines) {
    BOOST_TEST(textOf("\n  Zm9v\r\nYm\tFy \n") == "foobar");
    BOOST_TEST(textOf("Z m9vY\nmE\n=\n") == "fooba");
    std::string all;
    for (int i = 0; i < 999; ++i) all += static_cast<char>(i);
    std::string folded = test::base64(all);
    for (std::size_t at = 75; at < folded.size(); at += 76) folded.insert(at, "\n");
    BOOST_TEST(textOf(folded) == all);
}

BOOST_AUTO_TEST_CASE(base64_with_anything_else_in_it_is_refused) {
    for (const char* text : {"Zm9vYmE", "Zm9vYm", "Zm9vY", "Zg=", "Zg===", "Z===", "====", "=", "Zg==Zg==", "Zm9v-mFy",
                             "Zm9v\xC3\xBC", "Zm=v", "Zm9v.", "Zm9vYm%y"}) {
        BOOST_TEST(textOf(text) == "refused", text);
    }
    BOOST_TEST(textOf(std::string("Zm9v\0mFy", 8)) == "refused");
}

BOOST_AUTO_TEST_CASE(numbers_of_every_type) {
    const Numbers expected{-3, 0, 1, 77};
    for (const bool zlib : {false, true}) {
        using enum NumberType;
        const Numbers f64 = roundTrip<double>({-3, 0, 1, 77}, {Float64, Numpress::None, zlib});
        const Numbers f32 = roundTrip<float>({-3, 0, 1, 77}, {Float32, Numpress::None, zlib});
        const Numbers i32 = roundTrip<std::int32_t>({-3, 0, 1, 77}, {Int32, Numpress::None, zlib});
        const Numbers i64 = roundTrip<std::int64_t>({-3, 0, 1, 77}, {Int64, Numpress::None, zlib});
        for (const Numbers& read : {f64, f32, i32, i64}) BOOST_TEST(read == expected, boost::test_tools::per_element());
    }
    BOOST_TEST(roundTrip<double>({}, {NumberType::Float64, Numpress::None, true}).empty());
}

BOOST_AUTO_TEST_CASE(bytes_stand_in_little_endian_order) {
    const auto decoded = decodeArray("AAAAAAAA8D8=", {}, 1);
    BOOST_TEST(std::get<Numbers>(decoded) == Numbers{1.0});
}

BOOST_AUTO_TEST_CASE(numpress_alone_and_packed_by_zlib) {
    const Numbers numbers{5, 0, 20000, 7};
    for (const bool zlib : {false, true}) {
        const std::string bytes = test::pic(numbers);
        const auto decoded =
            decodeArray(test::base64(zlib ? test::zlib(bytes) : bytes), {NumberType::Float64, Numpress::Pic, zlib}, 4);
        BOOST_TEST(std::get<Numbers>(decoded) == numbers, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(what_is_broken_says_what) {
    const ArrayEncoding plain, zlib{NumberType::Float64, Numpress::None, true};
    const std::string packed = test::zlib(std::string(800, 'x'));
    BOOST_TEST(faultOf("A", plain, 1) == "bad_base64");
    BOOST_TEST(faultOf("AAAA", plain, 1) == "array_bytes");
    BOOST_TEST(faultOf("AAAA", zlib, 1) == "bad_zlib");
    BOOST_TEST(faultOf(test::base64(packed.substr(0, packed.size() - 5)), zlib, 100) == "bad_zlib");
    BOOST_TEST(faultOf("Ag==", {NumberType::Float64, Numpress::Pic, false}, 1) == "bad_numpress");
}

BOOST_AUTO_TEST_CASE(a_declared_length_that_is_wrong_does_not_matter_much) {
    const ArrayEncoding zlib{NumberType::Float64, Numpress::None, true};
    const std::string packed = test::base64(test::zlib(std::string(8000, '\0')));
    for (const std::size_t declared : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{1} << 40U,
                                       std::numeric_limits<std::size_t>::max()}) {
        BOOST_TEST(std::get<Numbers>(decodeArray(packed, zlib, declared)).size() == 1000U);
    }
}

BOOST_AUTO_TEST_CASE(unpacking_stops_where_it_is_out_of_proportion) {
    const ArrayEncoding zlib{NumberType::Float64, Numpress::None, true};
    const std::string bomb = test::base64(test::zlib(std::string(std::size_t{20} << 20U, '\0')));
    BOOST_TEST(faultOf(bomb, zlib, 10) == "array_too_large");
    BOOST_TEST(faultOf(bomb, zlib, std::numeric_limits<std::size_t>::max()) == "array_too_large");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
