#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Digest.h"
#include "tests/support/Program.h"
#include "tests/support/TempFolder.h"

// What the programs say to those who call them by hand.
namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

std::string helped() {
    test::Program program("touchstone-gateway", {"--help"});
    BOOST_TEST(program.wait() == 0);
    std::string all;
    for (const std::string& line : program.lines()) all += line + '\n';
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(GatewayCommands)

BOOST_AUTO_TEST_CASE(the_help_names_every_protocol_that_can_be_listened_to_and_every_format) {
    const std::string help = helped();
    BOOST_TEST(help.find("--protocol astm|mllp|line|sics|sbi|http") != std::string::npos);
    const std::string listed = help.substr(help.find("\nFormats:")) + " ";
    for (const Format& format : formats()) {
        BOOST_TEST(listed.find(" " + std::string(format.name)) != std::string::npos, format.name);
    }
}

BOOST_AUTO_TEST_CASE(listening_prints_a_json_line_for_each_message_without_being_asked_to) {
    const test::TempFolder folder;
    const std::string message = "MSH|^~\\&|LC|Lab|||20261122||ORU^R01|M-1|P|2.5\rOBR|1||YP-1\rOBX|1|NM|X||1.50|mg\r";
    folder.write("m.hl7", message);
    test::Program gateway("touchstone-gateway", {"listen", "--protocol", "mllp", "--spool", folder.path("spool")});
    const std::string address = gateway.errorLine("listening on ");
    BOOST_REQUIRE(!address.empty());
    test::Program instrument("touchstone-simulate", {"mllp", "--to", address, folder.path("m.hl7")});
    BOOST_TEST(instrument.wait() == 0);
    for (int i = 0; i < 500 && gateway.lines().empty(); ++i) std::this_thread::sleep_for(10ms);
    BOOST_TEST(gateway.kill(SIGTERM) == 0);
    BOOST_REQUIRE(gateway.lines().size() == 1u);
    rapidjson::Document line;
    line.Parse(gateway.lines()[0].c_str());
    BOOST_REQUIRE(line.IsObject());
    BOOST_TEST(line["control_id"].GetString() == "M-1");
    BOOST_TEST(line["sha256"].GetString() == sha256Hex(message));
    BOOST_TEST(line["acknowledged"].GetBool());
    BOOST_TEST(line["observations"][0]["value"].GetString() == "1.50");
}

BOOST_AUTO_TEST_CASE(a_log_of_two_blocks_is_read_whole_and_played_as_two_messages) {
    const test::TempFolder folder;
    const auto block = [](const std::string& id) {
        return "in: <VT>MSH|^~\\&|LC|Lab|||20261122||ORU^R01|" + id +
               "|P|2.5<CR>OBR|1||YP-1<CR>OBX|1|NM|X||1.50|mg<CR><FS><CR>\n";
    };
    folder.write("log.txt", block("M-1") + "out: <ACK>\n" + block("M-2"));
    test::Program reader("touchstone-gateway", {"read", folder.path("log.txt")});
    BOOST_TEST(reader.wait() == 0);
    rapidjson::Document read;
    read.Parse(reader.lines().at(0).c_str());
    BOOST_TEST(read["observations"].Size() == 2u);
    BOOST_TEST(read["warnings"][0]["code"].GetString() == "printed_controls");
    test::Program gateway("touchstone-gateway", {"listen", "--protocol", "mllp", "--spool", folder.path("spool")});
    test::Program instrument("touchstone-simulate",
                             {"mllp", "--to", gateway.errorLine("listening on "), folder.path("log.txt")});
    BOOST_TEST(instrument.wait() == 0);
    BOOST_TEST(gateway.kill(SIGTERM) == 0);
    BOOST_TEST(gateway.lines().size() == 2u);
}

BOOST_AUTO_TEST_CASE(reading_refuses_what_cannot_be_read_and_goes_on_with_the_next_file) {
    const test::TempFolder folder;
    folder.write("empty", "");
    folder.write("m.hl7", "MSH|^~\\&|LC|Lab|||20261122||ORU^R01|M-1|P|2.5\rOBR|1||YP-1\rOBX|1|NM|X||1.50|mg\r");
    test::Program reader("touchstone-gateway",
                         {"read", folder.path("missing"), folder.path(""), folder.path("empty"), folder.path("m.hl7")});
    BOOST_TEST(reader.wait() == 3);
    const std::vector<std::string> codes{"cannot_open", "cannot_open", "no_bytes", ""};
    const std::vector<std::string> lines = reader.lines();
    BOOST_REQUIRE(lines.size() == codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        rapidjson::Document line;
        line.Parse(lines[i].c_str());
        BOOST_REQUIRE(line.IsObject());
        BOOST_TEST((line["refused"].IsNull() ? "" : line["refused"]["code"].GetString()) == codes[i]);
    }
}

BOOST_AUTO_TEST_CASE(uploads_are_not_listened_for_without_a_token) {
    const test::TempFolder folder;
    test::Program gateway("touchstone-gateway", {"listen", "--protocol", "http", "--spool", folder.path("spool")});
    BOOST_TEST(gateway.wait() == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
