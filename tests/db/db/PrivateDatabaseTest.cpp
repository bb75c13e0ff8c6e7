#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "server/core/Error.h"
#include "server/db/PrivateDatabase.h"

using touchstone::db::PrivateDatabase;
namespace fs = std::filesystem;

namespace {

/// A folder that only we can reach, as a home is.
struct Home {
    fs::path folder = fs::temp_directory_path() / ("touchstone-private-" + std::to_string(::getpid()));
    Home() {
        fs::create_directory(folder);
        fs::permissions(folder, fs::perms::owner_all);
    }
    ~Home() { fs::remove_all(folder); }
};

std::string ask(const PrivateDatabase& database, const std::string& sql) {
    std::string out;
    touchstone::db::Database(database.owner("")).runAlone([&](const auto& run) { out = run(sql).at(0).text(0); });
    return out;
}

mode_t rightsOf(const fs::path& path) {
    struct stat status {};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

uid_t accountOf(pid_t pid) {
    struct stat status {};
    BOOST_REQUIRE(::stat(("/proc/" + std::to_string(pid)).c_str(), &status) == 0);
    return status.st_uid;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(PrivateDatabaseTest, Home)

BOOST_AUTO_TEST_CASE(startsStopsAndKeepsItsData) {
    PrivateDatabase database(folder / "db");
    BOOST_TEST(!database.running());
    database.start();
    BOOST_TEST(database.running());
    database.makeSchema("kept");
    database.stop();
    BOOST_TEST(!database.running());
    database.start();
    BOOST_TEST(ask(database, "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'kept'") == "1");
    BOOST_TEST(ask(database, "SELECT @@innodb_flush_log_at_trx_commit") == "1");
    BOOST_TEST(ask(database, "SELECT @@skip_networking") == "1");
}

BOOST_AUTO_TEST_CASE(oneThatDiedIsNotWaitedForAndStartsAgain) {
    PrivateDatabase database(folder / "db");
    database.start();
    ::kill(database.pid(), SIGKILL);
    while (database.running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto begin = std::chrono::steady_clock::now();
    database.stop();
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)));
    database.start();
    BOOST_TEST(database.running());
}

BOOST_AUTO_TEST_CASE(isOutOfReachOfOthers) {
    PrivateDatabase database(folder / "db");
    database.start();
    BOOST_TEST(rightsOf(folder / "db/run") == 0700U);
    BOOST_TEST(rightsOf(folder / "db/data") == 0700U);
    BOOST_TEST(rightsOf(folder / "db/secrets.ini") == 0600U);
    BOOST_TEST(ask(database,
                   "SELECT COUNT(*) FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.authentication_string') = ''"
                   " AND user <> 'mariadb.sys'") == "0");
    if (::geteuid() == 0) BOOST_WARN_MESSAGE(accountOf(database.pid()) != 0, "mariadbd had to run as root");
}

BOOST_AUTO_TEST_CASE(aSecondUserOfTheDirectoryGetsTheSameServer) {
    PrivateDatabase first(folder / "db");
    first.start();
    {
        PrivateDatabase second(folder / "db");
        second.start();
        BOOST_TEST(second.pid() == first.pid());
        BOOST_TEST(ask(second, "SELECT 1") == "1");
    }
    BOOST_TEST(first.running());
    BOOST_TEST(ask(first, "SELECT 1") == "1");
}

BOOST_AUTO_TEST_CASE(aServerThatDiedIsGoneEvenWhileNobodyReapsIt) {
    PrivateDatabase first(folder / "db");
    first.start();
    PrivateDatabase second(folder / "db");
    second.start();
    ::kill(first.pid(), SIGKILL);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (second.running() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    BOOST_TEST(!second.running());
}

BOOST_AUTO_TEST_CASE(worksBelowALongPath) {
    const fs::path deep = folder / std::string(60, 'x') / std::string(60, 'y');
    PrivateDatabase database(deep);
    database.start();
    BOOST_TEST(ask(database, "SELECT 1") == "1");
    PrivateDatabase second(deep);
    second.start();
    BOOST_TEST(second.pid() == database.pid());
    BOOST_TEST(second.owner("").socket == database.owner("").socket);
}

BOOST_AUTO_TEST_CASE(saysWhenThePasswordsAreLost) {
    {
        PrivateDatabase database(folder / "db");
        database.start();
    }
    fs::remove(folder / "db/secrets.ini");
    PrivateDatabase database(folder / "db");
    BOOST_CHECK_THROW(database.start(), touchstone::Error);
}

BOOST_AUTO_TEST_SUITE_END()
