#include <boost/test/unit_test.hpp>
#include <thread>

#include "instruments/gateway/Forwarder.h"
#include "tests/support/IntakeServer.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

struct Fixture {
    test::TempFolder folder;
    test::IntakeServer server;
    Spool spool{folder.path()};

    ForwarderSettings settings() {
        return {.server = {.url = server.url(), .token = "secret"}, .firstPause = 10ms, .longestPause = 20ms};
    }
    void store(const std::string& bytes) {
        static_cast<void>(spool.store({.instrument = "ICP", .protocol = "astm", .bytes = bytes}));
    }
    bool waitFor(std::int64_t forwarded, std::int64_t refused = 0) {
        for (int i = 0; i < 500; ++i) {
            const SpoolCounts counts = spool.counts();
            if (counts.forwarded == forwarded && counts.refused == refused) return true;
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Forwarding, Fixture)

BOOST_AUTO_TEST_CASE(a_backlog_goes_out_in_batches_in_order) {
    for (const std::string bytes : {"a", "b", "c", "d", "e"}) store(bytes);
    ForwarderSettings two = settings();
    two.maxMessages = 2;
    const Forwarder forwarder(spool, two);
    BOOST_TEST(waitFor(5));
    BOOST_TEST((server.batches == std::vector<std::size_t>{2, 2, 1}));
    BOOST_TEST((server.contents == std::vector<std::string>{"YQ==", "Yg==", "Yw==", "ZA==", "ZQ=="}));
    BOOST_TEST(server.authorization == "Bearer secret");
}

BOOST_AUTO_TEST_CASE(a_message_that_comes_later_is_sent_at_once) {
    const Forwarder forwarder(spool, settings());
    store("a");
    BOOST_TEST(waitFor(1));
}

BOOST_AUTO_TEST_CASE(faults_of_the_server_are_retried_until_it_takes_the_message) {
    server.nextStatuses = {500, 401, 429, 503, 404};
    store("a");
    const Forwarder forwarder(spool, settings());
    BOOST_TEST(waitFor(1));
    BOOST_TEST(server.contents.size() == 1u);
    BOOST_TEST(forwarder.status().lastError == "");
}

BOOST_AUTO_TEST_CASE(a_refused_message_does_not_hold_up_the_others) {
    server.poison = "Yg==";
    for (const std::string bytes : {"a", "b", "c"}) store(bytes);
    const Forwarder forwarder(spool, settings());
    BOOST_TEST(waitFor(2, 1));
    BOOST_TEST((server.contents == std::vector<std::string>{"YQ==", "Yw=="}));
}

BOOST_AUTO_TEST_CASE(while_the_server_is_away_messages_wait) {
    store("a");
    ForwarderSettings nowhere = settings();
    nowhere.server.url = "http://127.0.0.1:1";
    {
        const Forwarder forwarder(spool, nowhere);
        std::this_thread::sleep_for(50ms);
        BOOST_TEST(forwarder.status().lastError != "");
    }
    BOOST_TEST(spool.counts().pending == 1);
    const Forwarder forwarder(spool, settings());
    BOOST_TEST(waitFor(1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
