#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/intake/LateService.h"
#include "tests/db/intake/Replaying.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;
using touchstone::tests::refusal;
using touchstone::tests::Replaying;

namespace db = touchstone::db;
namespace intake = touchstone::intake;

namespace {

const std::string kFirst = Laboratory::numberOf(1);
const std::string kSecond = Laboratory::numberOf(2);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(replay, Replaying)

BOOST_AUTO_TEST_CASE(aMessageHeldForItsMappingBecomesResultsOnceTheMappingIsRight) {
    bring(1, "Probe;Was;Wert\n" + kFirst + ";A;98,6\n" + kFirst + ";B;0,1\n");
    BOOST_TEST(standing(1) == "held unreadable 0/0 v1");
    map(0, R"({"delimiter":";","decimal":",","columns":{"specimen":"Probe","code":"Was","value":"Wert"},"constants":{"unit":"%"}})");
    BOOST_TEST(replayed(1) == "imported - 2/2 v2");
    BOOST_TEST(values() == "98.6,0.1");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT_WS(' ', version, state, COALESCE(mapping_version, '-'), COALESCE(reason, '-')) ORDER BY version) "
                    "FROM message_reading") == "1 held - -,2 imported 1 映射已改");
    BOOST_TEST(text("SELECT reason FROM trail WHERE action = 'message.replay'") == "映射已改");
}

BOOST_AUTO_TEST_CASE(whatWasImportedIsNeverImportedAgain) {
    bring(1, csv(kFirst + ",A,98.6,%\nJP9,A,1,%\n"));
    BOOST_TEST(standing(1) == "partly_held unknown_specimen 1/2 v1");
    for (int version = 2; version <= 4; ++version) {
        BOOST_TEST(replayed(1) == "partly_held unknown_specimen 1/2 v" + std::to_string(version));
        BOOST_TEST(observations(1) == "imported -,held unknown_specimen");
    }
    BOOST_TEST(values() == "98.6");
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE action = 'result.import'") == "1");
    BOOST_TEST(text("SELECT COUNT(*) FROM observation") == "8");
}

BOOST_AUTO_TEST_CASE(aPointOfAControlChartStaysOnePoint) {
    sql("INSERT INTO control_material (id, code, lot, name, valid_from, source) VALUES (1, 'QC1', 'L1', '质控', '2026-01-01', 's')");
    sql("INSERT INTO control_chart (id, material_id, instrument_id, analyte_id, unit, blocking) VALUES (1, 1, 1, 1, '%', 0)");
    sql("INSERT INTO control_target (chart_id, valid_from, mean, sd, verified, source) VALUES (1, '2026-01-01', '100', '5', 0, 's')");
    bring(1, csv("QC1,A,101.5,%\nJP9,A,1,%\n"));
    BOOST_TEST(replayed(1) == "partly_held unknown_specimen 1/2 v2");
    BOOST_TEST(observations(1) == "imported -,held unknown_specimen");
    BOOST_TEST(text("SELECT CONCAT(COUNT(*), ' ', MAX(value)) FROM control_result") == "1 101.5");
}

BOOST_AUTO_TEST_CASE(aLateValueThatSomebodyDismissedStaysDismissedAndIsOfferedOnce) {
    intake::LateService late{application(), trail, recorder, clock};
    bring(1, csv(kFirst + ",A,98.6,%\n"));
    bring(2, csv(kFirst + ",A,97.1,%\n"));
    BOOST_TEST(replayed(2) == "held already_resulted 0/1 v2");
    BOOST_REQUIRE(late.list(analyst, {}).size() == 1U);
    late.dismiss(analyst, {late.list(analyst, {}).at(0).observation}, "重复发送");
    BOOST_TEST(replayed(2) == "held already_resulted 0/1 v3");
    BOOST_TEST(late.list(analyst, {}).empty());
    BOOST_REQUIRE(late.list(analyst, {.decided = true}).size() == 1U);
    BOOST_TEST(late.list(analyst, {.decided = true}).at(0).decision->reason == "重复发送");
}

BOOST_AUTO_TEST_CASE(peopleWhoReplayAtOnceImportOnce) {
    bring(1, csv(kFirst + ",NEW,98.6,%\n"));
    sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) VALUES (1, 'NEW', 1)");
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            try {
                static_cast<void>(replays.replay(technician, {uidOf(1)}, "同时重读"));
            } catch (const std::exception&) {
                ++failed;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failed == 0);
    BOOST_TEST(standing(1) == "imported - 1/1 v5");
    BOOST_TEST(values() == "98.6");
}

BOOST_AUTO_TEST_CASE(aSpanThatNowSaysAnotherValueOrTestIsHeldAndTheResultStays) {
    bring(1, csv(kFirst + ",A,\"98,6\",%\n"));
    BOOST_TEST(standing(1) == "held undecidable 0/1 v1");
    map(0, R"({"decimal":","})");
    BOOST_TEST(replayed(1) == "imported - 1/1 v2");
    map(1, R"({"decimal":"."})");
    BOOST_TEST(replayed(1) == "held imported_otherwise 0/1 v3");
    map(2, R"({"decimal":",","constants":{"code":"B"}})");
    BOOST_TEST(replayed(1) == "held imported_otherwise 0/1 v4");
    map(3, R"({"decimal":","})");
    BOOST_TEST(replayed(1) == "imported - 1/1 v5");
    BOOST_TEST(values() == "98.6");
    BOOST_TEST(statusOfTests(1) == "resulted waiting waiting");
}

BOOST_AUTO_TEST_CASE(aMessageOfAnInstrumentThatWasNotKnownIsReadOnceItIs) {
    const std::string raw = csv(kFirst + ",A,98.6,%\n");
    bring(1, raw, "LATE");
    bring(2, raw, "LATE", "incomplete");
    sql("INSERT INTO instrument (id, code, name, protocol) VALUES (2, 'LATE', '新仪器', 'auto')");
    sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) VALUES (2, 'A', 1)");
    BOOST_TEST(replayed(1) == "imported - 1/1 v2");
    BOOST_TEST(text("SELECT instrument_id FROM inbound_message WHERE uid = '" + uidOf(1) + "'") == "2");
    BOOST_TEST(replayed(2) == "held incomplete 0/0 v2");
}

BOOST_AUTO_TEST_CASE(bytesThatTheLinkDidNotKnowMayBeReadUnderAnotherFormat) {
    bring(1, csv(kFirst + ",A,98.6,%\n"), "WEIGHER", "unframed");
    BOOST_TEST(standing(1) == "held unreadable 0/0 v1");
    BOOST_TEST(replayed(1) == "imported - 1/1 v2");
}

BOOST_AUTO_TEST_CASE(manyAtOnceAreAnsweredOneByOneAndAnUnknownOneRefusesAll) {
    bring(1, csv(kFirst + ",NEW,98.6,%\n"));
    bring(2, csv(kSecond + ",NEW,97.0,%\n"));
    bring(3, csv("JP9,NEW,1,%\n"));
    BOOST_TEST((refusal([&] { static_cast<void>(replays.replay(technician, {uidOf(1), uidOf(9)}, "重读")); }) == ErrorCode::NotKnown));
    BOOST_TEST(standing(1) == "held unknown_code 0/1 v1");
    mappings.setCodes(technician, "WEIGHER", {{"NEW", "A", "", ""}}, "新代码");
    const auto done = replays.replay(technician, {uidOf(1), uidOf(2), uidOf(3)}, "重读");
    BOOST_TEST(done.size() == 3U);
    BOOST_TEST(done.at(0).stateBefore == "held");
    BOOST_TEST(done.at(1).state == "imported");
    BOOST_TEST(done.at(2).reason.value_or("") == "unknown_specimen");
    BOOST_TEST(values() == "98.6,97.0");
}

BOOST_AUTO_TEST_CASE(rawBytesAndEarlierReadingsCannotBeChangedByTheServer) {
    bring(1, csv("JP9,A,98.6,%\n"));
    for (const char* statement : {"UPDATE inbound_message SET raw = ''", "UPDATE inbound_message SET sha256 = ''", "UPDATE inbound_message SET uid = 'x'",
                                  "DELETE FROM inbound_message", "UPDATE message_reading SET state = 'imported'", "DELETE FROM message_reading",
                                  "UPDATE observation SET state = 'imported'", "UPDATE message_correction SET code = 'A'",
                                  "UPDATE instrument_mapping SET mapping = '{}'", "DELETE FROM instrument_mapping"}) {
        BOOST_CHECK_EXCEPTION(application().write([&](db::WriteTransaction& tx) { tx.execute({statement, statement}); }), db::SqlError,
                              [](const db::SqlError& error) { return error.code() == 1142 || error.code() == 1143; });
    }
}

BOOST_AUTO_TEST_CASE(whatIsSetAsideWaitsForNobodyUntilItIsReadAgain) {
    bring(1, csv(kFirst + ",NEW,98.6,%\n"));
    replays.setAside(technician, {uidOf(1)}, "调试数据");
    BOOST_TEST(standing(1) == "set_aside - 0/1 v1");
    BOOST_TEST(observations(1) == "held unknown_code");
    BOOST_TEST(service.held(technician, {}).empty());
    BOOST_TEST(text("SELECT reason FROM trail WHERE action = 'message.set_aside'") == "调试数据");
    BOOST_TEST((refusal([&] { replays.setAside(technician, {uidOf(1)}, "再次"); }) == ErrorCode::WrongState));
    BOOST_TEST(replayed(1) == "held unknown_code 0/1 v3");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(correction, Replaying)

BOOST_AUTO_TEST_CASE(aPersonSaysWhichSampleAndCodeAnObservationMeans) {
    bring(1, csv("JP9,OLD,98.6,%\nJP9,B,0.1,%\n"));
    const auto done = replays.correct(technician, uidOf(1), {{0, 0, kFirst, "A"}, {1, 1, kFirst, {}}}, "条码贴错");
    BOOST_TEST(done.imported == 2);
    BOOST_TEST(standing(1) == "imported - 2/2 v2");
    BOOST_TEST(values() == "98.6,0.1");
    BOOST_TEST(text("SELECT reason FROM result_version LIMIT 1") == "条码贴错");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT_WS('/', was_specimen, was_code, specimen, code) ORDER BY id) FROM message_correction") ==
               "JP9/OLD/" + kFirst + "/A,JP9/B/" + kFirst + "/B");
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE action = 'message.correct' AND reason = '条码贴错'") == "1");
    BOOST_TEST(text("SELECT COUNT(*) FROM observation WHERE reading = 1 AND specimen = 'JP9'") == "2");
}

BOOST_AUTO_TEST_CASE(aLaterCorrectionReplacesAnEarlierOneAndAReplayAppliesIt) {
    bring(1, csv("JP9,A,98.6,%\n"));
    static_cast<void>(replays.correct(technician, uidOf(1), {{0, 0, "JP8", {}}}, "看错"));
    BOOST_TEST(standing(1) == "held unknown_specimen 0/1 v2");
    static_cast<void>(replays.correct(technician, uidOf(1), {{0, 0, kSecond, {}}}, "再看"));
    BOOST_TEST(standing(1) == "imported - 1/1 v3");
    BOOST_TEST(text("SELECT CONCAT(was_specimen, ' ', specimen) FROM message_correction ORDER BY id DESC LIMIT 1") == "JP9 " + kSecond);
    BOOST_TEST(replayed(1) == "imported - 1/1 v4");
    BOOST_TEST(values() == "98.6");
}

BOOST_AUTO_TEST_CASE(onlyWhatIsHeldCanBeCorrected) {
    bring(1, csv(kFirst + ",A,98.6,%\nJP9,A,1,%\n"));
    BOOST_TEST((refusal([&] { static_cast<void>(replays.correct(technician, uidOf(1), {{0, 0, kSecond, {}}}, "改")); }) == ErrorCode::WrongState));
    BOOST_TEST((refusal([&] { static_cast<void>(replays.correct(technician, uidOf(1), {{0, 7, kSecond, {}}}, "改")); }) == ErrorCode::NotKnown));
    BOOST_TEST((refusal([&] { static_cast<void>(replays.correct(technician, uidOf(9), {{0, 0, kSecond, {}}}, "改")); }) == ErrorCode::NotFound));
    BOOST_TEST(text("SELECT COUNT(*) FROM message_correction") == "0");
}

BOOST_AUTO_TEST_CASE(whoSaidWhatAnObservationMeansDoesNotCheckIt) {
    bring(1, csv("JP9,A,98.6,%\n"));
    static_cast<void>(replays.correct({{2}, "checker", "李", {touchstone::Role::technician}, "LAB", "15", "test"}, uidOf(1), {{0, 0, kFirst, {}}}, "条码贴错"));
    reviews.submit(analyst, {{3}});
    BOOST_TEST((refusal([&] { reviews.check(checker, {{3}}); }) == ErrorCode::SameHand));
    reviews.check(checker2, {{3}});
}

BOOST_AUTO_TEST_CASE(onlyTechniciansAndAdministratorsAct) {
    bring(1, csv("JP9,A,98.6,%\n"));
    const touchstone::Actor other{{1}, "analyst", "张", {touchstone::Role::analyst}, "LAB", "15", "test"};
    BOOST_TEST((refusal([&] { static_cast<void>(replays.replay(other, {uidOf(1)}, "重读")); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { replays.setAside(other, {uidOf(1)}, "搁置"); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(replays.correct(other, uidOf(1), {{0, 0, kFirst, {}}}, "改")); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(mappings.save(other, "WEIGHER", 0, "{}", "改")); }) == ErrorCode::NoRight));
}

BOOST_AUTO_TEST_SUITE_END()
