#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/intake/CommandService.h"
#include "server/intake/IntakeService.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::TestId;
using touchstone::intake::CommandKind;
using touchstone::intake::CommandState;
using touchstone::tests::Laboratory;
using namespace std::chrono_literals;

namespace intake = touchstone::intake;

namespace {

struct Sending : Laboratory {
    intake::CommandService service{application(), trail, clock};
    intake::IntakeService receiving{application(), trail, recorder, clock};

    Sending() {
        sample(1);
        sample(2);
        sql("INSERT INTO instrument (id, code, name, protocol, enabled) VALUES (1, 'ICP', '质谱', 'astm', 1), (2, 'BAL', '天平', 'astm', 1), "
            "(3, 'OFF', '停用', 'astm', 0)");
        sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) VALUES (1, 'Ax', 1), (1, 'Bx', 2), (2, 'W', 1)");
    }

    std::vector<intake::CommandView> order(std::vector<TestId> tests, CommandKind kind = CommandKind::order, const std::string& at = "ICP") {
        return service.make(analyst, at, kind, tests).commands;
    }
    std::vector<intake::CommandView> take(std::chrono::seconds wait = 0s, const std::string& at = "ICP") {
        return service.take(gateway, {{at}, wait, 60s, 20});
    }
    std::string say(intake::CommandId id, CommandState state, const std::string& note = "") {
        const auto commands = service.report(gateway, {{id, state, note}});
        return commands.empty() ? "unknown" : std::string(name(commands.front().state));
    }
    template <class Act>
    static ErrorCode refusal(Act act) {
        try {
            act();
        } catch (const Error& error) {
            return error.fields().empty() ? error.code() : error.fields().front().code;
        }
        return ErrorCode::Internal;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(commands, Sending)

BOOST_AUTO_TEST_CASE(theTestsOfASampleGoOutTogetherInTheInstrumentsCodes) {
    BOOST_TEST(order({{3}, {6}, {4}}).size() == 2u);
    const auto taken = take();
    BOOST_REQUIRE(taken.size() == 2u);
    BOOST_TEST(taken[0].sample == numberOf(1));
    BOOST_REQUIRE(taken[0].tests.size() == 2u);
    BOOST_TEST(taken[0].tests[0].code == "Ax");
    BOOST_TEST(taken[0].tests[1].code == "Bx");
    BOOST_TEST((taken[0].command.state == CommandState::taken));
    BOOST_TEST(take().empty());
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail") == "command.make,command.make,command.take,command.take");
}

BOOST_AUTO_TEST_CASE(whatTheInstrumentCannotDoIsRefusedByRow) {
    const auto made = service.make(analyst, "ICP", CommandKind::order, {{3}, {5}, {3}, {99}});
    BOOST_TEST(made.commands.size() == 1u);
    BOOST_REQUIRE(made.refused.size() == 3u);
    BOOST_TEST((made.refused[0].code == ErrorCode::NotMeasured));
    BOOST_TEST(made.refused[0].field == "tests.1");
    BOOST_TEST((made.refused[1].code == ErrorCode::Duplicate));
    BOOST_TEST((made.refused[2].code == ErrorCode::NotKnown));
    BOOST_TEST((refusal([&] { order({{5}}); }) == ErrorCode::NotMeasured));
    BOOST_TEST((refusal([&] { order({{3}}, CommandKind::order, "OFF"); }) == ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(aTestIsUnderWayAtAnInstrumentOnce) {
    const auto first = order({{3}});
    BOOST_TEST((refusal([&] { order({{3}}); }) == ErrorCode::UnderWay));
    BOOST_TEST(order({{3}}, CommandKind::read, "BAL").size() == 1u);
    say(first[0].command.id, CommandState::acknowledged);
    BOOST_TEST(order({{3}}).size() == 1u);
    type(analyst, 2);
    BOOST_TEST((refusal([&] { order({{6}}); }) == ErrorCode::WrongState));
}

BOOST_AUTO_TEST_CASE(ofManyWhoSendTheSameTestAtOnceOneDoes) {
    std::atomic<int> made = 0, refused = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            try {
                made += static_cast<int>(order({{3}, {4}}).size());
            } catch (const Error&) {
                ++refused;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(made == 1);
    BOOST_TEST(refused == 3);
    BOOST_TEST(text("SELECT COUNT(*) FROM instrument_command") == "1");
}

BOOST_AUTO_TEST_CASE(whatIsTakenAndNotSpokenOfComesAgainWhenItsLeaseIsOver) {
    order({{3}});
    BOOST_TEST(take().size() == 1u);
    clock.advance(59s);
    BOOST_TEST(take().empty());
    clock.advance(2s);
    const auto again = take();
    BOOST_REQUIRE(again.size() == 1u);
    BOOST_TEST(again[0].command.attempts == 2);
    BOOST_TEST(say(again[0].command.id, CommandState::sent) == "sent");
    clock.advance(61s);
    BOOST_TEST(take().size() == 1u);
    BOOST_TEST(say(again[0].command.id, CommandState::acknowledged, "ok") == "acknowledged");
    clock.advance(61s);
    BOOST_TEST(take().empty());
}

BOOST_AUTO_TEST_CASE(whatIsClosedStaysAndARepeatedWordChangesNothing) {
    const auto id = order({{3}})[0].command.id;
    take();
    say(id, CommandState::acknowledged, "first");
    BOOST_TEST(say(id, CommandState::acknowledged, "second") == "acknowledged");
    BOOST_TEST(say(id, CommandState::failed) == "acknowledged");
    BOOST_TEST(say({999}, CommandState::failed) == "unknown");
    BOOST_TEST(text("SELECT note FROM instrument_command") == "first");
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE action = 'command.outcome'") == "1");
}

BOOST_AUTO_TEST_CASE(whatAGatewayGivesBackIsTakenAgain) {
    const auto id = order({{3}})[0].command.id;
    take();
    BOOST_TEST(say(id, CommandState::waiting, "not connected") == "waiting");
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_CASE(whoWaitsForCommandsIsWokenByOne) {
    std::thread later([&] {
        std::this_thread::sleep_for(200ms);
        order({{3}});
    });
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(take(10s).size() == 1u);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 5s));
    later.join();
    BOOST_TEST(take(1s).empty());
}

BOOST_AUTO_TEST_CASE(gatewaysThatTakeAtOnceGetEachCommandOnce) {
    for (std::int64_t n = 3; n < 9; ++n) sample(n);
    for (std::int64_t n = 1; n < 9; ++n) order({{3 * n}});
    std::atomic<std::size_t> taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 5; ++i) taken += service.take(gateway, {{"ICP"}, 0s, 60s, 2}).size();
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(taken == 8u);
    BOOST_TEST(text("SELECT MAX(attempts) FROM instrument_command") == "1");
}

BOOST_AUTO_TEST_CASE(theEndOfTheServerAnswersThoseWhoWait) {
    std::thread later([&] {
        std::this_thread::sleep_for(100ms);
        service.stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(take(20s).empty());
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 5s));
    later.join();
}

BOOST_AUTO_TEST_CASE(whatWaitsCanBeTakenBackAndAReadingAtAnyTime) {
    const auto id = order({{3}})[0].command.id;
    BOOST_TEST((refusal([&] { static_cast<void>(service.cancel(analyst, "BAL", {id}, "x")); }) == ErrorCode::NotKnown));
    BOOST_TEST((service.cancel(analyst, "ICP", {id}, "不做了")[0].command.state == CommandState::cancelled));
    BOOST_TEST(take().empty());
    const auto again = order({{3}})[0].command.id;
    take();
    BOOST_TEST((refusal([&] { static_cast<void>(service.cancel(analyst, "ICP", {again}, "x")); }) == ErrorCode::WrongState));
    const auto reading = order({{3}}, CommandKind::read, "BAL")[0].command.id;
    take(0s, "BAL");
    BOOST_TEST((service.cancel(analyst, "BAL", {reading}, "x")[0].command.state == CommandState::cancelled));
    BOOST_TEST(say(reading, CommandState::acknowledged) == "cancelled");
    BOOST_TEST(text("SELECT reason FROM trail WHERE action = 'command.cancel' LIMIT 1") == "不做了");
}

BOOST_AUTO_TEST_CASE(anInstrumentThatAsksIsToldTheTestsThatWait) {
    type(analyst, 2);
    const auto open = service.query(gateway, "ICP", {numberOf(1), numberOf(2), "NOSUCH"}, false, 10);
    BOOST_REQUIRE(open.size() == 2u);
    BOOST_TEST(open[0].sample == numberOf(1));
    BOOST_TEST(open[0].code == "Ax");
    BOOST_TEST(open[1].code == "Bx");
    BOOST_TEST(service.query(gateway, "ICP", {}, true, 10).size() == 2u);
    BOOST_TEST(service.query(gateway, "OFF", {numberOf(1)}, false, 10).empty());
    sample(3);
    BOOST_TEST(service.query(gateway, "ICP", {}, true, 1).size() == 2u);
    BOOST_TEST(service.query(gateway, "ICP", {}, true, 2).size() == 4u);
}

BOOST_AUTO_TEST_CASE(aWeightIsOfTheSpecimenThatItWasReadFor) {
    const auto id = order({{3}}, CommandKind::read, "BAL")[0].command.id;
    const auto message = [&](int n, const std::string& raw, const std::string& at, std::optional<intake::CommandId> command) {
        return intake::Message{"00000000-0000-0000-0000-00000000000" + std::to_string(n), at, "csv", "complete", clock.now(),
                               touchstone::sha256(raw), raw, command};
    };
    const std::string weight = "H|\\^&\rP|1\rO|1||\rR|1|^^^weight|98.6|%||N||F\rL|1|N\r";
    static_cast<void>(receiving.bring(gateway, {message(1, weight, "BAL", {}), message(2, weight, "ICP", id), message(3, weight, "BAL", intake::CommandId{77})}));
    BOOST_TEST(statusOfTests(1) == "waiting waiting waiting");
    static_cast<void>(receiving.bring(gateway, {message(4, weight, "BAL", id)}));
    BOOST_TEST(statusOfTests(1) == "resulted waiting waiting");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(m.uid, ' ', c.command_id)) FROM message_context c JOIN inbound_message m ON m.id = c.message_id "
                    "WHERE m.instrument = 'BAL'") == "00000000-0000-0000-0000-000000000004 " + std::to_string(id.value));
}

BOOST_AUTO_TEST_CASE(aQuestionIsKeptAndWaitsForNobody) {
    const std::string raw = "H|\\^&|Q-1\rQ|1|^S1\rL|1|N\r";
    static_cast<void>(receiving.bring(gateway, {{"00000000-0000-0000-0000-000000000001", "ICP", "astm", "complete", clock.now(),
                                                 touchstone::sha256(raw), raw, {}}}));
    BOOST_TEST(text("SELECT CONCAT(state, ' ', observations) FROM inbound_message") == "imported 0");
}

BOOST_AUTO_TEST_CASE(rightsAreChecked) {
    BOOST_TEST((refusal([&] { static_cast<void>(service.make(checker, "ICP", CommandKind::order, {{3}})); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(service.cancel(signatory, "ICP", {{1}}, "x")); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(service.take(analyst, {{"ICP"}, 0s, 60s, 1})); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(service.report(analyst, {})); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(service.query(analyst, "ICP", {}, true, 1)); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(service.list(gateway, {.instrument = "ICP"})); }) == ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(theListGoesOnByIdAndCanBeNarrowed) {
    order({{3}, {6}});
    order({{4}});
    const auto page = service.list(analyst, {.instrument = "ICP", .limit = 2});
    BOOST_REQUIRE(page.size() == 2u);
    const auto rest = service.list(analyst, {.instrument = "ICP", .after = page.back().command.id.value, .limit = 2});
    BOOST_TEST(rest.size() == 1u);
    BOOST_TEST(service.list(analyst, {.instrument = "ICP", .sample = numberOf(2)}).size() == 1u);
    BOOST_TEST(service.list(analyst, {.instrument = "ICP", .state = "sent"}).empty());
    BOOST_TEST((refusal([&] { static_cast<void>(service.list(analyst, {.instrument = "NONE"})); }) == ErrorCode::NotFound));
}

BOOST_AUTO_TEST_SUITE_END()
