#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "instruments/gateway/Sqlite.h"
#include "tests/faults/gateway/Gateway.h"
#include "tests/support/IntakeServer.h"
#include "tests/support/Program.h"
#include "tests/support/TempFolder.h"

// The gateway is killed at random moments while instruments send, and started again on the same spool. Instruments do
// what the standards ask of them: they send again, with the same control id, what was not acknowledged.
namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t connections = 3;
constexpr std::size_t astmMessages = 400, hl7Messages = 2'000;  // of each connection
constexpr std::size_t total = connections * (astmMessages + hl7Messages);

const std::string astm = "H|\\^&|ID||ICP|||||||P|1|20261122\rP|1\rO|1|YP-1|||R\rR|1|^^^Pb|0.020|mg/kg||N||F\rL|1|N\r";
const std::string hl7 = "MSH|^~\\&|LC|Lab|||20261122||ORU^R01|ID|P|2.5\rOBR|1||YP-1\rOBX|1|NM|AFB1||2.5|ug/kg|||||F\r";

struct Bench {
    test::TempFolder folder;
    test::IntakeServer server;
    std::mt19937 random{20261122};

    void configure(int astmPort, int hl7Port) const {
        folder.write(
            "gateway.ini",
            "[server]\nurl = " + server.url() + "\ntoken = t\n[spool]\nfolder = " + folder.path("spool") +
                "\n[status]\nfile = " + folder.path("status.json") +
                "\n[instrument.icp]\ncode = ICP\nprotocol = astm\nlisten = 127.0.0.1:" + std::to_string(astmPort) +
                "\n[instrument.lc]\ncode = LC\nprotocol = mllp\nlisten = 127.0.0.1:" + std::to_string(hl7Port) + "\n");
    }

    [[nodiscard]] std::unique_ptr<test::Program> gateway() const {
        return std::make_unique<test::Program>("touchstone-gateway",
                                               std::vector<std::string>{"run", "--config", folder.path("gateway.ini")});
    }

    [[nodiscard]] std::unique_ptr<test::Program> instrument(const std::string& protocol, int port,
                                                            const std::string& file, std::size_t messages) const {
        return std::make_unique<test::Program>(
            "touchstone-simulate",
            std::vector<std::string>{protocol, "--to", "127.0.0.1:" + std::to_string(port), "--unique", "--insist",
                                     "--patience", "2000", "--connections", std::to_string(connections), "--repeat",
                                     std::to_string(messages), file});
    }
};

/// Control ids that were acknowledged to the instrument.
std::set<std::string> acknowledged(const std::vector<std::string>& lines) {
    std::set<std::string> ids;
    for (const std::string& text : lines) {
        rapidjson::Document line;
        line.Parse(text.c_str());
        if (line["acknowledged"].GetBool()) ids.insert(line["control_id"].GetString());
    }
    return ids;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Killed, Bench)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_is_in_the_spool_and_at_the_server_exactly_once) {
    folder.write("m.astm", astm);
    folder.write("m.hl7", hl7);
    configure(0, 0);
    auto running = gateway();
    const auto ports = test::portsOf(folder);
    BOOST_REQUIRE(ports.size() == 2u);
    configure(ports.at("ICP"), ports.at("LC"));
    const auto icp = instrument("astm", ports.at("ICP"), folder.path("m.astm"), astmMessages);
    const auto lc = instrument("mllp", ports.at("LC"), folder.path("m.hl7"), hl7Messages);
    int kills = 0;
    for (; icp->lines().size() + lc->lines().size() < total; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 180));
        running->kill(SIGKILL);
        running = gateway();
    }
    BOOST_TEST(kills >= 5);
    BOOST_TEST(icp->wait() == 0);
    BOOST_TEST(lc->wait() == 0);
    std::set<std::string> sent = acknowledged(icp->lines());
    sent.merge(acknowledged(lc->lines()));
    BOOST_TEST(sent.size() == total);

    for (int i = 0; i < 1'000; ++i) {
        {
            const std::lock_guard guard(server.mutex);
            if (server.sha256OfId.size() >= sent.size()) break;
        }
        std::this_thread::sleep_for(10ms);
    }
    std::this_thread::sleep_for(1'500ms);  // the last batch is marked
    BOOST_TEST(running->kill(SIGTERM) == 0);

    Sqlite spool(folder.path("spool/spool.sqlite"));
    auto complete =
        spool.prepare("SELECT control_id, id, sha256 FROM message WHERE state = 'complete' AND duplicate_of IS NULL");
    std::set<std::string> stored;
    std::size_t rows = 0, arrived = 0;
    while (complete.step()) {
        ++rows;
        stored.insert(complete.text(0));
        const auto found = server.sha256OfId.find(complete.text(1));
        if (found != server.sha256OfId.end() && found->second == complete.text(2)) ++arrived;
    }
    BOOST_TEST((stored == sent));
    BOOST_TEST(rows == sent.size());
    BOOST_TEST(arrived == sent.size());
    auto evidence = spool.prepare("SELECT count(*) FROM message WHERE state <> 'complete'");
    evidence.step();
    auto pending = spool.prepare("SELECT count(*) FROM message WHERE forwarded_ms IS NULL AND duplicate_of IS NULL");
    pending.step();
    BOOST_TEST(pending.number(0) == 0);
    BOOST_TEST(server.sha256OfId.size() == rows + static_cast<std::size_t>(evidence.number(0)));
    std::cout << kills << " kills: " << sent.size() << " acknowledged, " << rows << " complete in the spool, "
              << arrived << " at the server, " << evidence.number(0) << " incomplete kept as evidence\n";
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
