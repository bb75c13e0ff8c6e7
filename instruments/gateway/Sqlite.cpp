#include "instruments/gateway/Sqlite.h"

#include <sqlite3.h>

#include <stdexcept>

namespace touchstone::instruments {
namespace {

void check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    throw std::runtime_error(std::string("spool: ") + sqlite3_errmsg(database));
}

}  // namespace

Statement::Statement(sqlite3_stmt* statement) : statement_(statement) {
}

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int place, std::string_view text) {
    check(sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT),
          sqlite3_db_handle(statement_));
    return *this;
}

Statement& Statement::bindBlob(int place, std::string_view bytes) {
    check(sqlite3_bind_blob(statement_, place, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT),
          sqlite3_db_handle(statement_));
    return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
    check(sqlite3_bind_int64(statement_, place, number), sqlite3_db_handle(statement_));
    return *this;
}

Statement& Statement::bindNull(int place) {
    check(sqlite3_bind_null(statement_, place), sqlite3_db_handle(statement_));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    check(code, sqlite3_db_handle(statement_));
    return code == SQLITE_ROW;
}

std::string Statement::text(int column) const {
    const auto* const data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? std::string()
                           : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

Sqlite::Sqlite(const std::string& path) {
    const int code = sqlite3_open_v2(path.c_str(), &database_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(database_);
        sqlite3_close(database_);
        throw std::runtime_error("spool: " + path + ": " + why);
    }
    sqlite3_busy_timeout(database_, 5'000);
}

Sqlite::~Sqlite() {
    for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
    sqlite3_close(database_);
}

void Sqlite::execute(const std::string& script) {
    check(sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr), database_);
}

Statement Sqlite::prepare(const std::string& sql) {
    const auto found = prepared_.find(sql);
    if (found != prepared_.end()) return Statement(found->second);
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr), database_);
    prepared_.emplace(sql, statement);
    return Statement(statement);
}

}  // namespace touchstone::instruments
