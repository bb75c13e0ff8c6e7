#include <boost/test/unit_test.hpp>

#include "instruments/formats/Formats.h"
#include "instruments/transport/Balance.h"
#include "tests/unit/instruments/Links.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using test::replies;

/// "message id: bytes", "sent id", "not sent id: why" and the bytes that go out, in order.
std::string told(const std::vector<LinkEvent>& events) {
    std::string all;
    for (const LinkEvent& event : events) {
        if (!all.empty()) all += ", ";
        switch (event.kind) {
            case LinkEvent::Kind::Message:
                all += "message " + event.id + ": " + event.bytes;
                break;
            case LinkEvent::Kind::Sent:
                all += "sent " + event.id;
                break;
            case LinkEvent::Kind::NotSent:
                all += "not sent " + event.id + ": " + event.note;
                break;
            default:
                all += event.reply;
        }
    }
    return all;
}

const Moment start{};

}  // namespace

BOOST_AUTO_TEST_SUITE(BalancesAsked)

BOOST_AUTO_TEST_CASE(a_stable_weight_is_asked_for_and_kept_as_it_came) {
    BalanceLink link;
    BOOST_TEST(told(link.send("1", "S", start)) == "S\r\n");
    BOOST_TEST(told(link.feed("S S     100.00 g\r\n", start + 5s)) == "message 1: S S     100.00 g, sent 1");
}

BOOST_AUTO_TEST_CASE(commands_wait_for_one_another) {
    BalanceLink link;
    static_cast<void>(link.send("1", "Z", start));
    BOOST_TEST(link.send("2", "T", start).empty());
    BOOST_TEST(told(link.feed("Z A\r\n", start)) == "sent 1, T\r\n");
    BOOST_TEST(told(link.feed("T S      12.00 g\r\n", start)) == "sent 2");
}

BOOST_AUTO_TEST_CASE(what_is_no_stable_weight_is_told_with_its_kind) {
    for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{{"S +", "overload"},
                                                                                    {"S -", "underload"},
                                                                                    {"S I", "not_executable"},
                                                                                    {"S L", "logical_error"},
                                                                                    {"ES", "syntax_error"},
                                                                                    {"ET", "transmission_error"},
                                                                                    {"EL", "logical_error"}}) {
        BalanceLink link;
        static_cast<void>(link.send("1", "S", start));
        BOOST_TEST(told(link.feed(line + "\r\n", start)) == "message 1: " + line + ", not sent 1: " + why);
    }
}

BOOST_AUTO_TEST_CASE(a_balance_that_does_not_settle_is_cancelled) {
    BalanceLink link;
    static_cast<void>(link.send("1", "S", start));
    BOOST_TEST(link.tick(start + 39s).empty());
    BOOST_TEST(told(link.tick(start + 40s)) == "@\r\n, not sent 1: no_answer");
    BOOST_TEST(link.feed("I4 A \"0123\"\r\n", start + 41s).empty());
    static_cast<void>(link.send("2", "Z", start + 50s));
    BOOST_TEST(told(link.tick(start + 53s)) == "@\r\n, not sent 2: no_answer");
}

BOOST_AUTO_TEST_CASE(what_is_printed_by_hand_is_a_message_of_its_own) {
    BalanceLink link;
    BOOST_TEST(told(link.feed("S S     100.00 g\r\n", start)) == "message : S S     100.00 g");
}

BOOST_AUTO_TEST_CASE(sbi_is_asked_again_until_the_unit_says_that_it_is_stable) {
    BalanceLink link({.dialect = BalanceDialect::Sbi});
    BOOST_TEST(told(link.send("1", "S", start)) == "\x1BP\r\n");
    BOOST_TEST(link.feed("+   100.01    \r\n", start).empty());
    BOOST_TEST(told(link.tick(start + 300ms)) == "\x1BP\r\n");
    BOOST_TEST(told(link.feed("N     +   100.00  g  \r\n", start + 400ms)) == "message 1: N     +   100.00  g  , sent 1");
    BOOST_TEST(told(link.send("2", "T", start)) == "\x1BU\r\n, sent 2");
    static_cast<void>(link.send("3", "S", start));
    BOOST_TEST(told(link.feed("Stat       Err 54   \r\n", start)) == "message 3: Stat       Err 54   , not sent 3: error");
    static_cast<void>(link.send("4", "S", start));
    BOOST_TEST(told(link.tick(start + 3s)) == "not sent 4: no_answer");
}

BOOST_AUTO_TEST_CASE(a_closed_connection_gives_commands_back) {
    BalanceLink link;
    static_cast<void>(link.send("1", "S", start));
    static_cast<void>(link.send("2", "S", start));
    BOOST_TEST(link.close().size() == 2u);
    BOOST_TEST(told(link.send("3", "X", start)) == "not sent 3: a balance takes S, Z or T");
}

BOOST_AUTO_TEST_CASE(a_moving_weight_of_sics_is_passed_over_until_it_stands_still) {
    BalanceLink link({.stableWait = 10s, .answerWait = 3s});
    static_cast<void>(link.send("1", "S", start));
    BOOST_TEST(told(link.feed("S D      99.00 g\r\n", start + 1s)).empty());
    BOOST_TEST(told(link.tick(start + 3s)).empty());
    BOOST_TEST(told(link.tick(start + 4s)) == "S\r\n");
    BOOST_TEST(told(link.feed("S S     100.00 g\r\n", start + 5s)) == "message 1: S S     100.00 g, sent 1");
    static_cast<void>(link.send("2", "S", start));
    static_cast<void>(link.feed("S D      99.00 g\r\n", start));
    BOOST_TEST(told(link.tick(start + 10s)) == "@\r\n, not sent 2: unstable");
}

BOOST_AUTO_TEST_CASE(how_the_bytes_are_cut_makes_no_difference) {
    const std::string heard = "S S     100.00 g\r\nnoise\nES\rS D 1 g\r\nZ A\r\nS S";
    const auto outcome = [&](std::size_t size) {
        BalanceLink link;
        for (const char* command : {"S", "S", "S", "Z"}) static_cast<void>(link.send(command, command, start));
        return test::inPieces(link, heard, size);
    };
    for (std::size_t size = 1; size < heard.size(); ++size) {
        BOOST_TEST((outcome(size) == outcome(heard.size())), "differs in pieces of " << size);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(BalancesRead)

BOOST_AUTO_TEST_CASE(a_stable_weight_is_an_observation) {
    for (const std::string line : {"S S     100.00 g", "N     +   100.00 g  ", "+   100.00 g  "}) {
        const Reading reading = read("", line);
        BOOST_TEST(reading.format == (line[0] == 'S' ? "sics" : "sbi"));
        BOOST_REQUIRE(reading.observations.size() == 1u);
        const Observation& o = reading.observations[0];
        BOOST_TEST(o.code == "weight");
        BOOST_TEST(o.decimal.value_or("") == "100.00");
        BOOST_TEST(o.unit == "g");
        BOOST_TEST(o.status == "F");
        BOOST_TEST(o.span.length == line.size());
    }
}

BOOST_AUTO_TEST_CASE(a_weight_that_is_not_stable_is_no_result) {
    for (const auto& [format, line, code] : std::vector<std::array<std::string, 3>>{
             {"sics", "S D     100.00 g", "unstable"},
             {"sics", "S +", "overload"},
             {"sics", "Z A", "no_weight"},
             {"sics", "hello", "not_sics"},
             {"sbi", "+   100.00    ", "unstable"},
             {"sbi", "Stat       Low      ", "underload"},
             {"sbi", "hello", "not_sbi"},
             {"sbi", "", "not_sbi"}}) {
        const Reading reading = read(format, line);
        BOOST_REQUIRE(reading.refused.has_value());
        BOOST_TEST(reading.refused->code == code);
        BOOST_TEST(reading.observations.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_digit_in_brackets_is_flagged) {
    const Reading reading = read("sbi", "N     -  10.12[4]mg ");
    BOOST_REQUIRE(reading.observations.size() == 1u);
    BOOST_TEST(reading.observations[0].value == "-10.124");
    BOOST_TEST(reading.observations[0].flags == "unverified");
    BOOST_TEST(reading.observations[0].unit == "mg");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
