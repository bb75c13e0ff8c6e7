#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The database: MariaDB 10.11 / MySQL 8 through MySQL Connector/C++. Only this folder includes cppconn.
///
///     auto rows = database.read([&](ReadTransaction& tx) { return tx.query(kSampleByNumber, {number}); });
///     database.write([&](WriteTransaction& tx) { store.insert(tx, samples); trail.append(tx, entries); });
///
/// SQL stands in *Store.cpp files only, as named statements.
namespace touchstone::db {

/// SQL with a name, under which metrics and logs speak of it and connections cache it. "(??)" in the text stands
/// for a list: query(statement, parameters, list) fills it in, padded to the next of 1, 4, 16, 64 … so that few
/// forms are prepared.
struct Statement {
    std::string_view name;
    std::string_view sql;
};

/// A multi-row INSERT: "INSERT INTO t (a, b) VALUES" and the number of columns. sqlEnd may hold "ON DUPLICATE KEY …".
struct InsertStatement {
    std::string_view name;
    std::string_view sql;
    std::size_t columns;
    std::string_view sqlEnd = "";
};

struct Blob {
    std::string bytes;
};

/// A parameter or a cell: NULL, an integer, UTF-8 text (also decimals, dates), or bytes.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string, Blob>;
using Parameters = std::vector<Value>;
[[nodiscard]] inline Value orNull(const std::optional<std::string>& text) { return text ? Value(*text) : Value(nullptr); }
[[nodiscard]] inline Value orNull(const std::optional<std::int64_t>& number) {
    return number ? Value(*number) : Value(nullptr);
}

/// One row of an answer; columns from 0 in the order of the SELECT. Throws std::logic_error for a wrong index or NULL
/// where none may be.
class Row {
public:
    explicit Row(std::vector<std::optional<std::string>> cells) : cells_(std::move(cells)) {}
    [[nodiscard]] bool isNull(std::size_t column) const { return !cells_.at(column).has_value(); }
    /// Text or bytes as they are.
    [[nodiscard]] const std::string& text(std::size_t column) const;
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] bool flag(std::size_t column) const { return integer(column) != 0; }
    [[nodiscard]] std::optional<std::string> optionalText(std::size_t column) const { return cells_.at(column); }
    [[nodiscard]] std::optional<std::int64_t> optionalInteger(std::size_t column) const;

private:
    std::vector<std::optional<std::string>> cells_;
};
using Rows = std::vector<Row>;

class Connection;

/// Reads of one consistent snapshot, taken at the first of them (REPEATABLE READ, READ ONLY). One thread at a time; lives inside Database::read.
class ReadTransaction {
public:
    explicit ReadTransaction(Connection& connection) : connection_(connection) {}
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

    [[nodiscard]] Rows query(const Statement& statement, const Parameters& parameters = {});
    /// For a statement with one "(??)". An empty list gives no rows and asks nothing.
    [[nodiscard]] Rows query(const Statement& statement, const Parameters& parameters, const std::vector<Value>& list);

protected:
    Connection& connection_;
};

/// Reads and writes, READ COMMITTED; committed when the function given to Database::write returns.
class WriteTransaction : public ReadTransaction {
public:
    using ReadTransaction::ReadTransaction;
    /// Number of rows found (CLIENT_FOUND_ROWS), not of rows that changed.
    std::uint64_t execute(const Statement& statement, const Parameters& parameters = {});
    std::uint64_t execute(const Statement& statement, const Parameters& parameters, const std::vector<Value>& list);
    /// Multi-row VALUES in chunks of 100, 50, 25, 10, 5, 2 and 1 rows; each row has `columns` values.
    void insert(const InsertStatement& statement, const std::vector<Parameters>& rows);
    /// As insert, and gives the AUTO_INCREMENT `id` of each row in order (INSERT … RETURNING id).
    [[nodiscard]] std::vector<std::int64_t> insertReturningIds(const InsertStatement& statement,
                                                               const std::vector<Parameters>& rows);
};

/// A unique key was hit; carries the key's name, so that a service can say which rule was broken.
class DuplicateKey : public std::exception {
public:
    explicit DuplicateKey(std::string key) : key_(std::move(key)) {}
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] const char* what() const noexcept override { return key_.c_str(); }

private:
    std::string key_;
};

/// Any other refusal of the database, such as a foreign key, a CHECK or a missing right: an error of the program unless
/// a service expects it. code is MariaDB's (1452, 4025, 1142 …).
class SqlError : public std::runtime_error {
public:
    SqlError(const std::string& statement, int code, const std::string& message)
        : std::runtime_error(statement + ": " + message + " (" + std::to_string(code) + ")"), code_(code) {}
    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

struct Settings {
    std::string socket;                 ///< path of the UNIX socket; empty: host and port
    std::string host;
    std::uint16_t port = 3306;
    std::string user;
    std::string password;
    std::string schema;                 ///< may be empty (owner connections before it exists)
    std::size_t connections = 16;
    std::chrono::milliseconds waitForConnection{2000};
};

/// A pool of connections. Safe to use from many threads. Connections open when first needed; one that broke is
/// thrown away. When none comes free in time: Error(Busy); when the database does not answer: Error(DatabaseUnavailable).
class Database {
public:
    explicit Database(Settings settings);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <class F>
    auto read(F&& function) {
        using R = std::invoke_result_t<F, ReadTransaction&>;
        if constexpr (std::is_void_v<R>) {
            runRead([&](ReadTransaction& tx) { function(tx); });
        } else {
            std::optional<R> result;
            runRead([&](ReadTransaction& tx) { result.emplace(function(tx)); });
            return std::move(*result);
        }
    }

    /// Commits when the function returns, rolls back when it throws. A deadlock or lock timeout (1213, 1205) runs the
    /// whole function again, up to 5 times with jitter, so it must not have effects outside the transaction. A connection
    /// lost at COMMIT is never retried, since it may have committed: Error(DatabaseUnavailable); callers are idempotent.
    /// A pooled connection that proves dead at its first statement (the database was restarted) is replaced silently.
    template <class F>
    auto write(F&& function) {
        using R = std::invoke_result_t<F, WriteTransaction&>;
        if constexpr (std::is_void_v<R>) {
            runWrite([&](WriteTransaction& tx) { function(tx); });
        } else {
            std::optional<R> result;
            runWrite([&](WriteTransaction& tx) { result.emplace(function(tx)); });
            return std::move(*result);
        }
    }

    /// Runs one statement outside a transaction: DDL, GRANT, LOCK TABLES sequences. For the migrator and the sealer.
    /// The function gets a fresh connection of its own with autocommit, closed at the end with all that it locked.
    void runAlone(const std::function<void(const std::function<Rows(const std::string& sql)>&)>& function);

    /// Calls and total time by statement name, for metrics.
    struct Metric {
        std::string name;
        std::uint64_t calls;
        std::chrono::microseconds time;
    };
    [[nodiscard]] std::vector<Metric> metrics() const;

private:
    void runRead(const std::function<void(ReadTransaction&)>& function);
    void runWrite(const std::function<void(WriteTransaction&)>& function);
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace touchstone::db
