#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "instruments/transport/Astm.h"
#include "tests/unit/instruments/Links.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using test::inPieces;
using test::messages;
using test::replies;

const std::string enq = "\x05", ack = "\x06", nak = "\x15", eot = "\x04";
const std::string header = "H|\\^&|||Demo^1\r";

std::string frame(std::size_t number, const std::string& text, bool last = true) {
    return astmFrame(number, text, last);
}

std::string spoiled(std::string f) {
    f[f.size() - 3] = f[f.size() - 3] == '0' ? '1' : '0';
    return f;
}

/// H, P, O, R, L in a frame each.
std::string ordinary() {
    return frame(1, header) + frame(2, "P|1\r") + frame(3, "O|1|S-1\r") + frame(4, "R|1|^^^Na|131\r") +
           frame(5, "L|1|N\r");
}

std::vector<LinkEvent> receive(const std::string& bytes, AstmSettings settings = {}) {
    AstmReceiver receiver(settings);
    return inPieces(receiver, bytes, bytes.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ReceivingAstm)

BOOST_AUTO_TEST_CASE(the_checksum_sums_number_text_and_end_mark_modulo_256) {
    BOOST_TEST(astmChecksum("1\x03") == "34");
    BOOST_TEST(frame(1, "L|1\r") ==
               "\x02"
               "1L|1\r\x03" +
                   astmChecksum("1L|1\r\x03") + "\r\n");
}

BOOST_AUTO_TEST_CASE(a_message_in_frames_is_acknowledged_frame_by_frame_and_kept_as_sent) {
    const auto events = receive(enq + ordinary() + eot);
    BOOST_TEST(replies(events) == ack + ack + ack + ack + ack + ack);
    BOOST_REQUIRE(messages(events).size() == 1u);
    BOOST_TEST(messages(events)[0].bytes == ordinary());
    BOOST_TEST(name(messages(events)[0].state) == "complete");
}

BOOST_AUTO_TEST_CASE(every_accepted_frame_is_stored_before_its_acknowledgement) {
    for (const LinkEvent& event : receive(enq + ordinary())) {
        if (event.kind == LinkEvent::Kind::Reply) continue;
        BOOST_TEST(!event.bytes.empty());
        BOOST_TEST(event.reply == ack);
    }
}

BOOST_AUTO_TEST_CASE(the_last_acknowledgement_belongs_to_the_whole_message) {
    const auto events = receive(enq + ordinary());
    BOOST_TEST((events.back().kind == LinkEvent::Kind::Message));
    BOOST_TEST(events.back().reply == ack);
}

BOOST_AUTO_TEST_CASE(how_the_bytes_are_cut_makes_no_difference) {
    const std::string hostile = "noise" + enq + spoiled(frame(1, header)) + frame(1, header) + frame(1, header) +
                                "\x02"
                                "broken" +
                                frame(2, "P|1\r", false) + frame(3, "O|1|S-1\rR|1|^^^K|4\r") + enq + ordinary() + eot +
                                eot + enq + eot +
                                "\x02"
                                "stray\x03\n" +
                                enq + frame(1, header);
    AstmReceiver whole;
    const auto expected = inPieces(whole, hostile, hostile.size());
    BOOST_TEST(messages(expected).size() >= 4u);
    for (std::size_t size = 1; size < hostile.size(); ++size) {
        AstmReceiver receiver;
        BOOST_TEST((inPieces(receiver, hostile, size) == expected), "differs in pieces of " << size);
    }
}

BOOST_AUTO_TEST_CASE(a_frame_split_over_two_segments_is_one_frame) {
    AstmReceiver receiver;
    const std::string f = frame(1, header);
    static_cast<void>(receiver.feed(enq, Moment{}));
    BOOST_TEST(receiver.feed(f.substr(0, 5), Moment{}).empty());
    BOOST_TEST(replies(receiver.feed(f.substr(5), Moment{})) == ack);
}

BOOST_AUTO_TEST_CASE(the_line_end_may_come_late_or_not_at_all) {
    AstmReceiver receiver;
    const std::string f = frame(1, header);
    static_cast<void>(receiver.feed(enq + f.substr(0, f.size() - 2), Moment{}));
    BOOST_TEST(replies(receiver.tick(Moment{} + 50ms)) == "");
    BOOST_TEST(replies(receiver.feed("\r\n", Moment{} + 60ms)) == ack);
    const std::string bare = frame(2, "P|1\r").substr(0, frame(2, "P|1\r").size() - 2);
    BOOST_TEST(replies(receiver.feed(bare, Moment{} + 70ms)) == "");
    BOOST_TEST(replies(receiver.tick(Moment{} + 200ms)) == ack);
}

BOOST_AUTO_TEST_CASE(line_ends_of_one_character_are_kept_as_they_are) {
    const std::string f = frame(1, header + "L|1|N\r");
    for (const std::string end : {"\r", "\n", ""}) {
        const std::string sent = f.substr(0, f.size() - 2) + end;
        const auto found = messages(receive(enq + sent + eot));
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found[0].bytes == sent);
    }
}

BOOST_AUTO_TEST_CASE(two_frames_in_one_segment_are_two_frames) {
    BOOST_TEST(replies(receive(enq + frame(1, header) + frame(2, "P|1\r"))) == ack + ack + ack);
}

BOOST_AUTO_TEST_CASE(a_repeated_frame_is_acknowledged_again_and_kept_once) {
    const std::string twice =
        frame(1, header) + frame(2, "P|1\r") + frame(2, "P|1\r") + frame(3, "L|1|N\r") + frame(3, "L|1|N\r");
    const auto events = receive(enq + twice + eot);
    BOOST_TEST(replies(events) == ack + ack + ack + ack + ack + ack);
    BOOST_REQUIRE(messages(events).size() == 1u);
    BOOST_TEST(messages(events)[0].bytes == frame(1, header) + frame(2, "P|1\r") + frame(3, "L|1|N\r"));
}

BOOST_AUTO_TEST_CASE(a_skipped_number_is_refused_so_that_no_record_is_lost) {
    BOOST_TEST(replies(receive(enq + frame(1, header) + frame(3, "O|1|S\r"))) == ack + ack + nak);
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_is_refused_and_the_repetition_taken) {
    const auto events = receive(enq + frame(1, header) + spoiled(frame(2, "L|1|N\r")) + frame(2, "L|1|N\r") + eot);
    BOOST_TEST(replies(events) == ack + ack + nak + ack);
    BOOST_REQUIRE(messages(events).size() == 1u);
    BOOST_TEST(messages(events)[0].bytes == frame(1, header) + frame(2, "L|1|N\r"));
}

BOOST_AUTO_TEST_CASE(checksums_in_lower_case_are_right) {
    std::string f = frame(1, header + "L|1|N\r");
    for (std::size_t i = f.size() - 4; i < f.size() - 2; ++i) f[i] = static_cast<char>(std::tolower(f[i]));
    BOOST_TEST(replies(receive(enq + f)) == ack + ack);
}

BOOST_AUTO_TEST_CASE(numbers_wrap_from_7_to_0) {
    std::string bytes = frame(1, header);
    for (std::size_t n = 2; n <= 10; ++n) bytes += frame(n, "C|1|I|x\r");
    BOOST_TEST(replies(receive(enq + bytes)) == std::string(11, '\x06'));
}

BOOST_AUTO_TEST_CASE(a_device_that_numbers_out_of_sequence_needs_the_lenient_setting) {
    const std::string odd = frame(1, header) + frame(1, "M|1|A\r") + frame(1, "M|2|B\r") + frame(4, "L|1|N\r");
    BOOST_TEST(replies(receive(enq + odd)) == ack + ack + nak + nak + nak);
    const auto events = receive(enq + odd, {.numbers = FrameNumbers::Lenient});
    BOOST_TEST(replies(events) == std::string(5, '\x06'));
    BOOST_TEST(messages(events)[0].bytes == odd);
}

BOOST_AUTO_TEST_CASE(records_may_run_over_frames_that_end_with_etb) {
    const std::string cut =
        frame(1, header.substr(0, 6), false) + frame(2, header.substr(6) + "L|1", false) + frame(3, "|N\r");
    const auto found = messages(receive(enq + cut + eot));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(name(found[0].state) == "complete");
}

BOOST_AUTO_TEST_CASE(two_messages_in_one_transfer_are_two_messages) {
    const std::string second = frame(6, header) + frame(7, "L|1|N\r");
    const auto found = messages(receive(enq + ordinary() + second + eot));
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found[1].bytes == second);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_ends_before_l_is_incomplete_evidence) {
    const auto found = messages(receive(enq + frame(1, header) + frame(2, "P|1\r") + eot));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(name(found[0].state) == "incomplete");
    BOOST_TEST(!found[0].note.empty());
}

BOOST_AUTO_TEST_CASE(a_sender_that_falls_silent_leaves_an_incomplete_message_after_30_seconds) {
    AstmReceiver receiver;
    static_cast<void>(receiver.feed(enq + frame(1, header), Moment{}));
    BOOST_TEST(receiver.tick(Moment{} + 29s).empty());
    const auto events = receiver.tick(Moment{} + 30s);
    BOOST_REQUIRE(events.size() == 1u);
    BOOST_TEST(name(events[0].state) == "incomplete");
    BOOST_TEST(replies(receiver.feed(enq, Moment{} + 31s)) == ack);
}

BOOST_AUTO_TEST_CASE(frames_that_hold_no_records_end_with_eot) {
    const auto found = messages(receive(enq + frame(1, "mt one") + frame(2, "mt two") + eot));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(name(found[0].state) == "complete");
}

BOOST_AUTO_TEST_CASE(an_empty_transfer_is_a_sign_of_life) {
    BOOST_TEST(messages(receive(enq + eot + enq + eot)).empty());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_frames_are_kept_as_they_came) {
    const std::string print =
        "\x02"
        "24/10/29 Na 131 mmol/L \x03\n";
    for (const std::string& sent : {print, enq + print + eot}) {
        const auto found = messages(receive(sent));
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(name(found[0].state) == "unframed");
        BOOST_TEST(found[0].bytes == print);
        BOOST_TEST(found[0].reply == "");
    }
}

BOOST_AUTO_TEST_CASE(line_noise_is_not_evidence) {
    BOOST_TEST(receive("\r\n\n" + std::string(3, '\0') + "\x06\x15").empty());
}

BOOST_AUTO_TEST_CASE(sizes_are_limited) {
    const std::string big(300, 'x');
    BOOST_TEST(replies(receive(enq + frame(1, "H|\\^&|" + big), {.maxFrame = 250})) == ack + nak);
    BOOST_TEST(replies(receive(enq + frame(1, header) + frame(2, big), {.maxMessage = 250})) == ack + ack + nak);
    const std::string fits(63'990, 'x');
    BOOST_TEST(replies(receive(enq + frame(1, fits))) == ack + ack);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(SendingAstm)

BOOST_AUTO_TEST_CASE(records_are_cut_into_frames_of_240_characters) {
    const std::string longRecord = "C|1|I|" + std::string(500, 'x');
    const auto frames = frameAstmRecords("H|\\^&\n" + longRecord + "\r\nL|1");
    BOOST_TEST(frames.size() == 5u);
    BOOST_TEST(frames[1].size() == 247u);
    std::string all;
    for (const auto& f : frames) all += f;
    BOOST_TEST(messages(receive(enq + all)).size() == 1u);
    BOOST_TEST((splitAstmFrames(enq + all + eot) == frames));
}

BOOST_AUTO_TEST_CASE(a_message_goes_from_enq_to_eot) {
    AstmSender sender({"one", "two"});
    BOOST_TEST(sender.start(Moment{}) == enq);
    BOOST_TEST(sender.receive(ack[0], Moment{}) == "one");
    BOOST_TEST(sender.receive(ack[0], Moment{}) == "two");
    BOOST_TEST(sender.receive(ack[0], Moment{}) == eot);
    BOOST_TEST((sender.state() == AstmSender::State::Done));
}

BOOST_AUTO_TEST_CASE(a_frame_is_sent_six_times_at_most) {
    AstmSender sender({"one"});
    static_cast<void>(sender.start(Moment{}));
    static_cast<void>(sender.receive(ack[0], Moment{}));
    for (int i = 0; i < 5; ++i) BOOST_TEST(sender.receive(nak[0], Moment{}) == "one");
    BOOST_TEST(sender.receive(nak[0], Moment{}) == eot);
    BOOST_TEST((sender.state() == AstmSender::State::Failed));
}

BOOST_AUTO_TEST_CASE(a_busy_receiver_is_asked_again_after_ten_seconds) {
    AstmSender sender({"one"});
    static_cast<void>(sender.start(Moment{}));
    BOOST_TEST(sender.receive(nak[0], Moment{}) == "");
    BOOST_TEST(sender.tick(Moment{} + 9s) == "");
    BOOST_TEST(sender.tick(Moment{} + 10s) == enq);
}

BOOST_AUTO_TEST_CASE(no_reply_within_fifteen_seconds_ends_the_transfer) {
    AstmSender sender({"one"});
    static_cast<void>(sender.start(Moment{}));
    static_cast<void>(sender.receive(ack[0], Moment{}));
    BOOST_TEST(sender.tick(Moment{} + 15s) == eot);
    BOOST_TEST((sender.state() == AstmSender::State::Failed));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
