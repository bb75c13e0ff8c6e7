#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "server/core/Error.h"
#include "server/db/Migrator.h"
#include "tests/support/TestDatabase.h"

using touchstone::Error;
using touchstone::ErrorCode;
namespace db = touchstone::db;
namespace fs = std::filesystem;

namespace {

/// An empty schema and an empty folder of migrations.
struct Migrations : touchstone::tests::TestDatabase {
    fs::path folder = fs::temp_directory_path() / ("touchstone-migrations-" + std::to_string(::getpid()));

    Migrations() : TestDatabase("") { fs::create_directory(folder); }
    ~Migrations() { fs::remove_all(folder); }

    void file(const std::string& name, const std::string& sql) const { std::ofstream(folder / name) << sql; }
    std::vector<std::string> migrate() {
        return db::Migrator(owner(), folder, db::PrivateDatabase::applicationAccount()).migrate();
    }
    ErrorCode refusal() {
        try {
            migrate();
        } catch (const Error& e) {
            return e.code();
        }
        throw std::runtime_error("nothing was refused");
    }
    std::int64_t number(const std::string& sql) {
        std::int64_t out = 0;
        owner().runAlone([&](const auto& run) { out = run(sql).at(0).integer(0); });
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(MigratorTest, Migrations)

BOOST_AUTO_TEST_CASE(runsTheFilesInTheOrderOfTheirNumbersOnce) {
    file("0002_more.sql", "INSERT INTO a VALUES (2);\n");
    file("0001_a.sql",
         "-- a comment; with a semicolon;\nCREATE TABLE IF NOT EXISTS a (\n    n INT -- the number; of a\n);\n"
         "INSERT INTO a VALUES\n  (0),\n  (1); \r\n");
    BOOST_TEST((migrate() == std::vector<std::string>{"0001_a.sql", "0002_more.sql"}));
    BOOST_TEST(migrate().empty());
    BOOST_TEST(number("SELECT SUM(n) FROM a") == 3);
}

BOOST_AUTO_TEST_CASE(grantsToTheApplication) {
    file("0001_a.sql", "CREATE TABLE a (n INT);\nGRANT SELECT ON a TO ${app};\n");
    migrate();
    constexpr db::Statement statement{"read a", "SELECT n FROM a"};
    BOOST_TEST(application().read([&](db::ReadTransaction& tx) { return tx.query(statement).size(); }) == 0U);
}

BOOST_AUTO_TEST_CASE(goesOnAfterAStatementThatFailed) {
    file("0001_a.sql", "CREATE TABLE a (n INT);\nINSERT INTO a SELECT n FROM b;\nINSERT INTO a VALUES (7);\n");
    BOOST_CHECK_THROW(migrate(), db::SqlError);
    BOOST_TEST(number("SELECT statements_done FROM schema_migration") == 1);
    owner().runAlone([](const auto& run) { run("CREATE TABLE b (n INT)"); });
    BOOST_TEST(migrate().size() == 1U);
    BOOST_TEST(number("SELECT SUM(n) FROM a") == 7);
}

BOOST_AUTO_TEST_CASE(theStatementThatFailedMayBeMendedButNotThoseThatRan) {
    file("0001_a.sql", "CREATE TABLE a (n INT);\nINSERT INTO a VALUES (oops);\n");
    BOOST_CHECK_THROW(migrate(), db::SqlError);
    file("0001_a.sql", "CREATE TABLE a (n BIGINT);\nINSERT INTO a VALUES (1);\n");
    BOOST_TEST((refusal() == ErrorCode::MigrationChanged));
    file("0001_a.sql", "CREATE TABLE a (n INT);\nINSERT INTO a VALUES (1);\n");
    BOOST_TEST(migrate().size() == 1U);
}

BOOST_AUTO_TEST_CASE(refusesAFileThatChangedAfterItRan) {
    file("0001_a.sql", "CREATE TABLE a (n INT);\n");
    migrate();
    file("0001_a.sql", "CREATE TABLE a (n INT);\nINSERT INTO a VALUES (1);\n");
    file("0002_b.sql", "CREATE TABLE b (n INT);\n");
    BOOST_TEST((refusal() == ErrorCode::MigrationChanged));
    BOOST_TEST(number("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND "
                      "table_name = 'b'") == 0);
}

BOOST_AUTO_TEST_CASE(refusesNamesItDoesNotUnderstand) {
    file("0001_a.sql", "CREATE TABLE a (n INT);\n");
    file("0001_b.sql", "CREATE TABLE b (n INT);\n");
    BOOST_TEST((refusal() == ErrorCode::BadConfiguration));
    fs::remove(folder / "0001_b.sql");
    file("2_b.sql", "CREATE TABLE b (n INT);\n");
    BOOST_TEST((refusal() == ErrorCode::BadConfiguration));
    fs::remove_all(folder);
    BOOST_TEST((refusal() == ErrorCode::BadConfiguration));
}

BOOST_AUTO_TEST_SUITE_END()
