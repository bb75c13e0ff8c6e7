#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/TestDatabase.h"

namespace fs = std::filesystem;

namespace {

/// A folder with the migrations before the readings came.
struct Earlier {
    fs::path folder = fs::temp_directory_path() / ("touchstone-earlier-" + std::to_string(getpid()));
    Earlier() {
        fs::create_directories(folder);
        for (const auto& file : fs::directory_iterator(TOUCHSTONE_SOURCE "/schema")) {
            const std::string name = file.path().filename().string();
            if (file.path().extension() == ".sql" && name < "0008") fs::copy_file(file.path(), folder / name, fs::copy_options::overwrite_existing);
        }
    }
    ~Earlier() { fs::remove_all(folder); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(whatWasStoredBeforeReadingsHadVersionsIsTheirFirst, Earlier) {
    touchstone::tests::TestDatabase database(folder.string());
    database.owner().runAlone([](const auto& run) {
        run("INSERT INTO organisation (id, code, name, kind, region_code) VALUES (1, 'LAB', '检验院', 'laboratory', '15')");
        run("INSERT INTO person (id, login, name, organisation_id, created_at) VALUES (1, 'gateway', '网关', 1, NOW(6))");
        run("INSERT INTO instrument (id, code, name, protocol, mapping) VALUES (1, 'A', '甲', 'csv', '{\"decimal\":\",\"}'), (2, 'B', '乙', 'astm', NULL)");
        run("INSERT INTO inbound_message (id, uid, instrument_id, instrument, protocol, person_id, received_at, stored_at, sha256, raw, state, "
            "reason, detail, observations, imported) VALUES (1, 'u1', 1, 'A', 'csv', 1, NOW(6), NOW(6), '', 'x', 'imported', NULL, NULL, 1, 1), "
            "(2, 'u2', 2, 'B', 'astm', 1, NOW(6), NOW(6), '', 'x', 'held', 'incomplete', 'cut', 0, 0)");
        run("INSERT INTO observation (message_id, ordinal, specimen, code, value, unit, flags, observed_at, span_offset, span_length, state) "
            "VALUES (1, 0, 'S', 'C', '1', '', '', '', 0, 1, 'imported')");
    });
    touchstone::db::Migrator(database.owner(), TOUCHSTONE_SOURCE "/schema", touchstone::db::PrivateDatabase::applicationAccount()).migrate();
    database.owner().runAlone([](const auto& run) {
        BOOST_TEST(run("SELECT GROUP_CONCAT(CONCAT_WS(' ', message_id, version, COALESCE(mapping_version, '-'), state, COALESCE(cause, '-'), imported) "
                       "ORDER BY message_id) FROM message_reading").at(0).text(0) == "1 1 1 imported - 1,2 1 - held incomplete 0");
        BOOST_TEST(run("SELECT GROUP_CONCAT(CONCAT(link_state, reading) ORDER BY id) FROM inbound_message").at(0).text(0) == "complete1,incomplete1");
        BOOST_TEST(run("SELECT CONCAT_WS(' ', instrument_id, version, mapping) FROM instrument_mapping").at(0).text(0) == "1 1 {\"decimal\":\",\"}");
        BOOST_TEST(run("SELECT reading FROM observation").at(0).integer(0) == 1);
    });
}
