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
const std::string header = "H|\\^&|||Host\r", last = "L|1|N\r";
const std::string order = header + "P|1\rO|1|S-1||^^^Na\r" + last;
const std::string result = astmFrame(1, header, true) + astmFrame(2, last, true);

/// A line with a clock; both ends' bytes are read like a protocol.
struct Line {
    AstmLink link;
    Moment now{};
    std::vector<LinkEvent> events{};

    explicit Line(AstmSettings settings = {}) : link(settings) {}

    std::string hears(const std::string& bytes) {
        const std::string said = add(link.feed(bytes, now));
        return said + waits(0ms);
    }
    std::string waits(std::chrono::milliseconds time) {
        now += time;
        return add(link.tick(now));
    }
    std::string sends(const std::string& id, const std::string& message = order) {
        const std::string said = add(link.send(id, message, now));
        return said + waits(0ms);
    }
    std::string add(const std::vector<LinkEvent>& more) {
        events.insert(events.end(), more.begin(), more.end());
        return replies(more);
    }
    /// "a sent, b not sent: why"
    [[nodiscard]] std::string outcomes() const {
        std::string all;
        for (const LinkEvent& event : events) {
            if (event.kind != LinkEvent::Kind::Sent && event.kind != LinkEvent::Kind::NotSent) continue;
            all += (all.empty() ? "" : ", ") + event.id;
            all += event.kind == LinkEvent::Kind::Sent ? " sent" : " not sent: " + event.note;
        }
        return all;
    }
};

const std::vector<std::string> orderFrames = frameAstmRecords(order);

struct InTheMiddle : Line {
    InTheMiddle() {
        sends("a");
        hears(ack);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(DuplexAstm)

BOOST_AUTO_TEST_CASE(a_message_goes_out_frame_by_frame_and_is_sent_with_its_last_acknowledgement) {
    Line line;
    BOOST_TEST(line.sends("a") == enq);
    for (const std::string& frame : orderFrames) BOOST_TEST(line.hears(ack) == frame);
    BOOST_TEST(line.outcomes() == "");
    BOOST_TEST(line.hears(ack) == eot);
    BOOST_TEST(line.outcomes() == "a sent");
}

BOOST_AUTO_TEST_CASE(messages_wait_for_one_another) {
    Line line;
    BOOST_TEST(line.sends("a", last) == enq);
    BOOST_TEST(line.sends("b", last) == "");
    BOOST_TEST(line.hears(ack) == astmFrame(1, last, true));
    BOOST_TEST(line.hears(ack) == eot + enq);
    line.hears(ack + ack);
    BOOST_TEST(line.outcomes() == "a sent, b sent");
}

BOOST_AUTO_TEST_CASE(the_line_is_not_asked_for_while_the_instrument_sends) {
    Line line;
    line.hears(enq);
    BOOST_TEST(line.sends("a") == "");
    BOOST_TEST(line.hears(result) == ack + ack);
    BOOST_TEST(line.hears(eot) == enq);
    BOOST_TEST(messages(line.events).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_host_yields_to_an_instrument_that_asks_at_the_same_time) {
    Line line;
    line.sends("a");
    BOOST_TEST(line.hears(enq) == "");
    BOOST_TEST(line.waits(1s) == "");
    BOOST_TEST(line.hears(enq) == ack);
    BOOST_TEST(line.hears(result) == ack + ack);
    BOOST_TEST(line.hears(eot) == enq);
    BOOST_TEST(messages(line.events).at(0).bytes == result);
}

BOOST_AUTO_TEST_CASE(a_host_that_yielded_for_nothing_asks_again_after_20_seconds) {
    Line line;
    line.sends("a");
    line.hears(enq);
    BOOST_TEST(line.waits(19s) == "");
    BOOST_TEST(line.waits(1s) == enq);
}

BOOST_AUTO_TEST_CASE(an_instrument_insists_after_a_second) {
    Line line({.sending = {.role = AstmRole::Instrument}});
    line.sends("a");
    BOOST_TEST(line.hears(enq) == "");
    BOOST_TEST(line.waits(999ms) == "");
    BOOST_TEST(line.waits(1ms) == enq);
    BOOST_TEST(line.hears(ack) == orderFrames[0]);
}

BOOST_AUTO_TEST_CASE(contention_between_our_two_roles_ends_with_both_messages) {
    Line host, instrument({.sending = {.role = AstmRole::Instrument}});
    std::string toInstrument = host.sends("order"), toHost = instrument.sends("result");
    for (int i = 0; i < 200; ++i) {
        std::string reply = instrument.hears(std::exchange(toInstrument, {}));
        reply += instrument.waits(100ms);
        toInstrument = host.hears(std::exchange(toHost, reply));
        toInstrument += host.waits(100ms);
    }
    BOOST_TEST(host.outcomes() == "order sent");
    BOOST_TEST(instrument.outcomes() == "result sent");
    BOOST_TEST(messages(host.events).size() == 1u);
    BOOST_TEST(messages(instrument.events).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_busy_instrument_is_asked_again_after_10_seconds_and_given_up_after_6_times) {
    Line line;
    line.sends("a");
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(line.hears(nak) == "");
        BOOST_TEST(line.waits(9'999ms) == "");
        BOOST_TEST(line.waits(1ms) == enq);
    }
    BOOST_TEST(line.hears(nak) == eot);
    BOOST_TEST(line.outcomes() == "a not sent: the other side is busy");
}

BOOST_AUTO_TEST_CASE(a_busy_instrument_may_send_in_the_meantime) {
    Line line;
    line.sends("a");
    line.hears(nak);
    BOOST_TEST(line.hears(enq + result + eot) == ack + ack + ack);
    BOOST_TEST(line.waits(10s) == enq);
}

BOOST_AUTO_TEST_CASE(no_reply_to_enq_for_15_seconds_gives_the_message_up) {
    Line line;
    line.sends("a");
    BOOST_TEST(line.waits(14s) == "");
    line.hears("\r");
    BOOST_TEST(line.waits(1s) == eot);
    BOOST_TEST(line.outcomes() == "a not sent: no reply to ENQ");
    BOOST_TEST(line.hears(enq) == ack);
}

BOOST_FIXTURE_TEST_CASE(a_refused_frame_is_repeated_and_given_up_after_six_times, InTheMiddle) {
    BOOST_TEST(hears(ack) == orderFrames[1]);
    for (int i = 0; i < 5; ++i) BOOST_TEST(hears(nak) == orderFrames[1]);
    BOOST_TEST(hears(nak) == eot);
    BOOST_TEST(outcomes() == "a not sent: frame 2 was refused");
}

BOOST_FIXTURE_TEST_CASE(anything_but_ack_and_eot_is_a_refusal, InTheMiddle) {
    BOOST_TEST(hears("?") == orderFrames[0]);
}

BOOST_FIXTURE_TEST_CASE(no_reply_to_a_frame_for_15_seconds_gives_the_message_up, InTheMiddle) {
    BOOST_TEST(waits(15s) == eot);
    BOOST_TEST(outcomes() == "a not sent: no reply to frame 1");
}

BOOST_FIXTURE_TEST_CASE(an_interrupted_message_is_sent_again_whole_after_15_seconds, InTheMiddle) {
    BOOST_TEST(hears(eot) == eot);
    BOOST_TEST(waits(14s) == "");
    BOOST_TEST(waits(1s) == enq);
    BOOST_TEST(hears(ack) == orderFrames[0]);
    BOOST_TEST(outcomes() == "");
}

BOOST_FIXTURE_TEST_CASE(an_interrupted_message_is_sent_again_once_the_receiver_has_said_its_own, InTheMiddle) {
    hears(eot);
    BOOST_TEST(hears(enq + result + eot) == ack + ack + ack + enq);
}

BOOST_AUTO_TEST_CASE(an_interrupt_at_the_last_frame_acknowledges_it_and_holds_the_next_message) {
    Line line;
    line.sends("a", last);
    line.sends("b", last);
    line.hears(ack);
    BOOST_TEST(line.hears(eot) == eot);
    BOOST_TEST(line.outcomes() == "a sent");
    BOOST_TEST(line.waits(14s) == "");
    BOOST_TEST(line.waits(1s) == enq);
}

BOOST_FIXTURE_TEST_CASE(a_closed_connection_gives_everything_back, InTheMiddle) {
    sends("b");
    add(link.close());
    BOOST_TEST(outcomes() ==
               "a not sent: the connection was closed before it was acknowledged, "
               "b not sent: the connection was closed before it was acknowledged");
}

BOOST_AUTO_TEST_CASE(a_message_without_a_record_is_not_sent) {
    Line line;
    BOOST_TEST(line.sends("a", "\r\n") == "");
    BOOST_TEST(line.outcomes() == "a not sent: there is no record in the message");
}

BOOST_AUTO_TEST_CASE(how_the_bytes_are_cut_makes_no_difference_while_something_is_sent) {
    const std::string heard = ack + nak + ack + "?" + ack + eot + enq + result + "noise" + eot + enq + eot + ack;
    const auto outcome = [&](std::size_t size) {
        AstmLink link;
        std::vector<LinkEvent> events = link.send("a", order, Moment{});
        for (const LinkEvent& event : link.tick(Moment{})) events.push_back(event);
        for (const LinkEvent& event : inPieces(link, heard, size)) events.push_back(event);
        return events;
    };
    for (std::size_t size = 1; size < heard.size(); ++size) {
        BOOST_TEST((outcome(size) == outcome(heard.size())), "differs in pieces of " << size);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(RefusingAstm)

BOOST_AUTO_TEST_CASE(whatever_is_acknowledged_may_be_refused) {
    AstmLink link;
    for (const LinkEvent& event : link.feed(enq + result, Moment{})) {
        BOOST_TEST(event.reply == ack);
        BOOST_TEST(event.refusal == nak);
    }
}

BOOST_AUTO_TEST_CASE(a_refused_enq_leaves_the_line_neutral) {
    AstmLink link;
    link.refused(link.feed(enq, Moment{}).at(0));
    BOOST_TEST(link.feed(eot, Moment{}).empty());
    BOOST_TEST(replies(link.feed(enq + result, Moment{})) == ack + ack + ack);
}

BOOST_AUTO_TEST_CASE(behind_a_refused_frame_the_rest_of_the_transfer_is_refused_and_its_repetition_taken) {
    AstmLink link;
    static_cast<void>(link.feed(enq, Moment{}));
    link.refused(link.feed(result.substr(0, result.find('\n') + 1), Moment{}).at(0));
    BOOST_TEST(replies(link.feed(result, Moment{})) == nak + nak);
    BOOST_TEST(link.feed(eot, Moment{}).empty());
    const auto events = link.feed(enq + result + eot, Moment{});
    BOOST_TEST(replies(events) == ack + ack + ack);
    BOOST_REQUIRE(messages(events).size() == 1u);
    BOOST_TEST(messages(events)[0].bytes == result);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
