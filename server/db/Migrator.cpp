#include "server/db/Migrator.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "server/core/Bytes.h"
#include "server/core/Error.h"

namespace touchstone::db {
namespace {

using Run = std::function<Rows(const std::string& sql)>;

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " version INT NOT NULL PRIMARY KEY,"
    " name VARCHAR(200) NOT NULL,"
    " sha256 CHAR(64) NOT NULL COMMENT 'of the file; until it is finished, of the statements done',"
    " statements_done INT NOT NULL,"
    " finished_at DATETIME(6) NULL"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

/// How far a migration went.
struct Record {
    std::string sha256;
    std::size_t done = 0;
    bool finished = false;
};

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    if (!in) throw Error(ErrorCode::BadConfiguration, {file.string(), "cannot be read"});
    return out.str();
}

/// Statements end with ";" at the end of a line; lines of comment are left out.
std::vector<std::string> statementsOf(const std::string& content) {
    std::vector<std::string> statements;
    std::string statement;
    std::istringstream lines(content);
    for (std::string line; std::getline(lines, line);) {
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (line.empty() || line.compare(line.find_first_not_of(" \t"), 2, "--") == 0) continue;
        const bool last = line.back() == ';';
        if (last) line.pop_back();
        statement += line + "\n";
        if (last) statements.push_back(std::exchange(statement, {}));
    }
    if (!statement.empty()) statements.push_back(statement);
    return statements;
}

std::string digestOf(const std::vector<std::string>& statements, std::size_t count) {
    std::string joined;
    for (std::size_t i = 0; i < count; ++i) joined += statements[i] + '\0';
    return toHex(sha256(joined));
}

std::map<int, Record> records(const Run& run) {
    std::map<int, Record> out;
    for (const Row& row :
         run("SELECT version, sha256, statements_done, finished_at IS NOT NULL FROM schema_migration")) {
        out[static_cast<int>(row.integer(0))] = {row.text(1), static_cast<std::size_t>(row.integer(2)), row.flag(3)};
    }
    return out;
}

void refuseIfChanged(const Migration& migration, const Record& record) {
    const bool same = record.finished ? record.sha256 == migration.sha256
                                      : record.done <= migration.statements.size() &&
                                            record.sha256 == digestOf(migration.statements, record.done);
    if (!same) throw Error(ErrorCode::MigrationChanged, {migration.name});
}

std::string replaceAll(std::string text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

/// Names and digests are of the safe characters that readDirectory lets through.
void record(const Run& run, const Migration& migration, const std::string& digest, std::size_t done, bool finished) {
    run("REPLACE INTO schema_migration VALUES (" + std::to_string(migration.version) + ", '" + migration.name + "', '" +
        digest + "', " + std::to_string(done) + ", " + (finished ? "UTC_TIMESTAMP(6)" : "NULL") + ")");
}

/// Waits until no other process migrates this schema. The lock ends with the connection.
void lock(const Run& run) {
    const Rows got = run("SELECT GET_LOCK(CONCAT('touchstone migration ', LEFT(DATABASE(), 40)), 60)");
    if (got.at(0).optionalInteger(0) != 1) throw Error(ErrorCode::Busy);
}

}  // namespace

Migrator::Migrator(Database& owner, std::string directory, std::string applicationAccount)
    : owner_(owner), directory_(std::move(directory)), applicationAccount_(std::move(applicationAccount)) {
}

std::vector<Migration> Migrator::readDirectory(const std::string& directory) {
    static const std::regex pattern("([0-9]{4})_([a-z0-9_]+)\\.sql");
    if (!std::filesystem::is_directory(directory)) {
        throw Error(ErrorCode::BadConfiguration, {directory, "there is no such folder of migrations"});
    }
    std::vector<Migration> out;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".sql") continue;
        const std::string name = entry.path().filename().string();
        std::smatch parts;
        if (!std::regex_match(name, parts, pattern)) {
            throw Error(ErrorCode::BadConfiguration, {name, "a migration is named NNNN_name.sql"});
        }
        const std::string content = contentOf(entry.path());
        out.push_back({std::stoi(parts[1]), name, toHex(sha256(content)), statementsOf(content)});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.version < b.version; });
    const auto twice =
        std::adjacent_find(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.version == b.version; });
    if (twice != out.end()) throw Error(ErrorCode::BadConfiguration, {twice->name, "another file has the same number"});
    return out;
}

std::vector<std::string> Migrator::migrate() {
    const std::vector<Migration> migrations = readDirectory(directory_);
    std::vector<std::string> ran;
    owner_.runAlone([&](const Run& run) {
        lock(run);
        run(kTable);
        std::map<int, Record> known = records(run);
        // All are looked at before any is run.
        for (const Migration& migration : migrations) {
            if (known.contains(migration.version)) refuseIfChanged(migration, known[migration.version]);
        }
        for (const Migration& migration : migrations) {
            const Record before = known[migration.version];
            if (before.finished) continue;
            for (std::size_t i = before.done; i < migration.statements.size(); ++i) {
                run(replaceAll(migration.statements[i], "${app}", applicationAccount_));
                record(run, migration, digestOf(migration.statements, i + 1), i + 1, false);
            }
            record(run, migration, migration.sha256, migration.statements.size(), true);
            ran.push_back(migration.name);
        }
    });
    return ran;
}

}  // namespace touchstone::db
