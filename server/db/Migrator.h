#pragma once
#include <string>
#include <vector>

#include "server/db/Database.h"

namespace touchstone::db {

struct Migration {
    int version;            ///< from the file's name: 0003_samples.sql is 3
    std::string name;
    std::string sha256;     ///< hex, of the file
    std::vector<std::string> statements;
};

/// Brings a schema to the newest of schema/NNNN_name.sql. Statements end with ";" at the end of a line. DDL is not
/// transactional in MariaDB, so each statement done is recorded (schema_migration.statements_done) and a broken run goes on
/// after it; files therefore say IF NOT EXISTS. Holds GET_LOCK while it works. A file that changed after it ran:
/// Error(MigrationChanged). ${app} in a file is the server's account, for GRANTs.
class Migrator {
public:
    Migrator(Database& owner, std::string directory, std::string applicationAccount);
    /// The names of the files that were run now.
    std::vector<std::string> migrate();
    [[nodiscard]] static std::vector<Migration> readDirectory(const std::string& directory);

private:
    Database& owner_;
    std::string directory_;
    std::string applicationAccount_;
};

}  // namespace touchstone::db
