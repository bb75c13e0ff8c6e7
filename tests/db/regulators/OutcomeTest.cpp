#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/db/regulators/Follower.h"

using touchstone::tests::Follower;

BOOST_FIXTURE_TEST_SUITE(following, Follower)

BOOST_AUTO_TEST_CASE(aFailingCertificateArisesAsARiskWithItsTermAndAConformingOneDoesNot) {
    issued(1);
    const std::string failing = issued(2, "150102", "0.4");
    BOOST_TEST(outcomes.follow() == 2U);
    BOOST_TEST(number("SELECT COUNT(*) FROM outcome") == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM risk") == 1);
    // Issued on Sunday 22 November 2026; Monday and Tuesday count.
    BOOST_TEST(text("SELECT due_on FROM risk r JOIN certificate c ON c.id = r.certificate_id WHERE c.number = '" +
                    failing + "'") == "2026-11-24");
    BOOST_TEST(text("SELECT rule FROM risk") == "invented");
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'risk.open' AND actor LIKE '%risk%'") == 1);
}

BOOST_AUTO_TEST_CASE(aTermOverAHolidayEndsLater) {
    sql("INSERT INTO calendar_day (day, kind, source) VALUES ('2026-11-23', 'holiday', 'invented'), "
        "('2026-11-24', 'holiday', 'invented')");
    issued(1, "150102", "0.4");
    outcomes.follow();
    BOOST_TEST(text("SELECT due_on FROM risk") == "2026-11-26");
}

BOOST_AUTO_TEST_CASE(withoutARuleInForceTheRiskArisesWithoutATerm) {
    sql("UPDATE deadline_rule SET effective_to = '2026-11-21'");
    issued(1, "150102", "0.4");
    outcomes.follow();
    BOOST_TEST(number("SELECT due_on IS NULL FROM risk") == 1);
}

BOOST_AUTO_TEST_CASE(aPublicationIsTakenOnceHoweverOftenAndByHoweverMany) {
    for (std::int64_t id = 1; id <= 9; ++id) issued(id, "150102", "0.4");
    std::atomic<std::size_t> taken{0};
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i) servers.emplace_back([&] { taken += outcomes.follow(); });
    for (std::thread& one : servers) one.join();
    outcomes.follow();
    BOOST_TEST(taken == 9U);
    BOOST_TEST(number("SELECT COUNT(*) FROM risk") == 9);
    BOOST_TEST(tested("") == 18);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'risk.open'") == 9);
}

BOOST_AUTO_TEST_CASE(aSequenceThatBecomesVisibleAfterAHigherOneIsNotPassedOver) {
    const std::string late = issued(1, "150102", "0.4");
    issued(2, "150102", "0.4");
    const std::string sequence = text("SELECT MIN(sequence) FROM publication");
    sql("DELETE FROM publication WHERE sequence = " + sequence);  // its transaction is not committed yet
    BOOST_TEST(outcomes.follow() == 1U);
    sql("INSERT INTO publication (sequence, certificate_id, kind, at) SELECT " + sequence +
        ", id, 'issued', '2026-11-22 02:00:00' FROM certificate WHERE number = '" + late + "'");
    BOOST_TEST(outcomes.follow() == 1U);
    BOOST_TEST(number("SELECT COUNT(*) FROM risk") == 2);
}

BOOST_AUTO_TEST_CASE(theCursorStandsAtTheEndOfTheFeed) {
    issued(1);
    outcomes.follow();
    BOOST_TEST(number("SELECT upto FROM outcome_cursor") == 1);
    issued(2);
    outcomes.follow();
    BOOST_TEST(number("SELECT upto FROM outcome_cursor") == 2);
    BOOST_TEST(outcomes.follow() == 0U);
}

BOOST_AUTO_TEST_CASE(whatCannotBeReadIsSetAsideWithTheReasonAndHoldsUpNobody) {
    const std::string broken = issued(1, "150102", "0.4");
    issued(2, "150102", "0.4");
    sql("UPDATE certificate SET frozen = '{}' WHERE number = '" + broken + "'");
    BOOST_TEST(outcomes.follow() == 2U);
    BOOST_TEST(number("SELECT COUNT(*) FROM risk") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM outcome_unread") == 1);
}

BOOST_AUTO_TEST_CASE(whatIsWithdrawnCountsNoLongerAndItsRiskStays) {
    const std::string failing = issued(1, "150102", "0.4");
    outcomes.follow();
    for (const char* region : {"", "15", "1501", "150102"}) BOOST_TEST(tested(region) == 2);
    end(failing, "withdrawn");
    end(failing, "withdrawn");
    outcomes.follow();
    for (const char* region : {"", "15", "1501", "150102"}) BOOST_TEST(tested(region) == 0);
    BOOST_TEST(number("SELECT standing FROM outcome") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM risk") == 1);
}

BOOST_AUTO_TEST_CASE(issuedAndWithdrawnInOneGoIsNotCounted) {
    end(issued(1), "withdrawn");
    BOOST_TEST(outcomes.follow() == 2U);
    BOOST_TEST(tested("") == 0);
}

BOOST_AUTO_TEST_CASE(aHistoryShowsWhatItsReaderMaySee) {
    issued(1, "150102", "0.4");
    issued(2, "1502");
    end(issued(3, "1501"), "withdrawn");
    outcomes.follow();
    const touchstone::regulators::Subject maker{touchstone::regulators::Subject::Kind::Maker, "某厂"};
    const auto all = histories.history(actor("analyst"), maker, std::nullopt, 50);
    BOOST_TEST(all.entries.size() == 3U);
    BOOST_REQUIRE_EQUAL(all.years.size(), 1U);
    BOOST_TEST(all.years[0].year == 2026);
    BOOST_TEST(all.years[0].certificates == 2);
    BOOST_TEST(all.years[0].failing == 1);
    const auto city = histories.history(first(), maker, std::nullopt, 50);
    BOOST_TEST(city.entries.size() == 2U);
    BOOST_TEST(city.entries[0].status == "withdrawn");
    BOOST_REQUIRE_EQUAL(city.entries[1].failing.size(), 1U);
    BOOST_TEST(city.entries[1].failing[0].item == "水分");
    BOOST_TEST(histories.history(other(), maker, std::nullopt, 50).entries.size() == 1U);
    BOOST_TEST(histories.subjects(county(), touchstone::regulators::Subject::Kind::Maker, "厂").at(0).certificates ==
               1);
    BOOST_CHECK_EXCEPTION(static_cast<void>(histories.history(
                              county(), {touchstone::regulators::Subject::Kind::Maker, "他厂"}, std::nullopt, 50)),
                          touchstone::Error, touchstone::tests::refusedAs(touchstone::ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(clustersAreCountedWithinTheRegionAndTheWindow) {
    issued(1, "150102", "0.4");
    issued(2, "150102");
    issued(3, "1502", "0.5");
    outcomes.follow();
    sql("UPDATE outcome SET batch_no = 'B-9' WHERE number = 'BG2026000002'");
    using touchstone::regulators::ClusterBy;
    const auto city = histories.clusters(first(), ClusterBy::maker, 12, 50);
    BOOST_REQUIRE_EQUAL(city.clusters.size(), 1U);
    BOOST_TEST(city.clusters[0].count.tested == 2);
    BOOST_TEST(city.clusters[0].count.failing == 1);
    BOOST_TEST(city.analytes.at(city.clusters[0].count.analyte) == "水分");
    const auto batch = histories.clusters(first(), ClusterBy::batch, 12, 50);
    BOOST_REQUIRE_EQUAL(batch.clusters.size(), 1U);
    BOOST_TEST(batch.clusters[0].count.batch == "B-1");
    BOOST_TEST(batch.clusters[0].count.tested == 1);
    BOOST_TEST(batch.clusters[0].othersTested == 1);
    sql("UPDATE outcome SET batch_no = 'B-1', product_name = '改名片' WHERE number = 'BG2026000002'");
    const auto whole = histories.clusters(first(), ClusterBy::batch, 12, 50);
    BOOST_REQUIRE_EQUAL(whole.clusters.size(), 1U);  // one batch, whatever its product was called in between
    BOOST_TEST(whole.clusters[0].count.tested == 2);
    BOOST_TEST(whole.clusters[0].count.failing == 1);
    BOOST_TEST(whole.clusters[0].count.product == "示例片");
    const auto analyte = histories.clusters(actor("analyst"), ClusterBy::analyte, 12, 50);
    BOOST_REQUIRE_EQUAL(analyte.clusters.size(), 1U);
    BOOST_TEST(analyte.clusters[0].count.failing == 2);
    BOOST_TEST(analyte.clusters[0].othersTested == 3);
    clock.advance(std::chrono::hours(24 * 40));
    BOOST_TEST(histories.clusters(first(), ClusterBy::maker, 1, 50).clusters.empty());
}

BOOST_AUTO_TEST_SUITE_END()
