#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "server/core/Config.h"
#include "server/core/Error.h"

using touchstone::Config;

namespace {

const std::map<std::string, std::string> kKnown{
    {"http.port", "8080"}, {"http.secure", "false"}, {"database.socket", ""}, {"site.name", "无锡"}};

/// A settings file that is gone after the test.
struct File {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("touchstone-config-" + std::to_string(::getpid()) + ".ini");
    explicit File(const std::string& text) { std::ofstream(path) << text; }
    ~File() { std::filesystem::remove(path); }
};

std::string refusedKey(const std::string& text) {
    const File file(text);
    try {
        static_cast<void>(Config::load(file.path, kKnown));
    } catch (const touchstone::Error& e) {
        BOOST_TEST((e.code() == touchstone::ErrorCode::BadConfiguration));
        return e.arguments().at(0);
    }
    return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ConfigTest)

BOOST_AUTO_TEST_CASE(theFileOverridesTheDefaults) {
    const File file("; a comment\n[http]\nport = 9090\nsecure=true\n[database]\nsocket=/run/a b/${x}.sock\n");
    const Config config = Config::load(file.path, kKnown);
    BOOST_TEST(config.integer("http.port", 1, 65535) == 9090);
    BOOST_TEST(config.flag("http.secure"));
    BOOST_TEST(config.text("database.socket") == "/run/a b/${x}.sock");
    BOOST_TEST(config.text("site.name") == "无锡");
}

BOOST_AUTO_TEST_CASE(theEnvironmentOverridesTheFile) {
    const File file("[http]\nport = 9090\n");
    ::setenv("TOUCHSTONE_HTTP_PORT", "7070", 1);
    const Config config = Config::load(file.path, kKnown);
    ::unsetenv("TOUCHSTONE_HTTP_PORT");
    BOOST_TEST(config.integer("http.port", 1, 65535) == 7070);
}

BOOST_AUTO_TEST_CASE(refusesAnUnknownKeyByName) {
    BOOST_TEST(refusedKey("[http]\nprot = 1\n") == "http.prot");
    BOOST_TEST(refusedKey("port = 1\n") == "port");
    BOOST_TEST(refusedKey("[http]\nport = 1\n") == "accepted");
}

BOOST_AUTO_TEST_CASE(refusesAMissingFile) {
    BOOST_CHECK_THROW(static_cast<void>(Config::load("/no/such/file.ini", kKnown)), touchstone::Error);
}

BOOST_AUTO_TEST_CASE(refusesValuesOfTheWrongKind) {
    const File file("[http]\nport = 80a\nsecure = yes\n");
    const Config config = Config::load(file.path, kKnown);
    BOOST_CHECK_THROW(static_cast<void>(config.integer("http.port", 1, 65535)), touchstone::Error);
    BOOST_CHECK_THROW(static_cast<void>(config.flag("http.secure")), touchstone::Error);
    const Config defaults = Config::load("", kKnown);
    BOOST_CHECK_THROW(static_cast<void>(defaults.integer("http.port", 1, 1023)), touchstone::Error);
}

BOOST_AUTO_TEST_SUITE_END()
