#include "server/audit/Seal.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "server/core/Json.h"
#include "tests/support/TestDatabase.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;

namespace audit = touchstone::audit;
namespace db = touchstone::db;

namespace {

struct Audited : touchstone::tests::TestDatabase {
    touchstone::ManualClock clock{touchstone::instantFromSql("2026-11-22 02:00:00.000000")};
    audit::Trail trail{std::string(32, 'k'), clock};
    Actor actor{{1}, "li", "李", {Role::analyst}, "LAB", "15", "127.0.0.1"};
    std::string anchors = std::filesystem::temp_directory_path() / ("touchstone-anchors-" + schema() + "-" + std::to_string(getpid()));
    audit::Sealer sealer{application(), trail, clock, anchors};

    ~Audited() { std::filesystem::remove(anchors); }

    void sql(const std::string& statement) {
        owner().runAlone([&](const auto& run) { run(statement); });
    }
    std::int64_t number(const std::string& query) {
        std::int64_t out = 0;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).integer(0); });
        return out;
    }
    void append(std::int64_t count, const std::string& reason = "因为") {
        std::vector<audit::Entry> entries;
        for (std::int64_t i = 0; i < count; ++i) entries.push_back({"result.enter", "sample", "JP" + std::to_string(i), {}, R"({"value":"1.0 "})", reason});
        application().write([&](db::WriteTransaction& tx) { trail.append(tx, actor, entries); });
    }
    /// "kind:id …"
    std::string damage() {
        std::string out;
        for (const audit::Damage& one : audit::verifyTrail(application(), trail, anchors).damage) {
            out += (out.empty() ? "" : " ") + std::string(name(one.kind)) + ":" + std::to_string(one.id);
        }
        return out;
    }
};

int refusedBy(const std::function<void()>& act) {
    try {
        act();
    } catch (const db::SqlError& error) {
        return error.code();
    }
    return 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sealer, Audited)

BOOST_AUTO_TEST_CASE(aWholeTrailHasNoDamage) {
    BOOST_TEST(sealer.seal() == 0);
    append(3);
    BOOST_TEST(sealer.seal() == 3);
    BOOST_TEST(sealer.seal() == 0);
    append(1, "\xF0\x9F\x92\x8A with 'quotes' and trailing blanks  ");
    BOOST_TEST(sealer.seal() == 1);
    append(2);
    const auto report = audit::verifyTrail(application(), trail, anchors);
    BOOST_TEST(report.rows == 6);
    BOOST_TEST(report.sealedRows == 4);
    BOOST_TEST(report.seals == 2);
    BOOST_TEST(damage() == "");
}

BOOST_AUTO_TEST_CASE(aRowThatWasChangedIsNamed) {
    append(3);
    sealer.seal();
    append(1);
    sql("UPDATE trail SET new_value = '{\"value\":\"2.0\"}' WHERE id = 2");
    sql("UPDATE trail SET reason = NULL WHERE id = 4");   // not sealed yet
    BOOST_TEST(damage() == "row_changed:2 row_changed:4");
}

BOOST_AUTO_TEST_CASE(aRowChangedWithItsMacIsNamedByItsSeal) {
    append(3);
    sealer.seal();
    // As one with the key could: the MAC fits the row, the seal does not.
    sql("UPDATE trail t JOIN (SELECT * FROM trail WHERE id = 1) o SET t.subject = o.subject, t.mac = o.mac WHERE t.id = 3");
    BOOST_TEST(damage() == "row_changed:3");
}

BOOST_AUTO_TEST_CASE(aRowWhoseTimeIsNoTimeIsNamedToo) {
    append(3);
    sealer.seal();
    owner().runAlone([](const auto& run) {
        run("SET sql_mode = ''");
        run("UPDATE trail SET at = '0000-00-00 00:00:00' WHERE id = 2");
    });
    BOOST_TEST(damage() == "row_changed:2");
}

BOOST_AUTO_TEST_CASE(aRowThatWasRemovedIsNamed) {
    append(4);
    sealer.seal();
    sql("DELETE FROM trail WHERE id IN (2, 4)");
    BOOST_TEST(damage() == "row_removed:2 row_removed:4");
}

BOOST_AUTO_TEST_CASE(aRowSlippedInAmongSealedOnesIsNamed) {
    append(3);
    sql("DELETE FROM trail WHERE id = 2");
    sealer.seal();
    sql("INSERT INTO trail SELECT 2, at, actor, action, subject_kind, 'JP1', old_value, new_value, reason, origin, nonce, mac FROM trail WHERE id = 1");
    BOOST_TEST(damage() == "row_added:2");
}

BOOST_AUTO_TEST_CASE(aSealThatWasChangedIsNamed) {
    for (int i = 0; i < 3; ++i) {
        append(1);
        sealer.seal();
    }
    sql("UPDATE trail_seal SET at = at + INTERVAL 1 SECOND WHERE id = 2");
    BOOST_TEST(damage() == "seal_broken:2");
}

BOOST_AUTO_TEST_CASE(aSealWhoseTimeIsNoTimeIsNamedToo) {
    append(1);
    sealer.seal();
    owner().runAlone([](const auto& run) {
        run("SET sql_mode = ''");
        run("UPDATE trail_seal SET at = '0000-00-00 00:00:00'");
    });
    BOOST_TEST(damage() == "seal_broken:1");
}

BOOST_AUTO_TEST_CASE(aSealTakenOutBreaksTheChainAndIsMissedByItsAnchor) {
    for (int i = 0; i < 3; ++i) {
        append(1);
        sealer.seal();
    }
    sql("DELETE FROM trail_seal WHERE id = 2");
    BOOST_TEST(damage() == "seal_broken:3 row_added:2 seal_missing:2");
}

BOOST_AUTO_TEST_CASE(theEndOfTheChainCutOffIsMissedByItsAnchor) {
    for (int i = 0; i < 3; ++i) {
        append(1);
        sealer.seal();
    }
    sql("DELETE FROM trail_seal WHERE id = 3");
    sql("DELETE FROM trail WHERE id = 3");
    BOOST_TEST(damage() == "seal_missing:3");
}

BOOST_AUTO_TEST_CASE(aLineOfTheAnchorsThatIsNoneDoesNotEndTheReading) {
    append(1);
    sealer.seal();
    std::ofstream(anchors, std::ios::app) << "what is\n";
    BOOST_TEST(damage() == "seal_missing:0");
}

BOOST_AUTO_TEST_CASE(manyRowsTakeSeveralSealsOfOneTree) {
    for (int i = 0; i < 5; ++i) append(5000);
    BOOST_TEST(sealer.seal() == 25'000);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail_seal") == 2);
    BOOST_TEST(damage() == "");
}

BOOST_AUTO_TEST_CASE(noRowIsLostBetweenSealsWhileWritersGoOn) {
    std::atomic<bool> stop = false;
    std::atomic<int> seals = 0;
    std::atomic<std::int64_t> written = 0;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 4; ++writer) {
        threads.emplace_back([&, writer] {
            for (int i = 0; i < 60 || (seals < 3 && i < 5'000); ++i) {
                ++written;
                application().write([&](db::WriteTransaction& tx) {
                    trail.append(tx, actor, {{"a", "b", "c", {}, {}, {}}});
                    // Ids are given now, the commit comes later and in another order.
                    std::this_thread::sleep_for(std::chrono::microseconds((i * 7 + writer * 13) % 5 * 400));
                });
            }
        });
    }
    for (int s = 0; s < 2; ++s) {
        threads.emplace_back([&] {
            audit::Sealer mine(application(), trail, clock, anchors);
            while (!stop) seals += mine.seal() > 0 ? 1 : 0;
        });
    }
    for (int i = 0; i < 4; ++i) threads[static_cast<std::size_t>(i)].join();
    stop = true;
    threads[4].join();
    threads[5].join();
    sealer.seal();
    const auto report = audit::verifyTrail(application(), trail, anchors);
    BOOST_TEST(report.rows == written);
    BOOST_TEST(report.sealedRows == written);
    BOOST_TEST(report.seals >= 3);
    BOOST_TEST(damage() == "");
}

BOOST_AUTO_TEST_CASE(theApplicationMayOnlyAddAndRead) {
    append(1);
    sealer.seal();
    constexpr int noRight = 1142;
    auto run = [&](const db::Statement& statement) {
        return refusedBy([&] { application().write([&](db::WriteTransaction& tx) { tx.execute(statement); }); });
    };
    BOOST_TEST(run({"u1", "UPDATE trail SET reason = 'x'"}) == noRight);
    BOOST_TEST(run({"d1", "DELETE FROM trail"}) == noRight);
    BOOST_TEST(run({"u2", "UPDATE trail_seal SET at = NOW()"}) == noRight);
    BOOST_TEST(run({"d2", "DELETE FROM trail_seal"}) == noRight);
    BOOST_TEST(run({"t1", "TRUNCATE TABLE trail"}) == noRight);
}

BOOST_AUTO_TEST_CASE(whatIsAppendedGoesWithItsTransaction) {
    BOOST_CHECK_THROW(application().write([&](db::WriteTransaction& tx) {
                          trail.append(tx, actor, {{"a", "b", "c", {}, {}, {}}});
                          throw Error(ErrorCode::Conflict);
                      }),
                      Error);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail") == 0);
}

BOOST_AUTO_TEST_CASE(theTrailIsListedNewestFirstByItsSubject) {
    append(3);
    const auto all = application().read([](db::ReadTransaction& tx) { return audit::Trail::list(tx, {{}, {}, {}, 2}); });
    BOOST_REQUIRE_EQUAL(all.size(), 2U);
    BOOST_TEST(all[0].id == 3);
    BOOST_TEST(all[0].after.value() == R"({"value":"1.0 "})");
    BOOST_TEST(!all[0].before.has_value());
    BOOST_TEST(all[0].origin == "127.0.0.1");
    const auto rest = application().read([](db::ReadTransaction& tx) { return audit::Trail::list(tx, {"sample", {}, 2, 50}); });
    BOOST_REQUIRE_EQUAL(rest.size(), 1U);
    const auto one = application().read([](db::ReadTransaction& tx) { return audit::Trail::ofSubjects(tx, "sample", {"JP0", "JP2", "JP9"}); });
    BOOST_REQUIRE_EQUAL(one.size(), 2U);
    BOOST_TEST(one[1].subject == "JP2");
}

BOOST_AUTO_TEST_CASE(aShortKeyIsRefused) {
    BOOST_CHECK_THROW(audit::Trail(std::string(31, 'k'), clock), Error);
}

BOOST_AUTO_TEST_SUITE_END()
