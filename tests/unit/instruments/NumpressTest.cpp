#include <boost/test/unit_test.hpp>
#include <cmath>
#include <libmsnumpress/MSNumpress.hpp>
#include <limits>
#include <random>

#include "instruments/formats/Numpress.h"

// The other side is libmsnumpress, by the authors of the encoding.
namespace touchstone::instruments {
namespace {

namespace reference = ms::numpress::MSNumpress;
using Bytes = std::vector<unsigned char>;
using Numbers = std::vector<double>;

Numbers positions(std::size_t count) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> step(0.001, 0.5);
    Numbers numbers;
    double at = 100;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(at += step(random));
    return numbers;
}

Numbers counts(std::size_t count) {
    std::mt19937 random(9);
    std::exponential_distribution<double> size(1e-4);
    Numbers numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(std::floor(size(random)));
    return numbers;
}

const std::vector<std::size_t> lengths{1, 2, 3, 4, 5, 100, 1001};

}  // namespace

BOOST_AUTO_TEST_SUITE(NumpressTest)

BOOST_AUTO_TEST_CASE(linear_is_read_as_the_reference_reads_it_to_the_last_bit) {
    for (const std::size_t length : lengths) {
        const Numbers numbers = positions(length);
        Bytes bytes;
        reference::encodeLinear(numbers, bytes, 1e5);
        Numbers expected;
        reference::decodeLinear(bytes, expected);
        const auto read = decodeNumpressLinear(bytes);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(*read == expected, boost::test_tools::per_element());
        BOOST_REQUIRE(read->size() == numbers.size());
        for (std::size_t i = 0; i < length; ++i) BOOST_TEST(std::abs((*read)[i] - numbers[i]) <= 0.51e-5);
    }
}

BOOST_AUTO_TEST_CASE(linear_keeps_steps_of_both_signs) {
    const Numbers numbers{500, 100, 2000, 0, 3, 3, 3, 20000, 1};
    Bytes bytes;
    reference::encodeLinear(numbers, bytes, 1e4);
    const auto read = decodeNumpressLinear(bytes);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(*read == numbers, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pic_keeps_counts) {
    for (const std::size_t length : lengths) {
        const Numbers numbers = counts(length);
        Bytes bytes;
        reference::encodePic(numbers, bytes);
        const auto read = decodeNumpressPic(bytes);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(*read == numbers, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(slof_is_read_as_the_reference_reads_it) {
    for (const std::size_t length : lengths) {
        const Numbers numbers = counts(length);
        Bytes bytes;
        reference::encodeSlof(numbers, bytes, reference::optimalSlofFixedPoint(numbers.data(), numbers.size()));
        Numbers expected;
        reference::decodeSlof(bytes, expected);
        const auto read = decodeNumpressSlof(bytes);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(*read == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(nothing_and_a_scale_alone_are_no_numbers) {
    const Bytes scale(8, 0);
    for (const Bytes& bytes : {Bytes(), scale}) {
        BOOST_TEST(decodeNumpressLinear(bytes)->empty());
        BOOST_TEST(decodeNumpressSlof(bytes)->empty());
    }
    BOOST_TEST(decodeNumpressPic(Bytes())->empty());
}

BOOST_AUTO_TEST_CASE(what_breaks_off_is_refused) {
    const Numbers numbers{100, 200, 1e4, 7};
    Bytes bytes;
    reference::encodeLinear(numbers, bytes, 1e5);
    for (const std::size_t length : {1U, 7U, 9U, 11U, 13U, 15U}) {
        BOOST_TEST(!decodeNumpressLinear(Bytes(bytes.begin(), bytes.begin() + length)).has_value());
    }
    BOOST_TEST(!decodeNumpressLinear(Bytes(bytes.begin(), bytes.begin() + 17)).has_value());
    BOOST_TEST(!decodeNumpressPic(Bytes{0x01}).has_value());
    bytes.clear();
    reference::encodeSlof(numbers, bytes, 1000);
    BOOST_TEST(!decodeNumpressSlof(Bytes(bytes.begin(), bytes.end() - 1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_scale_that_is_none_is_refused) {
    Bytes bytes(20, 0);
    BOOST_TEST(!decodeNumpressLinear(bytes).has_value());
    BOOST_TEST(!decodeNumpressSlof(bytes).has_value());
    bytes[0] = 0x7F;  // infinity
    bytes[1] = 0xF0;
    BOOST_TEST(!decodeNumpressLinear(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(hostile_steps_do_no_harm) {
    Bytes bytes{0x40, 0xF0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};
    for (int i = 0; i < 400000; ++i)
        bytes.insert(bytes.end(), {0x10, 0xFF, 0xFF, 0xF7});  // the greatest step, ever again
    BOOST_TEST(decodeNumpressLinear(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(random_bytes_give_what_the_reference_gives_or_nothing) {
    std::mt19937 random(3);
    for (int round = 0; round < 20000; ++round) {
        Bytes bytes(random() % 40);
        for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
        const auto read = decodeNumpressPic(bytes);
        BOOST_TEST(decodeNumpressLinear(bytes).value_or(Numbers()).size() <= 2 * bytes.size());
        BOOST_TEST(decodeNumpressSlof(bytes).value_or(Numbers()).size() <= bytes.size());
        if (!read || bytes.empty()) continue;
        Numbers expected;
        reference::decodePic(bytes, expected);
        BOOST_TEST(*read == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
