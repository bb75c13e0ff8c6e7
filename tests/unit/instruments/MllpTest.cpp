#include <boost/test/unit_test.hpp>

#include "instruments/transport/Mllp.h"
#include "tests/unit/instruments/Links.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using test::inPieces;
using test::messages;

const std::string a = "MSH|^~\\&|A\rPID|1\r", b = "MSH|^~\\&|B\r", c = "MSH|^~\\&|\xE9\x93\x85\r";

std::vector<LinkEvent> receive(const std::string& bytes, std::size_t size, std::size_t limit = 4'000'000) {
    MllpReceiver receiver(limit);
    return inPieces(receiver, bytes, size);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Mllp)

BOOST_AUTO_TEST_CASE(blocks_joined_split_or_inside_a_character_are_the_same_messages) {
    const std::string joined = mllpFrame(a) + mllpFrame(b) + mllpFrame(c);
    for (std::size_t size = 1; size <= joined.size(); ++size) {
        const auto found = messages(receive(joined, size));
        BOOST_REQUIRE(found.size() == 3u);
        BOOST_TEST(found[0].bytes == a);
        BOOST_TEST(found[1].bytes == b);
        BOOST_TEST(found[2].bytes == c);
        BOOST_TEST(found[2].awaited);
    }
}

BOOST_AUTO_TEST_CASE(one_and_a_half_messages_then_the_rest) {
    MllpReceiver receiver;
    const std::string second = mllpFrame(b);
    BOOST_TEST(receiver.feed(mllpFrame(a) + second.substr(0, 4), Moment{}).size() == 1u);
    BOOST_TEST(receiver.feed(second.substr(4), Moment{}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_message_does_not_wait_for_the_carriage_return_behind_it) {
    MllpReceiver receiver;
    std::string block = mllpFrame(a);
    block.pop_back();
    BOOST_TEST(receiver.feed(block, Moment{}).size() == 1u);
    BOOST_TEST(receiver.feed("\r" + mllpFrame(b), Moment{}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(junk_before_a_block_is_skipped) {
    const auto found = messages(receive(std::string("\0\r\n", 3) + mllpFrame(a), 2));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].bytes == a);
}

BOOST_AUTO_TEST_CASE(text_outside_blocks_is_kept_as_evidence) {
    const auto found = messages(receive(b + mllpFrame(a), 3));
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(name(found[0].state) == "unframed");
    BOOST_TEST(!found[0].awaited);
    BOOST_TEST(found[1].bytes == a);
}

BOOST_AUTO_TEST_CASE(a_block_in_which_another_begins_is_incomplete) {
    const auto found = messages(receive("\x0BMSH|^~\\&|lost" + mllpFrame(a), 5));
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(name(found[0].state) == "incomplete");
    BOOST_TEST(!found[0].awaited);
    BOOST_TEST(name(found[1].state) == "complete");
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_leaves_an_incomplete_message) {
    const auto found = messages(receive("\x0BMSH|^~\\&|lost", 5));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(name(found[0].state) == "incomplete");
}

BOOST_AUTO_TEST_CASE(a_message_beyond_the_limit_is_cut_and_answered) {
    const auto found = messages(receive(mllpFrame(a + std::string(100, 'x')) + mllpFrame(b), 7, 50));
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(name(found[0].state) == "incomplete");
    BOOST_TEST(found[0].bytes.size() == 50u);
    BOOST_TEST(found[0].awaited);
    BOOST_TEST(found[1].bytes == b);
}

BOOST_AUTO_TEST_CASE(lines_are_messages_of_devices_that_only_print) {
    for (std::size_t size = 1; size < 20; ++size) {
        LineReceiver receiver;
        const auto found = messages(inPieces(receiver, "S S  100.00 g\r\n\r\nS S  99.98 g\n", size));
        BOOST_REQUIRE(found.size() == 2u);
        BOOST_TEST(found[0].bytes == "S S  100.00 g");
        BOOST_TEST(found[1].bytes == "S S  99.98 g");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
