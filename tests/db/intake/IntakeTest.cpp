#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/core/Json.h"
#include "server/intake/IntakeService.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;
using namespace std::chrono_literals;

namespace db = touchstone::db;
namespace intake = touchstone::intake;
namespace json = touchstone::json;

namespace {

struct Receiving : Laboratory {
    intake::IntakeService service{application(), trail, recorder, clock};

    Receiving() {
        sample(1);
        sql("INSERT INTO instrument (id, code, name, protocol, enabled) VALUES (1, 'BALANCE', '天平', 'csv', 1), (2, 'COMMA', '欧洲仪器', 'csv', 1), "
            "(3, 'OFF', '停用', 'csv', 0), (4, 'ODD', '配置有误', 'csv', 1), (5, 'ASTM', '生化', 'astm', 1)");
        sql("INSERT INTO instrument_mapping (instrument_id, version, mapping, reason) VALUES "
            "(2, 1, '{\"decimal\":\",\",\"delimiter\":\";\"}', 'x'), (4, 1, '{\"nothing\":1}', 'x')");
        sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) SELECT i.id, a.code, a.id FROM instrument i, analyte a");
    }

    static std::string uidOf(int number) {
        const std::string digits = std::to_string(number);
        return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
    }
    intake::Message message(int number, const std::string& raw, const std::string& instrument = "BALANCE", const std::string& link = "complete") {
        return {uidOf(number), instrument, "csv", link, clock.now(), touchstone::sha256(raw), raw};
    }
    /// "specimen,code,value,unit" under the header that names them.
    static std::string csv(const std::string& rows) { return "specimen,code,value,unit\n" + rows; }
    /// "state reason imported/observations" of a message after it was brought.
    std::string brought(const intake::Message& message) {
        static_cast<void>(service.bring(gateway, {message}));
        return text("SELECT CONCAT(state, ' ', COALESCE(reason, '-'), ' ', imported, '/', observations) FROM inbound_message WHERE uid = '" +
                    message.uid + "'");
    }
};

const std::string kNumber = Laboratory::numberOf(1);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bring, Receiving)

BOOST_AUTO_TEST_CASE(aMessageBecomesResultsThatReachBackToItsBytes) {
    const std::string raw = csv(kNumber + ",A,94.96,%\n" + kNumber + ",B,0.31,%\n");
    BOOST_TEST(brought(message(1, raw)) == "imported - 2/2");
    BOOST_TEST(statusOfTests(1) == "resulted resulted waiting");
    BOOST_TEST(text("SELECT CONCAT_WS('|', r.value, r.compared, r.verdict, r.source, r.person_id, SUBSTR(m.raw, o.span_offset + 1, o.span_length)) "
                    "FROM result_version r JOIN observation o ON o.id = r.observation_id JOIN inbound_message m ON m.id = o.message_id "
                    "WHERE r.test_id = 3") == "94.96|95.0|conforms|instrument|4|" + kNumber + ",A,94.96,%");
    BOOST_TEST(text("SELECT verdict FROM test WHERE id = 4") == "fails");
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail") == "message.store,result.import,result.import");
    BOOST_TEST(json::parse(text("SELECT new_value FROM trail WHERE action = 'result.import' LIMIT 1")).find("message")->text() == uidOf(1));
}

BOOST_AUTO_TEST_CASE(theSameUidAgainIsADuplicateAndChangesNothing) {
    const auto first = message(1, csv(kNumber + ",A,98.6,%\n"));
    const auto receipts = service.bring(gateway, {first, first});
    BOOST_TEST(!receipts.at(0).duplicate);
    BOOST_TEST(receipts.at(1).duplicate);
    BOOST_TEST(service.bring(gateway, {message(1, "other bytes")}).at(0).duplicate);
    BOOST_TEST(text("SELECT COUNT(*) FROM inbound_message") == "1");
    BOOST_TEST(text("SELECT COUNT(*) FROM result_version") == "1");
}

BOOST_AUTO_TEST_CASE(gatewaysThatBringTheSameAtOnceStoreItOnce) {
    for (int round = 0; round < 5; ++round) {
        std::vector<intake::Message> there, back;
        for (int i = 0; i < 6; ++i) there.push_back(message(10 * round + i + 1, csv("X" + std::to_string(i) + ",A,1,%\n")));
        back.assign(there.rbegin(), there.rend());
        std::atomic<int> stored = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, t] {
                for (const auto& receipt : service.bring(gateway, t == 1 ? back : there)) stored += receipt.duplicate ? 0 : 1;
            });
        }
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(stored == 6);
    }
    BOOST_TEST(text("SELECT COUNT(*) FROM inbound_message") == "30");
}

BOOST_AUTO_TEST_CASE(aMessageThatCannotBeReadIsKeptWithItsReason) {
    const std::string good = csv(kNumber + ",A,98.6,%\n");
    BOOST_TEST(brought(message(1, good, "NOBODY")) == "held unknown_instrument 0/0");
    BOOST_TEST(brought(message(2, good, "balance")) == "held unknown_instrument 0/0");
    BOOST_TEST(brought(message(3, good, "BALANCE ")) == "held unknown_instrument 0/0");
    BOOST_TEST(brought(message(4, good, "OFF")) == "held unknown_instrument 0/0");
    BOOST_TEST(brought(message(5, good, "BALANCE", "incomplete")) == "held incomplete 0/0");
    BOOST_TEST(brought(message(6, good, "BALANCE", "unframed")) == "held unreadable 0/0");
    BOOST_TEST(brought(message(7, good, "ODD")) == "held unreadable 0/0");
    BOOST_TEST(brought(message(8, good, "ASTM")) == "held unreadable 0/0");
    BOOST_TEST(brought(message(9, csv(""))) == "held nothing_in_it 0/0");
    BOOST_TEST(brought(message(10, "")).starts_with("held "));
    BOOST_TEST(brought(message(11, std::string(100, '\0'))).starts_with("held "));
    BOOST_TEST(text("SELECT SUM(sha256 = UNHEX(SHA2(raw, 256))) FROM inbound_message") == "11");
    BOOST_TEST(statusOfTests(1) == "waiting waiting waiting");
}

BOOST_AUTO_TEST_CASE(partOfAMessageMayBeHeld) {
    BOOST_TEST(brought(message(1, csv(kNumber + ",A,98.6,%\nJP9,A,1,%\n"))) == "partly_held unknown_specimen 1/2");
    BOOST_TEST(text("SELECT detail FROM inbound_message") == "JP9 A 1");
    BOOST_TEST(text("SELECT GROUP_CONCAT(state ORDER BY ordinal) FROM observation") == "imported,held");
}

BOOST_AUTO_TEST_CASE(aSecondObservationOfATestIsHeldInOneBatchAndLater) {
    const std::string row = csv(kNumber + ",A,98.6,%\n");
    static_cast<void>(service.bring(gateway, {message(1, row), message(2, csv(kNumber + ",A,90.0,%\n"))}));
    BOOST_TEST(brought(message(3, row)) == "held already_resulted 0/1");
    BOOST_TEST(text("SELECT GROUP_CONCAT(state ORDER BY id) FROM inbound_message") == "imported,held,held");
    BOOST_TEST(text("SELECT GROUP_CONCAT(value) FROM result_version") == "98.6");
}

BOOST_AUTO_TEST_CASE(theMappingOfTheInstrumentSaysHowNumbersAreWritten) {
    BOOST_TEST(brought(message(1, "specimen;code;value;unit\n" + kNumber + ";A;\"98,60\";%\n", "COMMA")) == "imported - 1/1");
    BOOST_TEST(text("SELECT value FROM result_version") == "98.60");
    BOOST_TEST(text("SELECT value FROM observation") == "98,60");
    BOOST_TEST(brought(message(2, csv(kNumber + ",B,\"0,1\",%\n"))) == "held undecidable 0/1");
}

BOOST_AUTO_TEST_CASE(bytesThatAreNoTextNeverFailABatch) {
    const std::string nul("\0", 1);
    const std::vector<std::string> cells{
        "\xFF\xFE\xFD", "a" + nul + "b", "\xF0\x9F\x92\x8A", std::string(70, 'x'), std::string(300, '9'), "\xED\xA0\x80", "1" + nul, "\xC2\x85"};
    int number = 0;
    std::vector<intake::Message> messages;
    for (const std::string& cell : cells) {
        for (const std::string& row : {cell + ",A,98.6,%", kNumber + "," + cell + ",98.6,%", kNumber + ",A," + cell + ",%", kNumber + ",A,98.6," + cell}) {
            messages.push_back(message(++number, csv(row + "\n")));
        }
        messages.push_back(message(++number, "specimen,code,value,unit,flags,observed_at,position\n" + kNumber + ",A,x,%," + cell + "," + cell + "," + cell + "\n"));
        messages.push_back(message(++number, "H|\\^&|" + cell + "||" + cell + "|||||||P|1|2026\rP|1\rO|1|" + cell + "||^^^" + cell + "|R\rR|1|^^^" + cell +
                                                 "|" + cell + "|" + cell + "||" + cell + "||" + cell + "||||" + cell + "\rL|1|N\r",
                                   "ASTM"));
    }
    const auto receipts = service.bring(gateway, messages);
    BOOST_TEST(receipts.size() == messages.size());
    BOOST_TEST(text("SELECT COUNT(*) FROM inbound_message WHERE state <> 'held' OR reason IS NULL") == "0");
    BOOST_TEST(text("SELECT SUM(sha256 = UNHEX(SHA2(raw, 256))) FROM inbound_message") == std::to_string(messages.size()));
    for (const auto& one : service.list(analyst, {.limit = 500}).messages) {
        BOOST_TEST(touchstone::isUtf8(one.detail.value_or("")));
        static_cast<void>(service.message(analyst, one.uid));
    }
    BOOST_TEST(statusOfTests(1) == "waiting waiting waiting");
}

BOOST_AUTO_TEST_CASE(moreSpecimensThanOneListTakesAreStillOneBatch) {
    std::vector<intake::Message> messages;
    for (int m = 0; m < 2; ++m) {
        std::string rows;
        for (int i = 0; i < 9000; ++i) rows += "X" + std::to_string(9000 * m + i) + ",A,1,%\n";
        messages.push_back(message(m + 1, csv(rows + (m == 1 ? kNumber + ",A,98.6,%\n" : ""))));
    }
    BOOST_TEST(service.bring(gateway, messages).size() == 2U);
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(state, imported) ORDER BY id) FROM inbound_message") == "held0,partly_held1");
}

BOOST_AUTO_TEST_CASE(aMessageOfTooManyObservationsIsHeldWhole) {
    std::string rows;
    for (int i = 0; i < 20'001; ++i) rows += "X,A,1,%\n";
    BOOST_TEST(brought(message(1, csv(rows))) == "held too_long 0/0");
}

BOOST_AUTO_TEST_CASE(aChangedMappingActsAfterFiveSeconds) {
    BOOST_TEST(brought(message(1, csv(kNumber + ",NEW,98.6,%\n"))) == "held unknown_code 0/1");
    sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) VALUES (1, 'NEW', 1)");
    clock.advance(5s);
    BOOST_TEST(brought(message(2, csv(kNumber + ",NEW,98.6,%\n"))) == "imported - 1/1");
}

BOOST_AUTO_TEST_CASE(resultsAndReviewsOfTheSameSamplesGoOnTogether) {
    for (std::int64_t id = 2; id <= 7; ++id) {
        sample(id);
        static_cast<void>(results.enter(analyst, {{0, {3 * id + 2}, 1, "白色片", {}}}, {}, false));
    }
    std::thread other([&] {
        for (std::int64_t id = 2; id <= 7; ++id) reviews.submit(analyst, {{3 * id + 2}});
    });
    for (int id = 2; id <= 7; ++id) {
        static_cast<void>(service.bring(gateway, {message(id, csv(numberOf(id) + ",A,98.6,%\n" + numberOf(id) + ",B,0.1,%\n"))}));
    }
    other.join();
    for (std::int64_t id = 2; id <= 7; ++id) BOOST_TEST(statusOfTests(id) == "resulted resulted submitted");
}

BOOST_AUTO_TEST_CASE(onlyGatewaysBringAndOnlyStaffReads) {
    BOOST_CHECK_THROW(static_cast<void>(service.bring(analyst, {message(1, "x")})), Error);
    BOOST_CHECK_THROW(static_cast<void>(service.list(gateway, {})), Error);
    BOOST_CHECK_EXCEPTION(static_cast<void>(service.message(analyst, uidOf(9))), Error,
                          [](const Error& error) { return error.code() == ErrorCode::NotFound; });
    BOOST_CHECK_EXCEPTION(application().write([](db::WriteTransaction& tx) { tx.execute({"u", "UPDATE inbound_message SET raw = ''"}); }),
                          db::SqlError, [](const db::SqlError& error) { return error.code() == 1143; });
}

BOOST_AUTO_TEST_SUITE_END()
