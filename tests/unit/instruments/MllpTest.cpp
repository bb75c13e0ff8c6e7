#include <boost/test/unit_test.hpp>

#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"
#include "tests/unit/instruments/Links.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using test::inPieces;
using test::messages;

const std::string a = "MSH|^~\\&|A\rPID|1\r", b = "MSH|^~\\&|B\r", c = "MSH|^~\\&|\xE9\x93\x85\r";

std::vector<LinkEvent> receive(const std::string& bytes, std::size_t size, std::size_t limit = 4'000'000) {
    MllpLink receiver({.maxMessage = limit});
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

BOOST_AUTO_TEST_CASE(three_blocks_in_one_segment_are_three_messages) {
    BOOST_TEST(messages(receive(mllpFrame(a) + mllpFrame(b) + mllpFrame(c), 1'000)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_block_in_three_segments_is_one_message) {
    MllpLink receiver;
    const std::string block = mllpFrame(a);
    BOOST_TEST(receiver.feed(block.substr(0, 1), Moment{}).empty());
    BOOST_TEST(receiver.feed(block.substr(1, 9), Moment{}).empty());
    BOOST_TEST(messages(receiver.feed(block.substr(10), Moment{})).at(0).bytes == a);
}

BOOST_AUTO_TEST_CASE(a_character_cut_by_a_segment_is_whole_again) {
    MllpLink receiver;
    const std::string block = mllpFrame(c);
    const std::size_t inside = block.find('\x93');
    BOOST_TEST(receiver.feed(block.substr(0, inside), Moment{}).empty());
    BOOST_TEST(messages(receiver.feed(block.substr(inside), Moment{})).at(0).bytes == c);
}

BOOST_AUTO_TEST_CASE(message_after_message_on_one_connection_is_taken_once_each) {
    MllpLink receiver;
    for (int i = 0; i < 100; ++i) {
        const std::string one = a + "NTE|" + std::to_string(i) + "\r";
        const auto found = messages(receiver.feed(mllpFrame(one), Moment{}));
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found[0].bytes == one);
    }
}

BOOST_AUTO_TEST_CASE(one_and_a_half_messages_then_the_rest) {
    MllpLink receiver;
    const std::string second = mllpFrame(b);
    BOOST_TEST(receiver.feed(mllpFrame(a) + second.substr(0, 4), Moment{}).size() == 1u);
    BOOST_TEST(receiver.feed(second.substr(4), Moment{}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_message_does_not_wait_for_the_carriage_return_behind_it) {
    MllpLink receiver;
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

BOOST_AUTO_TEST_CASE(release_1_sends_at_once) {
    MllpLink link;
    BOOST_TEST(test::replies(link.send("1", a, Moment{})) == mllpFrame(a));
    BOOST_TEST(test::replies(link.send("2", b, Moment{})) == mllpFrame(b));
}

BOOST_AUTO_TEST_CASE(release_2_answers_with_a_commit_block) {
    MllpLink link({.maxMessage = 50, .commitBlocks = true});
    const auto found = link.feed(mllpFrame(a) + mllpFrame(std::string(99, 'x')), Moment{});
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found[0].reply == "\x0B\x06\x1C\r");
    BOOST_TEST(found[0].refusal == "\x0B\x15\x1C\r");
    BOOST_TEST(found[1].reply == "\x0B\x15\x1C\r");
}

BOOST_AUTO_TEST_CASE(release_2_sends_one_message_at_a_time_until_it_is_committed) {
    using Kind = LinkEvent::Kind;
    MllpLink link({.commitBlocks = true});
    BOOST_TEST(test::replies(link.send("1", a, Moment{})) == mllpFrame(a));
    BOOST_TEST(link.send("2", b, Moment{}).empty());
    const auto first = link.feed("\x0B\x06\x1C\r", Moment{});
    BOOST_REQUIRE(first.size() == 2u);
    BOOST_TEST((first[0].kind == Kind::Sent && first[0].id == "1"));
    BOOST_TEST(first[1].reply == mllpFrame(b));
    const auto second = link.feed("\x0B\x15\x1C\r\x0B\x06\x1C\r", Moment{});
    BOOST_REQUIRE(second.size() == 1u);
    BOOST_TEST((second[0].kind == Kind::NotSent && second[0].id == "2"));
    static_cast<void>(link.send("3", c, Moment{}));
    const auto late = link.tick(Moment{} + 30s);
    BOOST_REQUIRE(late.size() == 1u);
    BOOST_TEST((late[0].kind == Kind::NotSent && late[0].id == "3"));
    static_cast<void>(link.send("4", c, Moment{}));
    BOOST_TEST(link.close().size() == 1u);
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
