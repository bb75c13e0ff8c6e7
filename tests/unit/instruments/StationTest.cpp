#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <future>
#include <regex>
#include <semaphore>
#include <set>
#include <thread>

#include "instruments/formats/Hl7.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Config.h"
#include "instruments/gateway/Sqlite.h"
#include "instruments/gateway/Station.h"
#include "instruments/transport/Mllp.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

const std::string message = "MSH|^~\\&|LC|Lab|||20261122||ORU^R01|M-1|P|2.5\rOBR|1||YP-1\rOBX|1|NM|X||1\r";

struct Fixture {
    test::TempFolder folder;
    Spool spool{folder.path("spool"), {.journal = 0}};  // what the database refuses is refused at once
    Station::Watch quiet{.handled = [](std::span<const Handled>) {},
                         .fault = [](const std::string&, const std::string&) {}};

    static Poco::Net::StreamSocket connect(const Station& station) {
        Poco::Net::StreamSocket socket{Poco::Net::SocketAddress(station.address())};
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        return socket;
    }
    void breakSpool() const { rename("message", "away_message"), rename("part", "away_part"); }
    void mendSpool() const { rename("away_message", "message"), rename("away_part", "part"); }
    void rename(const std::string& table, const std::string& to) const {
        Sqlite(folder.path("spool/spool.sqlite")).execute("ALTER TABLE " + table + " RENAME TO " + to);
    }
    /// What is answered, up to the end of a block or of the connection.
    static std::string ask(Poco::Net::StreamSocket& socket, const std::string& bytes) {
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        std::string answer;
        std::array<char, 4'096> buffer{};
        while (answer.find('\x1C') == std::string::npos) {
            const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) return answer;
            answer.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return answer;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Stations, Fixture)

BOOST_AUTO_TEST_CASE(a_message_is_stored_and_answered_and_its_repetition_gets_the_same_answer) {
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto socket = connect(station);
    const std::string first = ask(socket, mllpFrame(message));
    BOOST_TEST(hl7Answers(first.substr(1)).at(0).code == "AA");
    BOOST_TEST(hl7Answers(first.substr(1)).at(0).id == "M-1");
    auto later = connect(station);
    BOOST_TEST(ask(later, mllpFrame(message)) == first);
    BOOST_TEST(spool.counts().pending == 1);
    BOOST_TEST(spool.pending(1, 1).at(0).bytes == message);
}

BOOST_AUTO_TEST_CASE(what_is_not_hl7_is_rejected_and_held) {
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto socket = connect(station);
    BOOST_TEST(hl7Answers(ask(socket, mllpFrame("hello")).substr(1)).at(0).code == "AR");
    BOOST_TEST(spool.pending(1, 1).at(0).bytes == "hello");
}

BOOST_AUTO_TEST_CASE(a_printed_line_is_stored_and_not_answered) {
    const Station station({.code = "BAL", .protocol = Protocol::Line}, spool, quiet);
    const std::string line = "S S     100.00 g\r\n";
    connect(station).sendBytes(line.data(), static_cast<int>(line.size()));
    for (int i = 0; i < 500 && spool.counts().pending == 0; ++i) std::this_thread::sleep_for(10ms);
    BOOST_REQUIRE(spool.counts().pending == 1);
    BOOST_TEST(spool.pending(1, 1).at(0).bytes == "S S     100.00 g");
    BOOST_TEST(spool.pending(1, 1).at(0).protocol == "unframed");
}

BOOST_AUTO_TEST_CASE(without_a_spool_hl7_is_rejected_for_now_and_taken_later) {
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto socket = connect(station);
    breakSpool();
    BOOST_TEST(hl7Answers(ask(socket, mllpFrame(message)).substr(1)).at(0).code == "AR");
    mendSpool();
    BOOST_TEST(hl7Answers(ask(socket, mllpFrame(message)).substr(1)).at(0).code == "AA");
    BOOST_TEST(spool.counts().pending == 1);
}

BOOST_AUTO_TEST_CASE(messages_in_one_write_are_answered_in_order_and_only_what_cannot_be_stored_is_rejected) {
    const auto numbered = [](const std::string& id) {
        std::string text = message;
        return mllpFrame(text.replace(text.find("M-1"), 3, id));
    };
    Sqlite(folder.path("spool/spool.sqlite"))
        .execute(
            "CREATE TRIGGER no_two BEFORE INSERT ON message WHEN new.control_id = 'M-2'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END");
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto socket = connect(station);
    std::string answer = ask(socket, numbered("M-1") + numbered("M-2") + numbered("M-3"));
    while (std::ranges::count(answer, '\x1C') < 3) answer += ask(socket, "");
    const auto answers = hl7Answers(std::regex_replace(answer, std::regex("[\x0B\x1C]\r?"), "\r"));
    BOOST_REQUIRE(answers.size() == 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST(answers[i].id == "M-" + std::to_string(i + 1));
        BOOST_TEST(answers[i].code == (i == 1 ? "AR" : "AA"));
    }
    BOOST_TEST(spool.counts().pending == 2);
}

BOOST_AUTO_TEST_CASE(an_instrument_that_reads_no_answers_holds_up_no_other_and_gets_them_later) {
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto deaf = connect(station), other = connect(station);
    constexpr int count = 700;
    const std::string header = "MSH|^~\\&|LC|" + std::string(20'000, 'x') + "|||20261122||ORU^R01|D-";
    std::thread talker([&] {
        for (int i = 0; i < count; ++i) {
            const std::string block = mllpFrame(header + std::to_string(i) + "|P|2.5\r");
            for (std::size_t at = 0; at < block.size();) {
                at += static_cast<std::size_t>(deaf.sendBytes(&block[at], static_cast<int>(block.size() - at)));
            }
        }
    });
    std::this_thread::sleep_for(1s);
    BOOST_TEST(hl7Answers(ask(other, mllpFrame(message)).substr(1)).at(0).code == "AA");
    std::int64_t answers = 0;
    std::string buffer(65'536, '\0');
    while (answers < count) {
        const int got = deaf.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        BOOST_REQUIRE(got > 0);
        answers += std::count(buffer.begin(), buffer.begin() + got, '\x1C');
    }
    talker.join();
}

BOOST_AUTO_TEST_CASE(a_server_that_is_slow_to_answer_questions_holds_up_nobody_who_asks_none) {
    std::counting_semaphore<> answers(0);
    const auto slow = [&](const std::string&, const Query&) {
        answers.acquire();
        return std::vector<Order>{};
    };
    Dialogue dialogue("LC", {.form = OrderSettings::Form::Hl7}, slow, {});
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet, &dialogue);
    const auto question = [](const std::string& id) {
        return mllpFrame("MSH|^~\\&|LC||||||QBP^Q11|" + id + "|P|2.5.1\rQPD|WOS^^IHE_LABTF|T" + id + "|S1\r");
    };
    auto asking = connect(station), other = connect(station);
    const std::string two = question("Q-1") + question("Q-2");
    asking.sendBytes(two.data(), static_cast<int>(two.size()));
    for (int i = 0; i < 500 && spool.counts().pending < 2; ++i) std::this_thread::sleep_for(10ms);
    auto answer = std::async(std::launch::async, [&] { return ask(other, mllpFrame(message)); });
    answer.wait();
    answers.release(2);
    BOOST_TEST(hl7Answers(answer.get().substr(1)).at(0).code == "AA");
    std::string told;  // a response each, behind the first one an order
    for (int i = 0; i < 3 && told.find("MSA|AA|Q-2") == std::string::npos; ++i) told += ask(asking, "");
    BOOST_TEST(told.find("MSA|AA|Q-1") < told.find("MSA|AA|Q-2"));
    BOOST_TEST(told.find("MSA|AA|Q-2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sender_that_wants_commits_gets_ca_or_cr) {
    std::string enhanced = message;
    enhanced.replace(enhanced.find("|2.5\r"), 5, "|2.5|||AL|NE\r");
    const Station station({.code = "LC", .protocol = Protocol::Mllp}, spool, quiet);
    auto socket = connect(station);
    breakSpool();
    BOOST_TEST(hl7Answers(ask(socket, mllpFrame(enhanced)).substr(1)).at(0).code == "CR");
    mendSpool();
    BOOST_TEST(hl7Answers(ask(socket, mllpFrame(enhanced)).substr(1)).at(0).code == "CA");
}

BOOST_AUTO_TEST_CASE(a_message_that_wants_no_answer_gets_one_unless_it_is_set_otherwise) {
    std::string quietly = message, commit = message;
    quietly.replace(quietly.find("|2.5\r"), 5, "|2.5|||NE|NE\r");
    commit.replace(commit.find("|2.5\r"), 5, "|2.5|||AL|NE\r");
    const Station always({.code = "A", .protocol = Protocol::Mllp}, spool, quiet);
    auto first = connect(always);
    BOOST_TEST(hl7Answers(ask(first, mllpFrame(quietly)).substr(1)).at(0).code == "AA");
    const Station asAsked({.code = "B", .protocol = Protocol::Mllp, .answerAlways = false}, spool, quiet);
    auto second = connect(asAsked);
    BOOST_TEST(hl7Answers(ask(second, mllpFrame(quietly) + mllpFrame(commit)).substr(1)).at(0).code == "CA");
    BOOST_TEST(spool.counts().pending == 3);
}

BOOST_AUTO_TEST_CASE(release_2_commits_before_hl7_answers) {
    const Station station({.code = "LC", .protocol = Protocol::Mllp, .commitBlocks = true}, spool, quiet);
    auto socket = connect(station);
    breakSpool();
    BOOST_TEST(ask(socket, mllpFrame(message)).starts_with("\x0B\x15\x1C\r"));
    mendSpool();
    auto later = connect(station);
    BOOST_TEST(ask(later, mllpFrame(message)).starts_with("\x0B\x06\x1C\r"));
}

BOOST_AUTO_TEST_CASE(without_a_spool_astm_is_refused_and_nothing_that_was_acknowledged_is_lost) {
    const std::string one = astmFrame(1, "H|\\^&\r", true), two = astmFrame(2, "L|1|N\r", true);
    const Station station({.code = "XN"}, spool, quiet);
    auto socket = connect(station);
    const auto replies = [&](const std::string& bytes, std::size_t count) {
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        std::string answer(count, '\0');
        for (std::size_t i = 0; i < count; ++i) socket.receiveBytes(&answer[i], 1);
        return answer;
    };
    BOOST_TEST(replies("\x05" + one, 2) == "\x06\x06");
    breakSpool();
    BOOST_TEST(replies(two + two, 2) == "\x15\x15");
    BOOST_TEST(replies("\x04\x05", 1) == "\x15");
    BOOST_TEST(replies("\x05", 1) == "\x15");
    mendSpool();
    BOOST_TEST(replies("\x05" + one + two + "\x04", 3) == "\x06\x06\x06");
    const auto stored = spool.pending(9, 9'999);
    BOOST_REQUIRE(stored.size() == 2u);
    BOOST_TEST(stored[0].state == "incomplete");
    BOOST_TEST(stored[0].bytes == one);
    BOOST_TEST(stored[1].state == "complete");
    BOOST_TEST(stored[1].bytes == one + two);
}

BOOST_AUTO_TEST_CASE(a_dropped_file_is_stored_and_moved) {
    const Station station(
        {.code = "GC", .protocol = Protocol::File, .drop = {.folder = folder.path("drop"), .settle = 1ms}}, spool,
        quiet);
    folder.write("drop/a.csv", "specimen,code,value\n");
    for (int i = 0; i < 500 && spool.counts().pending == 0; ++i) std::this_thread::sleep_for(10ms);
    BOOST_REQUIRE(spool.counts().pending == 1);
    BOOST_TEST(spool.pending(1, 1).at(0).protocol == "csv");
    for (int i = 0; i < 500 && folder.has("drop/a.csv"); ++i) std::this_thread::sleep_for(10ms);
    BOOST_TEST(folder.has("drop/archive/a.csv"));
}

BOOST_AUTO_TEST_CASE(the_same_file_is_archived_again_and_forwarded_once) {
    const Station station(
        {.code = "GC", .protocol = Protocol::File, .drop = {.folder = folder.path("drop"), .settle = 1ms}}, spool,
        quiet);
    for (const char* archived : {"drop/archive/a", "drop/archive/a.1"}) {
        folder.write("drop/a", "neither a table nor anything else");
        for (int i = 0; i < 500 && !folder.has(archived); ++i) std::this_thread::sleep_for(10ms);
        BOOST_TEST(folder.has(archived));
    }
    BOOST_TEST(spool.counts().pending == 1);
    BOOST_TEST(spool.pending(1, 1).at(0).protocol == "unframed");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Configuration)

namespace {

Config load(const std::string& text) {
    const test::TempFolder folder;
    folder.write("g.ini", text);
    return Config::load(folder.path("g.ini"));
}

const std::string good = "[server]\nurl=http://h:1\ntoken=t\n[spool]\nfolder=s\n[instrument.a]\nprotocol=astm\n";

}  // namespace

BOOST_AUTO_TEST_CASE(the_example_names_every_key_rightly) {
    const test::TempFolder folder;
    std::string example = readFile(TOUCHSTONE_SOURCE "/deploy/gateway.example.ini");
    folder.write("token", "secret\n");
    for (const std::string tokenFile : {"/etc/touchstone/gateway.token", "/etc/touchstone/upload.token"}) {
        example.replace(example.find(tokenFile), tokenFile.size(), folder.path("token"));
    }
    const Config config = load(example);
    BOOST_TEST(config.server.server.token == "secret");
    BOOST_REQUIRE(config.instruments.size() == 6u);
    BOOST_TEST(config.spoolFolder == "/var/lib/touchstone/spool");
}

BOOST_AUTO_TEST_CASE(every_key_that_is_asked_for_is_explained_in_the_example_and_no_other) {
    const auto namesIn = [](const std::string& file, const std::regex& name) {
        const std::string text = readFile(std::string(TOUCHSTONE_SOURCE) + file);
        std::set<std::string> names;
        for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) names.insert((*at)[1]);
        return names;
    };
    const auto asked = namesIn("/instruments/gateway/Config.cpp",
                               std::regex(R"re(\.(?:text|need|number|bytes|choice)\("([a-z_]+)")re"));
    const auto explained = namesIn("/deploy/gateway.example.ini", std::regex("\\b([a-z_]+) =(?= |\n)"));
    BOOST_TEST(asked.size() > 40u);
    BOOST_TEST(asked == explained, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gateway_is_known_by_a_token_or_by_its_certificate) {
    const auto with = [](const std::string& url, const std::string& how) {
        return "[server]\nurl=" + url + "\n" + how + "[spool]\nfolder=s\n[instrument.a]\nprotocol=astm\n";
    };
    const std::string pair = "certificate_file=c.pem\nkey_file=c.key\n";
    const ServerAddress server = load(with("https://h:1", pair)).server.server;
    BOOST_TEST((server.certificateFile == "c.pem" && server.keyFile == "c.key" && server.token.empty()));
    for (const std::string& text :
         {with("http://h:1", pair), with("https://h:1", "certificate_file=c.pem\ntoken=t\n"),
          with("https://h:1", "key_file=c.key\n"), with("https://h:1", pair + "token=t\n"), with("https://h:1", "")}) {
        BOOST_CHECK_THROW(static_cast<void>(load(text)), UsageError);
    }
}

BOOST_AUTO_TEST_CASE(uploads_have_a_token_and_balances_their_times) {
    const Config config = load(good + "[instrument.b]\nprotocol=http\ntoken=x\nupload_seconds=9\n" +
                               "[instrument.c]\nprotocol=sics\nconnect=h:1\nstable_ms=1\nanswer_ms=2\norders=yes\n");
    const InstrumentSettings &b = config.instruments.at(1), &c = config.instruments.at(2);
    BOOST_TEST((b.protocol == Protocol::Http && b.upload.token == "x" && b.upload.whole == 9s));
    BOOST_TEST((c.balance.stableWait == 1ms && c.balance.answerWait == 2ms && c.balance.askAgain == 300ms));
    BOOST_TEST((c.orders.form == OrderSettings::Form::Reading));
}

BOOST_AUTO_TEST_CASE(an_instrument_is_read_with_its_defaults) {
    const Config config = load(good + "listen=0.0.0.0:4001\nframe_numbers=lenient\nmax_frame=99\n");
    const InstrumentSettings& a = config.instruments.at(0);
    BOOST_TEST(a.code == "a");
    BOOST_TEST(a.host == "0.0.0.0");
    BOOST_TEST(a.port == 4001);
    BOOST_TEST((a.astm.numbers == FrameNumbers::Lenient));
    BOOST_TEST(a.astm.maxFrame == 99u);
    BOOST_TEST(a.astm.maxMessage == 4'000'000u);
}

BOOST_AUTO_TEST_CASE(an_instrument_is_listened_for_called_or_on_a_serial_line) {
    const Config config = load(good + "connect=balance:4001\ntls=on\nca_file=ca.pem\n[instrument.b]\nprotocol=line\n" +
                               "device=/dev/ttyS0\nbaud=1200\nparity=even\ndata_bits=7\nstop_bits=2\nflow=xonxoff\n");
    const InstrumentSettings &a = config.instruments.at(0), &b = config.instruments.at(1);
    BOOST_TEST((a.wire == Wire::Connect && a.host == "balance" && a.port == 4001 && a.tls.on));
    BOOST_TEST(a.tls.caFile == "ca.pem");
    BOOST_TEST((b.wire == Wire::Serial && b.serial.device == "/dev/ttyS0" && b.serial.baud == 1'200u));
    BOOST_TEST((b.serial.parity == Parity::Even && b.serial.dataBits == 7 && b.serial.stopBits == 2));
    BOOST_TEST((b.serial.flow == FlowControl::XonXoff));
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
    for (const std::string& text :
         {std::string("[server]\n"), good + "colour=red\n", good + "listen=nowhere\n", good + "max_frame=big\n",
          good + "frame_numbers=odd\n", good + "mllp_release=3\n", good + "orders=maybe\n",
          good + "order_delimiters=||||\n", good + "worklist_columns=Sample\n", good + "answer=never\n",
          good + "[instrument.b]\nprotocol=http\n", good + "[instrument.b]\nprotocol=http\ntoken=x\nconnect=h:1\n",
          good + "stable_ms=1\n", good + "[instrument.b]\nprotocol=pigeon\n", good + "[instrument.b]\nprotocol=file\n",
          good + "[instrument.b]\nprotocol=astm\ncode=a\n"}) {
        BOOST_CHECK_THROW(static_cast<void>(load(text)), UsageError);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
