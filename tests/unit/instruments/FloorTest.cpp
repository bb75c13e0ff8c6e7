#include <Poco/Net/ServerSocket.h>

#include <boost/test/unit_test.hpp>

#include "instruments/gateway/Config.h"
#include "instruments/gateway/Floor.h"
#include "instruments/gateway/Liaison.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

std::vector<std::string> faultsOf(const std::string& text) {
    std::vector<std::string> out;
    for (const ConfigFault& fault : readInstruments(text).faults) {
        out.push_back(std::to_string(fault.line) + " " + fault.section + " " + fault.key);
    }
    return out;
}

struct Hall {
    test::TempFolder folder;
    Spool spool{folder.path()};
    Outbox outbox{{.server = {.url = "http://127.0.0.1:1", .token = "t"}, .folder = folder.path()},
                  [](const std::string&) {}};
    Floor floor{spool,
                outbox,
                {.handled = [](std::span<const Handled>) {}, .fault = [](const std::string&, const std::string&) {}}};

    void run(const std::string& text, std::int64_t version = 1) {
        const InstrumentsRead read = readInstruments(text);
        BOOST_REQUIRE(read.faults.empty());
        floor.apply(read.instruments, version);
    }
    std::string addressOf(const std::string& code) {
        for (const auto& station : floor.view().stations) {
            if (station.settings.code == code) return station.address;
        }
        return "none";
    }
};

const std::string a = "[instrument.a]\nprotocol = astm\n", b = "[instrument.b]\nprotocol = mllp\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(InstrumentSections)

BOOST_AUTO_TEST_CASE(every_mistake_is_named_by_section_key_and_line) {
    BOOST_TEST(readInstruments("; lines\n\n[instrument.a]\nprotocol = astm\nlisten = 0.0.0.0:4001\n").faults.empty());
    const auto faults = faultsOf(
        "[instrument.a]\nprotocol = astm\nlisten = nowhere\n\n[instrument.B]\nPROTOCOL = mllp\ncolour = red\n"
        "[instrument.c]\nlisten = :1\n");
    BOOST_TEST((faults ==
                std::vector<std::string>{"3 instrument.a listen", "7 instrument.B colour", "8 instrument.c protocol"}));
}

BOOST_AUTO_TEST_CASE(what_the_reader_of_ini_files_would_let_pass_is_named_too) {
    BOOST_TEST((faultsOf(a + "protocol = mllp\n") == std::vector<std::string>{"3 instrument.a protocol"}));
    BOOST_TEST((faultsOf(a + "silence_seconds\n") == std::vector<std::string>{"3 instrument.a "}));
    BOOST_TEST((faultsOf("[server]\nurl = http://elsewhere\n" + a) == std::vector<std::string>{"1 server "}));
    BOOST_TEST((faultsOf("url = x\n" + a) == std::vector<std::string>{"1  url"}));
    BOOST_TEST((faultsOf(a + "[instrument.b]\nprotocol = line\ncode = a\n") ==
                std::vector<std::string>{"5 instrument.b code"}));
}

BOOST_AUTO_TEST_CASE(tokens_and_the_files_they_stand_in_belong_to_the_gateway_alone) {
    const std::string upload = "[instrument.u]\nprotocol = http\nlisten = 0.0.0.0:4001\n";
    BOOST_TEST((faultsOf(upload + "token = secret\n") == std::vector<std::string>{"4 instrument.u token"}));
    BOOST_TEST(
        (faultsOf(upload + "token_file = /etc/hostname\n") == std::vector<std::string>{"4 instrument.u token_file"}));
}

BOOST_AUTO_TEST_CASE(no_bytes_make_the_reader_throw) {
    std::string bytes;
    for (int i = 0; i < 4'000; ++i) bytes += static_cast<char>((i * 7919) >> 3);
    for (const std::string& text :
         {bytes, std::string("["), std::string("]=[="), "[instrument.]\n=\n" + bytes, std::string(100'000, '[')}) {
        BOOST_TEST(!readInstruments(text).faults.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(Stations, Hall)

BOOST_AUTO_TEST_CASE(only_what_changed_is_restarted) {
    run(a + b);
    const std::string before = addressOf("a"), other = addressOf("b");
    run(a + b + "silence_seconds = 5\n[instrument.c]\nprotocol = line\n", 2);
    BOOST_TEST(addressOf("a") == before);
    BOOST_TEST(addressOf("b") != other);
    BOOST_TEST(addressOf("c") != "none");
    BOOST_TEST((floor.view().version == 2));
    run(a, 3);
    BOOST_TEST(floor.view().stations.size() == 1u);
    BOOST_TEST(addressOf("a") == before);
}

BOOST_AUTO_TEST_CASE(a_port_can_go_from_one_instrument_to_another) {
    run(a);
    const std::string at = "listen = " + addressOf("a") + "\n";
    run(b + at, 2);
    run("[instrument.c]\nprotocol = line\n" + at, 3);
    BOOST_TEST("listen = " + addressOf("c") + "\n" == at);
}

BOOST_AUTO_TEST_CASE(where_a_port_is_taken_all_stays_as_it_was) {
    const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
    run(a + b);
    BOOST_CHECK_THROW(run(a + "listen = " + taken.address().toString() + "\n", 2), std::runtime_error);
    BOOST_TEST((floor.view().version == 1));
    BOOST_TEST(addressOf("a") != "none");
    BOOST_TEST(addressOf("b") != "none");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(no_configuration_was_kept_where_there_never_was_one) {
    const test::TempFolder folder;
    BOOST_TEST(!keptConfiguration(folder.path()).has_value());
    folder.write("configuration.json", "{\"version\": 3, \"text\": \"[instrument.a]\\n\"}");
    BOOST_TEST(keptConfiguration(folder.path())->version == 3);
    folder.write("configuration.json", "{\"version\": 3");
    BOOST_CHECK_THROW(static_cast<void>(keptConfiguration(folder.path())), std::runtime_error);
}

}  // namespace touchstone::instruments
