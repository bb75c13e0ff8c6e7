#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace touchstone::instruments {

/// A prepared statement, bound and stepped. Faults of the database are thrown as std::runtime_error.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int place, std::string_view text);
    Statement& bindBlob(int place, std::string_view bytes);
    Statement& bind(int place, std::int64_t number);
    Statement& bindNull(int place);
    /// True while there is a row.
    bool step();
    [[nodiscard]] std::string text(int column) const;  ///< or blob
    [[nodiscard]] std::int64_t number(int column) const;

private:
    sqlite3_stmt* statement_;
};

/// One connection to a SQLite file, used by one thread at a time. Statements are prepared once.
class Sqlite {
public:
    explicit Sqlite(const std::string& path);
    ~Sqlite();
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;

    void execute(const std::string& script);
    /// The statement is reset when the result goes out of scope; it must not be used twice at a time.
    [[nodiscard]] Statement prepare(const std::string& sql);

private:
    sqlite3* database_ = nullptr;
    std::map<std::string, sqlite3_stmt*> prepared_;
};

}  // namespace touchstone::instruments
