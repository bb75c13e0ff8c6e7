#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/core/Error.h"
#include "server/intake/IntakeService.h"
#include "server/quality/QualityService.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;
using namespace std::chrono_literals;

namespace intake = touchstone::intake;
namespace quality = touchstone::quality;

namespace {

/// Control QC1 for analyte A on the balance: 100 ± 5; the chart of B is set to block: 1.0 ± 0.1.
struct Controlled : Laboratory {
    intake::IntakeService service{application(), trail, recorder, clock};
    quality::QualityService quality{application(), trail, clock};
    int brought = 0;

    Controlled() {
        sample(1);
        sample(2);
        sql("INSERT INTO instrument (id, code, name, protocol, enabled) VALUES (1, 'BALANCE', '天平', 'csv', 1), (5, 'ASTM', '生化', 'astm', 1)");
        sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) SELECT i.id, a.code, a.id FROM instrument i, analyte a");
        sql("INSERT INTO control_material (id, code, lot, name, valid_from, valid_to, source) VALUES (1, 'QC1', 'L1', '质控', '2026-01-01', NULL, 's'), "
            "(2, 'QC0', 'L0', '旧质控', '2020-01-01', '2026-11-21', 's')");
        sql("INSERT INTO control_chart (id, material_id, instrument_id, analyte_id, unit, blocking) VALUES (1, 1, 1, 1, '%', 0), (2, 1, 1, 2, '%', 1), "
            "(3, 1, 1, 3, '', 0), (4, 1, 5, 1, '%', 0)");
        sql("INSERT INTO control_target (chart_id, valid_from, valid_to, mean, sd, verified, source) VALUES (1, '2026-01-01', '2026-10-31', '50', '1', 0, 's'), "
            "(1, '2026-11-01', NULL, '100', '5.0', 0, 's'), (2, '2026-01-01', NULL, '1.0', '0.1', 0, 's'), (4, '2026-01-01', NULL, '100', '5', 0, 's')");
    }

    /// "state reason" of the observations of a message.
    std::string bring(const std::string& rows, const std::string& instrument = "BALANCE") {
        const std::string raw = instrument == "BALANCE" ? "specimen,code,value,unit\n" + rows : rows;
        const std::string digits = std::to_string(++brought);
        const std::string uid = "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
        static_cast<void>(service.bring(gateway, {{uid, instrument, "csv", "complete", clock.now(), touchstone::sha256(raw), raw}}));
        return text("SELECT GROUP_CONCAT(TRIM(CONCAT(o.state, ' ', COALESCE(o.reason, ''))) ORDER BY o.ordinal SEPARATOR ', ') FROM observation o "
                    "JOIN inbound_message m ON m.id = o.message_id WHERE m.uid = '" + uid + "'");
    }
    /// Rules broken by the last point of a chart.
    std::string broken(std::int64_t chart) {
        return text("SELECT COALESCE(GROUP_CONCAT(v.rule ORDER BY v.rule SEPARATOR ' '), '') FROM control_chart c JOIN control_result r "
                    "ON r.chart_id = c.id AND r.ordinal = c.points LEFT JOIN control_violation v ON v.result_id = r.id WHERE c.id = " + std::to_string(chart));
    }
};

const std::string kNumber = Laboratory::numberOf(1);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(controls, Controlled)

BOOST_AUTO_TEST_CASE(aControlBecomesAPointOfItsChartThatReachesBackToItsBytes) {
    BOOST_TEST(bring("QC1,A,101.50,%\n" + kNumber + ",A,98.6,%\n") == "imported, imported");
    BOOST_TEST(text("SELECT CONCAT_WS('|', r.chart_id, r.ordinal, r.value, r.mean, r.sd, SUBSTR(m.raw, o.span_offset + 1, o.span_length)) FROM control_result r "
                    "JOIN observation o ON o.id = r.observation_id JOIN inbound_message m ON m.id = o.message_id") == "1|1|101.50|100|5.0|QC1,A,101.50,%");
    BOOST_TEST(text("SELECT CONCAT(subject_kind, ' ', subject) FROM trail WHERE action = 'control.record'") == "control QC1/BALANCE/A");
    BOOST_TEST(broken(1) == "");
}

BOOST_AUTO_TEST_CASE(whatTheInstrumentCallsAControlIsOneAndAnUnknownOneWaits) {
    const auto astm = [](const std::string& barcode) {
        return "H|\\^&|1||X|||||||P|LIS2-A2|20261122\rP|1\rO|1|" + barcode + "||^^^A|R||||||Q||||||||||||||Q\rR|1|^^^A|101|%||N||F\rL|1|N\r";
    };
    BOOST_TEST(bring(astm("QC1"), "ASTM") == "imported");
    BOOST_TEST(bring(astm("QC9"), "ASTM") == "held unknown_control");
    BOOST_TEST(bring(astm(kNumber), "ASTM") == "held unknown_control", "a control with the barcode of a sample is no result of it");
    BOOST_TEST(bring("QC0,A,100,%\n") == "held unknown_specimen", "a lot that has ended");
    BOOST_TEST(text("SELECT points FROM control_chart WHERE id = 4") == "1");
}

BOOST_AUTO_TEST_CASE(whatCannotBeChartedWaitsWithItsReason) {
    BOOST_TEST(bring("QC1,X,100,%\nQC1,D,1,%\nQC1,C,1,\nQC1,A,100,g\nQC1,A,many,%\nQC1,A,<5,%\nQC1,A,9999999999999999,%\n") ==
               "held unknown_code, held no_target, held no_target, held unit_mismatch, held undecidable, held undecidable, held undecidable");
    BOOST_TEST(text("SELECT COUNT(*) FROM control_result") == "0");
}

BOOST_AUTO_TEST_CASE(rulesLookBackOverMessages) {
    BOOST_TEST(bring("QC1,A,111,%\n") == "imported");
    BOOST_TEST(broken(1) == "1-2s");
    BOOST_TEST(text("SELECT failing FROM control_chart WHERE id = 1") == "0", "a warning does not reject");
    BOOST_TEST(bring("QC1,A,112,%\n") == "imported");
    BOOST_TEST(broken(1) == "1-2s 2-2s");
    BOOST_TEST(text("SELECT failing FROM control_chart WHERE id = 1") == "1");
    for (int i = 0; i < 8; ++i) static_cast<void>(bring("QC1,A,101,%\n"));
    BOOST_TEST(broken(1) == "10x", "ten in a row above the mean");
    static_cast<void>(bring("QC1,A,99,%\n"));
    BOOST_TEST(broken(1) == "");
}

BOOST_AUTO_TEST_CASE(pointsOfOneMessageAreJudgedOneAfterTheOther) {
    static_cast<void>(bring("QC1,A,111,%\nQC1,A,89,%\n"));
    BOOST_TEST(broken(1) == "1-2s R-4s");
}

BOOST_AUTO_TEST_CASE(aFailedControlBlocksOnlyWhereTheChartIsSetTo) {
    static_cast<void>(bring("QC1,A,200,%\n"));
    BOOST_TEST(bring(kNumber + ",A,98.6,%\n") == "imported", "the chart of A does not block");
    static_cast<void>(bring("QC1,B,2.0,%\n"));
    BOOST_TEST(bring(kNumber + ",B,0.1,%\n") == "held control_failed");
    BOOST_TEST(bring("QC1,B,1.0,%\n" + kNumber + ",B,0.1,%\nQC1,B,2,%\n" + numberOf(2) + ",B,0.1,%\n") ==
               "imported, imported, imported, held control_failed", "until the next good control, also within one message");
    BOOST_TEST(text("SELECT COUNT(*) FROM late_result") == "2");
}

BOOST_AUTO_TEST_CASE(aPointThatBreaksARuleIsCommentedOnByAPerson) {
    static_cast<void>(bring("QC1,A,120,%\nQC1,A,100,%\n"));
    BOOST_TEST(quality.list(analyst).at(0).open == 1);
    const auto before = quality.chart(analyst, 1, {}, 10);
    BOOST_TEST(before.points.size() == 2U);
    BOOST_TEST(before.points.at(1).violations.size() == 2U);
    const std::int64_t bad = before.points.at(1).id;
    const auto invalid = [](const Error& error) { return error.code() == ErrorCode::Invalid; };
    BOOST_CHECK_EXCEPTION(quality.comment(analyst, {before.points.at(0).id}, "无"), Error, invalid);
    BOOST_CHECK_EXCEPTION(quality.comment(analyst, {bad, bad}, "重复"), Error, invalid);
    BOOST_CHECK_THROW(quality.comment(gateway, {bad}, "无权"), Error);
    quality.comment(analyst, {bad}, "更换炬管后复测合格");
    BOOST_TEST(quality.chart(analyst, 1, {}, 10).points.at(1).comments.at(0).text == "更换炬管后复测合格");
    BOOST_TEST(quality.list(analyst).at(0).open == 0);
    BOOST_TEST(text("SELECT subject FROM trail WHERE action = 'control.comment'") == "QC1/BALANCE/A");
    BOOST_TEST(quality.chart(analyst, 1, 2, 10).points.size() == 1U, "older than the second");
    BOOST_CHECK_THROW(static_cast<void>(quality.chart(analyst, 99, {}, 10)), Error);
}

BOOST_AUTO_TEST_CASE(gatewaysThatBringControlsAtOnceNumberThemWithoutGaps) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 5; ++i) {
                const std::string raw = "specimen,code,value,unit\nQC1,A,10" + std::to_string(t) + ",%\n" + kNumber + ",C,白色片,\n";
                const std::string uid = "00000000-0000-0000-0000-0000000009" + std::to_string(t) + std::to_string(i);
                static_cast<void>(service.bring(gateway, {{uid, "BALANCE", "csv", "complete", clock.now(), touchstone::sha256(raw), raw}}));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(text("SELECT CONCAT(COUNT(*), ' ', MAX(ordinal), ' ', (SELECT points FROM control_chart WHERE id = 1)) FROM control_result") == "20 20 20");
}

BOOST_AUTO_TEST_SUITE_END()
