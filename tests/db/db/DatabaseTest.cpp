#include <atomic>
#include <boost/test/unit_test.hpp>
#include <future>
#include <thread>

#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/db/Database.h"
#include "tests/support/TestDatabase.h"

using std::chrono_literals::operator""ms;
using touchstone::Error;
using touchstone::ErrorCode;
namespace db = touchstone::db;

namespace {

constexpr db::Statement kAll{"all",
                             "SELECT id, name, amount, taken_at, taken_on, document, big FROM thing ORDER BY id"};
constexpr db::Statement kCount{"count", "SELECT COUNT(*) FROM thing"};
constexpr db::Statement kByName{"by name", "SELECT id FROM thing WHERE name = ?"};
constexpr db::Statement kByNames{"by names",
                                 "SELECT name FROM thing WHERE id > ? AND name IN (??) AND id < ? ORDER BY id"};
constexpr db::Statement kRename{"rename", "UPDATE thing SET name = ? WHERE id = ?"};
constexpr db::Statement kDeleteSome{"delete some", "DELETE FROM thing WHERE name IN (??)"};
constexpr db::InsertStatement kInsert{"insert",
                                      "INSERT INTO thing (name, amount, taken_at, taken_on, document, big) VALUES", 6};
constexpr db::InsertStatement kInsertNames{"insert names", "INSERT INTO thing (name) VALUES", 1};
constexpr db::InsertStatement kUpsert{"upsert", "INSERT INTO thing (name, big) VALUES", 2,
                                      "ON DUPLICATE KEY UPDATE big = VALUES(big)"};

/// A table of every kind of column, with rights for the application to read and insert only.
struct Things : touchstone::tests::TestDatabase {
    Things() : TestDatabase("") {
        owner().runAlone([](const auto& run) {
            run("CREATE TABLE thing (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL,"
                " amount DECIMAL(30,12), taken_at DATETIME(6), taken_on DATE, document LONGBLOB, big BIGINT,"
                " UNIQUE KEY thing_name (name)) ENGINE=InnoDB");
            run("GRANT SELECT, INSERT ON thing TO " + db::PrivateDatabase::applicationAccount());
        });
    }

    std::vector<std::int64_t> insertNames(const std::vector<std::string>& names) {
        std::vector<db::Parameters> rows;
        for (const auto& name : names) rows.push_back({name});
        return owner().write([&](db::WriteTransaction& tx) { return tx.insertReturningIds(kInsertNames, rows); });
    }

    std::int64_t count() {
        return owner().read([](db::ReadTransaction& tx) { return tx.query(kCount).at(0).integer(0); });
    }
};

template <class F>
ErrorCode codeOf(F&& act) {
    try {
        act();
    } catch (const Error& e) {
        return e.code();
    }
    throw std::runtime_error("nothing was refused");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(DatabaseTest, Things)

BOOST_AUTO_TEST_CASE(valuesComeBackExactly) {
    std::string bytes;
    for (int i = 0; i < 1024; ++i) bytes += static_cast<char>(i % 256);
    const std::string large(3'000'000, '\0');
    const std::vector<db::Parameters> rows{
        {"钠 Na⁺ 🧪 'quoted\"", "98.600000000000", "2026-11-22 06:05:04.000007", "2026-11-22", db::Blob{bytes},
         std::int64_t{9'223'372'036'854'775'807}},
        {"none", nullptr, nullptr, nullptr, nullptr, nullptr},
        {"last", "-123456789012345678.000000000001", "1999-12-31 23:59:59.999999", "2028-02-29", db::Blob{large},
         std::int64_t{-9'223'372'036'854'775'807} - 1},
        {"empty", "0.000000000000", "2026-01-01 00:00:00.000001", "2026-01-01", db::Blob{""}, std::int64_t{0}}};
    // One by one, so that each goes through the same prepared statement.
    for (const auto& row : rows) owner().write([&](db::WriteTransaction& tx) { tx.insert(kInsert, {row}); });

    const db::Rows read = owner().read([](db::ReadTransaction& tx) { return tx.query(kAll); });
    BOOST_TEST(read.size() == 4U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t column = 0; column < 6; ++column) {
            const db::Value& value = rows[i][column];
            const auto cell = read[i].optionalText(column + 1);
            BOOST_TEST_CONTEXT("row " << i << " column " << column) {
                BOOST_TEST(cell.has_value() == !std::holds_alternative<std::nullptr_t>(value));
                if (const auto* text = std::get_if<std::string>(&value)) BOOST_TEST(*cell == *text);
                if (const auto* number = std::get_if<std::int64_t>(&value)) BOOST_TEST(read[i].integer(6) == *number);
                if (const auto* blob = std::get_if<db::Blob>(&value)) BOOST_TEST((*cell == blob->bytes));
            }
        }
    }
    BOOST_CHECK_THROW(static_cast<void>(read[1].text(2)), std::logic_error);
    BOOST_CHECK_THROW(static_cast<void>(read[0].integer(1)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(aFullSecondIsReadWithoutItsZeros) {
    owner().write([](db::WriteTransaction& tx) {
        tx.insert(kInsert, {{"one", nullptr, "2026-11-22 06:05:04.000000", nullptr, nullptr, nullptr}});
    });
    const auto rows = owner().read([](db::ReadTransaction& tx) { return tx.query(kAll); });
    BOOST_TEST(rows.at(0).text(3) == "2026-11-22 06:05:04");
    BOOST_TEST(touchstone::toSql(touchstone::instantFromSql(rows[0].text(3))) == "2026-11-22 06:05:04.000000");
}

BOOST_AUTO_TEST_CASE(keysCompareExactly) {
    insertNames({"Ab", "ab", "Äb", "äb"});
    const auto found = [&](const char* name) {
        return owner().read([&](db::ReadTransaction& tx) { return tx.query(kByName, {name}).size(); });
    };
    BOOST_TEST(found("ab") == 1U);
    BOOST_TEST(found("AB") == 0U);
}

BOOST_AUTO_TEST_CASE(aDuplicateNamesItsKey) {
    insertNames({"one"});
    BOOST_CHECK_EXCEPTION(insertNames({"two", "one"}), db::DuplicateKey,
                          [](const auto& e) { return e.key() == "thing_name"; });
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(aDuplicateMayBeCaughtAndTheTransactionGoOn) {
    insertNames({"it's for key 'x"});
    owner().write([&](db::WriteTransaction& tx) {
        BOOST_CHECK_THROW(tx.insert(kInsertNames, {{"it's for key 'x"}}), db::DuplicateKey);
        tx.insert(kInsertNames, {{"two"}});
    });
    BOOST_TEST(count() == 2);
}

BOOST_AUTO_TEST_CASE(nothingIsKeptOfWhatThrew) {
    BOOST_CHECK_THROW(owner().write([](db::WriteTransaction& tx) {
        tx.insert(kInsertNames, {{"one"}});
        throw Error(ErrorCode::Conflict);
    }),
                      Error);
    BOOST_TEST(count() == 0);
}

BOOST_AUTO_TEST_CASE(anUpdateCountsRowsFoundEvenIfTheySayTheSame) {
    const auto ids = insertNames({"one"});
    const auto rename = [&] {
        return owner().write([&](db::WriteTransaction& tx) { return tx.execute(kRename, {"uno", ids[0]}); });
    };
    BOOST_TEST(rename() == 1U);
    BOOST_TEST(rename() == 1U);
}

BOOST_AUTO_TEST_CASE(idsComeInTheOrderOfTheRows) {
    std::vector<std::string> names;
    for (int i = 0; i < 253; ++i) names.push_back("n" + std::to_string(i * 7919 % 253));
    const auto ids = insertNames(names);
    BOOST_TEST(ids.size() == 253U);
    owner().read([&](db::ReadTransaction& tx) {
        for (std::size_t i = 0; i < names.size(); ++i)
            BOOST_TEST(tx.query(kByName, {names[i]}).at(0).integer(0) == ids[i]);
    });
}

BOOST_AUTO_TEST_CASE(anInsertMayUpdateInstead) {
    owner().write([](db::WriteTransaction& tx) {
        tx.insert(kUpsert, {{"one", std::int64_t{1}}, {"two", std::int64_t{2}}});
        tx.insert(kUpsert, {{"one", std::int64_t{3}}, {"three", nullptr}});
    });
    const auto rows = owner().read([](db::ReadTransaction& tx) { return tx.query(kAll); });
    BOOST_TEST(rows.size() == 3U);
    BOOST_TEST(rows[0].integer(6) == 3);
}

BOOST_AUTO_TEST_CASE(aListIsFilledInBetweenOtherParameters) {
    std::vector<std::string> names;
    for (int i = 0; i < 30; ++i) names.push_back("n" + std::to_string(i));
    const auto ids = insertNames(names);
    for (const std::size_t length : {1U, 2U, 4U, 5U, 17U, 30U}) {
        const std::vector<db::Value> list(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(length));
        const auto rows = owner().read([&](db::ReadTransaction& tx) {
            return tx.query(kByNames, {std::int64_t{0}, ids.back() + 1}, list);
        });
        BOOST_TEST(rows.size() == length);
        BOOST_TEST(rows.back().text(0) == names[length - 1]);
    }
    owner().write([&](db::WriteTransaction& tx) {
        BOOST_TEST(tx.query(kByNames, {std::int64_t{0}, std::int64_t{9}}, {}).empty());
        BOOST_TEST(tx.execute(kDeleteSome, {}, {}) == 0U);
        BOOST_TEST(tx.execute(kDeleteSome, {}, {"n1", "n2", "absent"}) == 2U);
    });
}

BOOST_AUTO_TEST_CASE(aReadSeesOneMoment) {
    owner().read([&](db::ReadTransaction& tx) {
        BOOST_TEST(tx.query(kCount).at(0).integer(0) == 0);
        insertNames({"meanwhile"});
        BOOST_TEST(tx.query(kCount).at(0).integer(0) == 0);
    });
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(aWriteSeesWhatWasCommittedMeanwhile) {
    owner().write([&](db::WriteTransaction& tx) {
        BOOST_TEST(tx.query(kCount).at(0).integer(0) == 0);
        insertNames({"meanwhile"});
        BOOST_TEST(tx.query(kCount).at(0).integer(0) == 1);
    });
}

BOOST_AUTO_TEST_CASE(aReadCannotWrite) {
    constexpr int readOnlyTransaction = 1792;
    constexpr db::Statement sneaky{"sneaky", "INSERT INTO thing (name) VALUES ('x') RETURNING id"};
    BOOST_CHECK_EXCEPTION(owner().read([&](db::ReadTransaction& tx) { static_cast<void>(tx.query(sneaky)); }),
                          db::SqlError, [](const auto& e) { return e.code() == readOnlyTransaction; });
}

BOOST_AUTO_TEST_CASE(aDeadlockRunsTheLoserAgain) {
    const auto ids = insertNames({"a", "b"});
    std::atomic<int> attempts = 0;
    std::atomic<int> holding = 0;
    // Each takes its first row, waits until the other has its own, and then wants the other's.
    const auto both = [&](std::int64_t first, std::int64_t second, const std::string& suffix) {
        owner().write([&](db::WriteTransaction& tx) {
            ++attempts;
            tx.execute(kRename, {"first" + suffix, first});
            ++holding;
            while (holding < 2) std::this_thread::yield();
            tx.execute(kRename, {"second" + suffix, second});
        });
    };
    auto other = std::async(std::launch::async, [&] { both(ids[0], ids[1], "x"); });
    both(ids[1], ids[0], "y");
    other.get();
    BOOST_TEST(attempts == 3);
    const auto rows = owner().read([](db::ReadTransaction& tx) { return tx.query(kAll); });
    BOOST_TEST(rows[0].text(1).back() == rows[1].text(1).back());
}

BOOST_AUTO_TEST_CASE(aPoolWithoutAFreeConnectionIsBusy) {
    db::Settings settings = server().owner(schema());
    settings.connections = 2;
    settings.waitForConnection = 50ms;
    db::Database small(settings);
    small.read([&](db::ReadTransaction&) {
        small.read([&](db::ReadTransaction&) {
            BOOST_TEST((codeOf([&] { small.read([](db::ReadTransaction&) {}); }) == ErrorCode::Busy));
        });
    });
    small.read([](db::ReadTransaction& tx) { BOOST_TEST(tx.query(kCount).size() == 1U); });
}

BOOST_AUTO_TEST_CASE(whatWasCommittedSurvivesAKillAndTheConnectionsComeBack) {
    insertNames({"kept"});
    // Two connections lie in the pool when the server dies.
    owner().read([&](db::ReadTransaction& tx) {
        BOOST_TEST(tx.query(kCount).size() == 1U);
        BOOST_TEST(count() == 1);
    });
    BOOST_TEST((codeOf([&] {
                    owner().write([&](db::WriteTransaction& tx) {
                        tx.insert(kInsertNames, {{"lost"}});
                        server().kill();
                        tx.insert(kInsertNames, {{"never"}});
                    });
                }) == ErrorCode::DatabaseUnavailable));
    BOOST_TEST((codeOf([&] { static_cast<void>(count()); }) == ErrorCode::DatabaseUnavailable));
    server().start();
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(aRestartBetweenTransactionsIsNotNoticed) {
    insertNames({"before"});
    server().kill();
    server().start();
    int attempts = 0;
    owner().write([&](db::WriteTransaction& tx) {
        ++attempts;
        tx.insert(kInsertNames, {{"after"}});
    });
    BOOST_TEST(attempts >= 1);
    BOOST_TEST(count() == 2);
}

BOOST_AUTO_TEST_CASE(aConnectionLostAtCommitIsNotTriedAgain) {
    int attempts = 0;
    insertNames({"warm"});
    BOOST_TEST((codeOf([&] {
                    owner().write([&](db::WriteTransaction& tx) {
                        ++attempts;
                        tx.insert(kInsertNames, {{"unknown"}});
                        server().kill();
                    });
                }) == ErrorCode::DatabaseUnavailable));
    BOOST_TEST(attempts == 1);
    server().start();
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(theApplicationDoesOnlyWhatItWasGranted) {
    constexpr int commandDenied = 1142;
    application().write([](db::WriteTransaction& tx) { tx.insert(kInsertNames, {{"one"}}); });
    BOOST_CHECK_EXCEPTION(application().write([](db::WriteTransaction& tx) {
        tx.execute(kRename, {"x", std::int64_t{1}});
    }),
                          db::SqlError, [](const auto& e) { return e.code() == commandDenied; });
    BOOST_TEST((codeOf([&] {
                    db::Database(server().application("mysql")).read([](db::ReadTransaction& tx) {
                        static_cast<void>(tx.query(kCount));
                    });
                }) == ErrorCode::BadConfiguration));
}

BOOST_AUTO_TEST_CASE(aServerCannotAskForOurFiles) {
    owner().runAlone([](const auto& run) {
        BOOST_CHECK_THROW(run("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE thing (name)"), std::exception);
    });
    BOOST_TEST(count() == 0);
}

BOOST_AUTO_TEST_CASE(oneNameIsOneStatement) {
    constexpr db::Statement other{"count", "SELECT 1"};
    owner().read([&](db::ReadTransaction& tx) {
        BOOST_TEST(tx.query(kCount).size() == 1U);
        BOOST_CHECK_THROW(static_cast<void>(tx.query(other)), std::logic_error);
    });
}

BOOST_AUTO_TEST_CASE(statementsAreCountedByName) {
    for (int i = 0; i < 3; ++i) static_cast<void>(count());
    std::uint64_t calls = 0;
    for (const auto& metric : owner().metrics()) {
        if (metric.name == "count") calls = metric.calls;
    }
    BOOST_TEST(calls == 3U);
}

BOOST_AUTO_TEST_CASE(manyThreadsShareOnePool) {
    std::vector<std::future<void>> threads;
    for (int t = 0; t < 8; ++t) {
        threads.push_back(std::async(std::launch::async, [&, t] {
            for (int i = 0; i < 25; ++i) insertNames({std::to_string(t) + "/" + std::to_string(i)});
        }));
    }
    for (auto& thread : threads) thread.get();
    BOOST_TEST(count() == 200);
}

BOOST_AUTO_TEST_SUITE_END()
