#include <rapidjson/document.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Digest.h"
#include "instruments/gateway/Sqlite.h"
#include "tests/support/Program.h"
#include "tests/support/TempFolder.h"

// Real captures go over TCP to a real gateway process. They are read where they lie; nothing of them is in this
// project.
namespace touchstone::instruments {
namespace {

namespace fs = std::filesystem;

fs::path corpora() {
    const char* const set = std::getenv("TOUCHSTONE_CORPORA");
    return set != nullptr ? fs::path(set) : fs::path(TOUCHSTONE_SOURCE) / "../shared/corpora";
}

std::vector<fs::path> filesIn(const std::vector<std::string>& folders) {
    std::vector<fs::path> files;
    for (const std::string& folder : folders) {
        if (!fs::is_directory(corpora() / folder)) continue;
        for (const auto& entry : fs::directory_iterator(corpora() / folder)) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string bytesOf(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

struct Row {
    std::string file, state;
    bool acknowledged = false, storedEqual = false;
    std::size_t observations = 0, warnings = 0;
    std::string refused;
};

/// What the spool holds of these bytes.
std::optional<std::string> stateInSpool(Sqlite& spool, const std::string& bytes) {
    auto select = spool.prepare("SELECT state FROM message WHERE sha256 = ? AND bytes = ?");
    select.bind(1, sha256Hex(bytes)).bindBlob(2, bytes);
    return select.step() ? std::optional(select.text(0)) : std::nullopt;
}

/// Sends every file and compares what was stored with the file.
std::vector<Row> play(const std::string& protocol, const std::vector<fs::path>& files,
                      const std::vector<std::string>& options) {
    const test::TempFolder folder;
    std::vector<std::string> listen{"listen", "--protocol", protocol, "--spool", folder.path("spool"),
                                    "--json", "--lenient"};
    test::Program gateway("touchstone-gateway", listen);
    const std::string address = gateway.errorLine("listening on ");
    BOOST_REQUIRE(!address.empty());
    std::vector<std::string> simulate{protocol, "--to", address};
    simulate.insert(simulate.end(), options.begin(), options.end());
    for (const fs::path& file : files) simulate.push_back(file.string());
    test::Program simulator("touchstone-simulate", simulate);
    static_cast<void>(simulator.wait());
    BOOST_TEST(gateway.kill(SIGTERM) == 0);

    Sqlite spool(folder.path("spool/spool.sqlite"));
    std::vector<Row> rows;
    const std::vector<std::string> sent = simulator.lines();
    BOOST_REQUIRE(sent.size() == files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string bytes = bytesOf(files[i]);
        const auto state = stateInSpool(spool, bytes);
        const Reading reading = read(protocol == "astm" ? "astm" : "hl7", bytes);
        rapidjson::Document line;
        line.Parse(sent[i].c_str());
        rows.push_back({files[i].filename().string(), state.value_or("lost"), line["acknowledged"].GetBool(),
                        state.has_value(), reading.observations.size(), reading.warnings.size(),
                        reading.refused ? reading.refused->code : ""});
    }
    return rows;
}

void print(const std::string& title, const std::vector<Row>& rows) {
    std::size_t acknowledged = 0, equal = 0, observations = 0, refused = 0, warnings = 0;
    for (const Row& row : rows) {
        acknowledged += row.acknowledged ? 1 : 0;
        equal += row.storedEqual ? 1 : 0;
        observations += row.observations;
        refused += row.refused.empty() ? 0 : 1;
        warnings += row.warnings;
        if (row.refused.empty() && row.acknowledged) continue;
        std::cout << "  held: " << row.file << " (" << row.state << (row.refused.empty() ? "" : ", " + row.refused)
                  << ")\n";
    }
    std::cout << title << ": files " << rows.size() << ", stored equal " << equal << ", acknowledged " << acknowledged
              << ", observations " << observations << ", refused " << refused << ", warnings " << warnings << '\n';
}

const Row& rowOf(const std::vector<Row>& rows, const std::string& file) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.file == file; });
    BOOST_REQUIRE_MESSAGE(found != rows.end(), file);
    return *found;
}

bool absent(const std::vector<fs::path>& files) {
    if (files.empty()) std::cout << "SKIPPED: no corpora at " << corpora().string() << " (TOUCHSTONE_CORPORA)\n";
    return files.empty();
}

void expectAllStored(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        BOOST_TEST(row.storedEqual, row.file);
        // Only what is of the protocol may be acknowledged, and all of that must be.
        if (row.acknowledged) BOOST_TEST(row.state == "complete", row.file);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Corpora)

BOOST_AUTO_TEST_CASE(captures_of_analysers_over_astm) {
    const auto files = filesIn({"astm"});
    if (absent(files)) return;
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--split"}, {"--bad-checksum", "1"}}) {
        const auto rows = play("astm", files, options);
        print("astm" + (options.empty() ? "" : " " + options[0]), rows);
        expectAllStored(rows);
        for (const auto& [file, observations] :
             std::vector<std::pair<std::string, std::size_t>>{{"abbott_afinion2.txt", 1},
                                                              {"cobas_c111.txt", 1},
                                                              {"cobas_c311.txt", 7},
                                                              {"genexpert.txt", 84},
                                                              {"sysmex_xn550.txt", 41},
                                                              {"yumizen_h500.txt", 21}}) {
            BOOST_TEST(rowOf(rows, file).acknowledged, file);
            BOOST_TEST(rowOf(rows, file).observations == observations, file);
        }
        BOOST_TEST(!rowOf(rows, "spotchem_el.txt").acknowledged);
        BOOST_TEST(rowOf(rows, "spotchem_el.txt").state == "unframed");
    }
}

BOOST_AUTO_TEST_CASE(a_device_without_a_protocol_is_read_by_a_template) {
    const auto files = filesIn({"astm"});
    if (absent(files)) return;
    const auto mapping = Mapping::parse(
        R"j({"template": "ID# (?P<specimen>\\S+)|(?P<code>[A-Z][a-z]?) +(?P<value>[0-9.]+) +(?P<unit>\\S+)"})j");
    for (const fs::path& file : files) {
        if (file.filename() != "spotchem_el.txt") continue;
        const Reading reading = read("line", bytesOf(file), std::get<Mapping>(mapping));
        std::string told;
        for (const Observation& o : reading.observations) told += o.specimen + " " + o.code + "=" + o.value + " ";
        BOOST_TEST(told == "1DC042FP Na=131 1DC042FP K=9.7 1DC042FP Cl=96 ");
    }
}

BOOST_AUTO_TEST_CASE(messages_over_mllp) {
    const auto files = filesIn({"hl7/cdc", "hl7/cosyte", "hl7/fhir-converter"});
    if (absent(files)) return;
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--split"}}) {
        const auto rows = play("mllp", files, options);
        print("hl7" + (options.empty() ? "" : " " + options[0]), rows);
        expectAllStored(rows);
        for (const Row& row : rows) {
            // No MSH that says whom to answer: rejected, and held all the same.
            const bool malformed = row.file.starts_with("malformed__");
            BOOST_TEST(row.acknowledged == !malformed, row.file);
            if (row.file.find("OBX-to-Observation") != std::string::npos) BOOST_TEST(row.observations > 0u, row.file);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_cdc_result_message_gives_as_many_observations_as_it_has_values) {
    const auto files = filesIn({"hl7/cdc"});
    if (absent(files)) return;
    for (const fs::path& file : files) {
        const std::string bytes = bytesOf(file);
        std::size_t expected = 0;
        for (std::size_t at = bytes.find("OBX|"); at != std::string::npos; at = bytes.find("OBX|", at + 1)) {
            const bool starts = at == 0 || bytes[at - 1] == '\r' || bytes[at - 1] == '\n';
            const std::string type = bytes.substr(bytes.find('|', at + 4) + 1, 3);
            if (starts && !type.starts_with("ED|") && !type.starts_with("RP|")) ++expected;
        }
        const Reading reading = read("hl7", bytes);
        BOOST_TEST(reading.observations.size() == expected, file.filename().string());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
