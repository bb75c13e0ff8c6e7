#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

#include "server/db/Database.h"
#include "server/db/Migrator.h"
#include "server/db/PrivateDatabase.h"

namespace touchstone::tests {

/// A new schema on a database server of this test program's own, dropped at the end. As a fixture of Boost.Test it
/// gives each test case the migrated schema/ of the project:
///
///     BOOST_FIXTURE_TEST_CASE(aSampleIsFoundByItsNumber, TestDatabase) { application().write(…); }
class TestDatabase {
public:
    explicit TestDatabase(const std::string& migrations = TOUCHSTONE_SOURCE "/schema")
        : schema_("test_" + std::to_string(++made())),
          owner_(prepared(schema_)),
          application_(server().application(schema_)) {
        if (!migrations.empty()) db::Migrator(owner_, migrations, db::PrivateDatabase::applicationAccount()).migrate();
    }
    ~TestDatabase() {
        // A test that failed may have left the server killed; the schema then goes with the whole folder.
        if (server().running()) owner_.runAlone([&](const auto& run) { run("DROP DATABASE " + schema_); });
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    [[nodiscard]] db::Database& owner() { return owner_; }
    [[nodiscard]] db::Database& application() { return application_; }
    [[nodiscard]] const std::string& schema() const { return schema_; }

    /// Started when first asked for; stopped and removed when the program ends.
    static db::PrivateDatabase& server() {
        static Server instance;
        return instance.database;
    }

private:
    struct Server {
        std::filesystem::path folder = freshFolder();
        db::PrivateDatabase database{folder.string()};
        Server() { database.start(); }
        ~Server() {
            database.stop();
            std::filesystem::remove_all(folder);
        }
    };

    /// In memory where there is room: these tests ask what is stored, not whether it outlives the machine.
    static std::filesystem::path parentFolder() {
        std::error_code problem;
        const auto space = std::filesystem::space("/dev/shm", problem);
        const bool roomy = !problem && space.available > (std::uintmax_t{2} << 30U);
        return roomy ? "/dev/shm" : std::filesystem::temp_directory_path();
    }

    static std::filesystem::path freshFolder() {
        std::string name = parentFolder() / "touchstone-test-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        std::filesystem::permissions(name, std::filesystem::perms(0755));
        return name;
    }

    static int& made() {
        static int count = 0;
        return count;
    }

    static db::Settings prepared(const std::string& schema) {
        server().start();
        server().makeSchema(schema);
        return server().owner(schema);
    }

    std::string schema_;
    db::Database owner_;
    db::Database application_;
};

}  // namespace touchstone::tests
