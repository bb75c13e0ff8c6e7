#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <iterator>
#include <set>
#include <sstream>

#include "instruments/gateway/Sqlite.h"
#include "instruments/transport/Balance.h"
#include "instruments/transport/Dialer.h"
#include "tests/faults/gateway/Gateway.h"
#include "tests/support/IntakeServer.h"
#include "tests/support/Program.h"

// Every fault of the simulator against the real gateway. What was acknowledged is in the spool exactly once; what was
// not acknowledged is there at most once, and never as a whole message where something of it is missing.
namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

/// What the simulator said of each message.
struct Outcome {
    int status = 0;
    std::set<std::string> acknowledged{}, refused{};
    std::size_t messages = 0;
};

Outcome outcomeOf(test::Program& simulator) {
    Outcome outcome{.status = simulator.wait()};
    for (const std::string& text : simulator.lines()) {
        rapidjson::Document line;
        line.Parse(text.c_str());
        const std::string id = line.HasMember("control_id") ? line["control_id"].GetString() : line["file"].GetString();
        (line["acknowledged"].GetBool() ? outcome.acknowledged : outcome.refused).insert(id);
        ++outcome.messages;
    }
    return outcome;
}

struct Spooled {
    std::map<std::string, int> complete;  ///< by control id, without duplicates
    int wholes = 0, duplicates = 0, evidence = 0;
};

struct Bench {
    test::TempFolder folder;
    test::IntakeServer server;

    [[nodiscard]] std::unique_ptr<test::Program> gateway(const std::string& instrument) const {
        folder.write("gateway.ini", "[server]\nurl = " + server.url() + "\ntoken = t\n[spool]\nfolder = " +
                                        folder.path("spool") + "\n[status]\nfile = " + folder.path("status.json") +
                                        "\n[instrument.device]\ncode = DEVICE\n" + instrument);
        return std::make_unique<test::Program>("touchstone-gateway",
                                               Words{"run", "--config", folder.path("gateway.ini")});
    }

    static Words simulate(const std::string& protocol, const Words& where, const std::string& options) {
        Words words{protocol};
        words.insert(words.end(), where.begin(), where.end());
        std::istringstream rest(options);
        words.insert(words.end(), std::istream_iterator<std::string>(rest), {});
        return words;
    }

    static Outcome play(const Words& words) {
        test::Program simulator("touchstone-simulate", words);
        return outcomeOf(simulator);
    }

    Spooled spooled() const {
        Sqlite spool(folder.path("spool/spool.sqlite"));
        auto rows = spool.prepare("SELECT control_id, state, duplicate_of IS NOT NULL FROM message");
        Spooled all;
        while (rows.step()) {
            const bool whole = rows.text(1) == "complete";
            if (!whole) ++all.evidence;
            if (whole && rows.number(2) != 0) ++all.duplicates;
            if (!whole || rows.number(2) != 0) continue;
            ++all.wholes;
            ++all.complete[rows.text(0)];
        }
        return all;
    }

    static void check(const Outcome& outcome, const Spooled& stored) {
        for (const std::string& id : outcome.acknowledged) BOOST_TEST(stored.complete.count(id) == 1u, id);
        for (const auto& [id, count] : stored.complete) BOOST_TEST(count == 1, id);
    }
};

const std::string astmLoad = " --generate astm --specimens 5 --unique --patience 2000";
const std::string hl7Load = " --generate hl7 --specimens 5 --unique --patience 2000";

/// Faults that are mended by what the protocol says, without anything being sent as a whole again.
const Words mended{"", "--split", "--garbage", "--silence 40", "--repeat-frame 1"};
/// Faults after which the sender must begin again.
const Words repeated{"--cut-after-frame 1", "--cut-after-bytes 60", "--chaos 1:0.3", "--chaos 2:0.3", "--chaos 3:0.3"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Faults, Bench)

BOOST_AUTO_TEST_CASE(astm_over_tcp) {
    auto running = gateway("protocol = astm\nlisten = 127.0.0.1:0\n");
    const Words where{"--to", "127.0.0.1:" + std::to_string(test::portsOf(folder).at("DEVICE"))};
    Outcome all;
    const auto expect = [&](const std::string& options, bool good) {
        const Outcome outcome = play(simulate("astm", where, options + astmLoad));
        BOOST_TEST(outcome.acknowledged.size() == (good ? 5u : 0u), options);
        BOOST_TEST(outcome.status == (good ? 0 : 1), options);
        all.acknowledged.insert(outcome.acknowledged.begin(), outcome.acknowledged.end());
        all.refused.insert(outcome.refused.begin(), outcome.refused.end());
    };
    for (const std::string& fault : mended) expect(fault, true);
    for (const std::string fault : {"--join", "--bad-checksum 3", "--repeat-frame 4"}) expect(fault, true);
    for (const std::string& fault : repeated) expect(fault + " --insist", true);
    expect("--skip-frame 3 --insist", true);
    expect("--skip-frame 3", false);
    expect("--skip-frame 6", false);  // the terminator: every frame that came was in order
    expect("--cut-after-frame 2", false);
    running->kill(SIGTERM);
    const Spooled stored = spooled();
    check(all, stored);
    for (const std::string& id : all.refused) BOOST_TEST(stored.complete.count(id) == 0u, id);
    BOOST_TEST(stored.evidence > 0);
}

BOOST_AUTO_TEST_CASE(mllp_over_tcp) {
    auto running = gateway("protocol = mllp\nlisten = 127.0.0.1:0\n");
    const Words where{"--to", "127.0.0.1:" + std::to_string(test::portsOf(folder).at("DEVICE"))};
    Outcome all;
    const auto expect = [&](const std::string& options) {
        const Outcome outcome = play(simulate("mllp", where, options + hl7Load));
        BOOST_TEST(outcome.acknowledged.size() == 5u, options);
        all.acknowledged.insert(outcome.acknowledged.begin(), outcome.acknowledged.end());
    };
    for (const std::string& fault : mended) expect(fault);
    expect("--join");
    for (const std::string& fault : repeated) expect(fault + " --insist");
    const Outcome cut = play(simulate("mllp", where, "--cut-after-bytes 60 --generate hl7 --unique"));
    BOOST_TEST(cut.refused.size() == 1u);
    running->kill(SIGTERM);
    const Spooled stored = spooled();
    check(all, stored);
    BOOST_TEST(stored.complete.count(*cut.refused.begin()) == 0u);
    BOOST_TEST(static_cast<std::size_t>(stored.wholes) == all.acknowledged.size());
}

BOOST_AUTO_TEST_CASE(astm_over_a_serial_line) {
    test::Program simulator(
        "touchstone-simulate",
        simulate("astm", {"--pty"}, "--chaos 4:0.15 --insist --generate astm --specimens 20 --unique"));
    const std::string terminal = simulator.errorLine("terminal ");
    BOOST_REQUIRE(!terminal.empty());
    auto running = gateway("protocol = astm\ndevice = " + terminal + "\n");
    const Outcome outcome = outcomeOf(simulator);
    BOOST_TEST(outcome.acknowledged.size() == 20u);
    running->kill(SIGTERM);
    check(outcome, spooled());
}

BOOST_AUTO_TEST_CASE(mllp_of_an_instrument_that_listens) {
    test::Program simulator("touchstone-simulate",
                            simulate("mllp", {"--listen", "127.0.0.1:0"},
                                     "--generate hl7 --specimens 20 --unique --split --garbage --insist"));
    auto running = gateway("protocol = mllp\nconnect = " + simulator.errorLine("listening on ") + "\n");
    const Outcome outcome = outcomeOf(simulator);
    BOOST_TEST(outcome.acknowledged.size() == 20u);
    running->kill(SIGTERM);
    check(outcome, spooled());
}

BOOST_AUTO_TEST_CASE(files) {
    auto running = gateway("protocol = file\nsettle_ms = 200\nfolder = " + folder.path("drop") + "\n");
    BOOST_REQUIRE(!test::portsOf(folder).empty());
    const std::string load = " --generate csv --specimens 3 --patience 8000 --seed ";
    int seed = 0;
    for (const std::string fault : {"", "--split", "--silence 100", "--slow 500", "--repeat-frame 1"}) {
        const Outcome outcome =
            play(simulate("file", {"--to", folder.path("drop")}, fault + load + std::to_string(++seed)));
        BOOST_TEST(outcome.acknowledged.size() == 3u, fault);
    }
    std::this_thread::sleep_for(1s);  // the last repetition settles
    running->kill(SIGTERM);
    const Spooled stored = spooled();
    BOOST_TEST(stored.wholes == 15);
    BOOST_TEST(stored.duplicates == 3);
    BOOST_TEST(stored.evidence == 0);
}

BOOST_AUTO_TEST_CASE(lines_that_are_answered) {
    auto running = gateway("protocol = line\nlisten = 127.0.0.1:0\nline_begin = 02\nline_end = 03\nline_answer = 06\n");
    const Words where{"--to",     "127.0.0.1:" + std::to_string(test::portsOf(folder).at("DEVICE")),
                      "--begin",  "02",
                      "--end",    "03",
                      "--answer", "06"};
    int seed = 0;
    for (const std::string fault : {"", "--split", "--silence 40", "--garbage", "--join"}) {
        const std::string load = " --generate csv --analytes pH --patience 2000 --seed " + std::to_string(++seed);
        BOOST_TEST(play(simulate("line", where, fault + load)).acknowledged.size() == 1u, fault);
    }
    running->kill(SIGTERM);
    BOOST_TEST(spooled().wholes == 6);  // five values; the line of titles is the same each time
    BOOST_TEST(spooled().duplicates == 4);
}

BOOST_AUTO_TEST_CASE(uploads_over_http) {
    folder.write("token", "secret\n");
    const Words where{"--to", server.url(), "--token-file", folder.path("token"), "--instrument", "DEVICE"};
    int seed = 0;
    std::size_t messages = 0;
    for (const std::string fault : {"", "--split", "--silence 40", "--repeat-frame 1", "--cut-after-frame 1 --insist",
                                    "--cut-after-bytes 90 --insist", "--chaos 5:0.5 --insist"}) {
        const std::string load = " --generate csv --specimens 3 --patience 3000 --seed " + std::to_string(++seed);
        BOOST_TEST(play(simulate("http", where, fault + load)).acknowledged.size() == 3u, fault);
        messages += 3;
    }
    const std::lock_guard guard(server.mutex);
    BOOST_TEST(server.sha256OfId.size() == messages);
    BOOST_TEST(server.authorization == "Bearer secret");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(Balances, Bench)

namespace {

/// What a balance that is asked for a stable weight answers: the line, or why there is none.
std::string asked(BalanceDialect dialect, const std::string& options) {
    const std::string protocol = dialect == BalanceDialect::Sics ? "sics" : "sbi";
    const test::Program balance("touchstone-simulate", Bench::simulate(protocol, {"--listen", "127.0.0.1:0"}, options));
    const std::string address = balance.errorLine("listening on ");
    const std::atomic<bool> stopping = false;
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    const auto connection = tcpTo("127.0.0.1", port)(stopping);
    BalanceLink link({.dialect = dialect, .stableWait = 1s, .answerWait = 500ms, .askAgain = 20ms});
    std::string heard;
    std::vector<LinkEvent> events = link.send("1", "S", std::chrono::steady_clock::now());
    for (int i = 0; i < 200; ++i) {
        for (const LinkEvent& event : events) {
            connection->send(event.reply);
            if (event.kind == LinkEvent::Kind::Message) heard = event.bytes;
            if (event.kind == LinkEvent::Kind::Sent) return heard;
            if (event.kind == LinkEvent::Kind::NotSent) return event.note;
        }
        const std::string bytes = connection->receive();
        events = link.feed(bytes, std::chrono::steady_clock::now());
        for (LinkEvent& event : link.tick(std::chrono::steady_clock::now())) events.push_back(std::move(event));
    }
    return "nothing";
}

}  // namespace

BOOST_AUTO_TEST_CASE(answer_as_their_makers_say) {
    BOOST_TEST(asked(BalanceDialect::Sics, "--weights 12.345") == "S S     12.345 g");
    BOOST_TEST(asked(BalanceDialect::Sics, "--weights -0.5 --unit mg --split") == "S S       -0.5 mg");
    BOOST_TEST(asked(BalanceDialect::Sics, "--state dynamic") == "not_executable");
    BOOST_TEST(asked(BalanceDialect::Sics, "--state overload") == "overload");
    BOOST_TEST(asked(BalanceDialect::Sics, "--state underload") == "underload");
    BOOST_TEST(asked(BalanceDialect::Sics, "--state silent") == "no_answer");
    BOOST_TEST(asked(BalanceDialect::Sbi, "--weights 12.345") == "N     +   12.345 g  ");
    BOOST_TEST(asked(BalanceDialect::Sbi, "--weights 12.345 --unsteady 3") == "N     +   12.345 g  ");
    BOOST_TEST(asked(BalanceDialect::Sbi, "--state dynamic") == "unstable");
    BOOST_TEST(asked(BalanceDialect::Sbi, "--state overload") == "overload");
    BOOST_TEST(asked(BalanceDialect::Sbi, "--state error") == "error");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
