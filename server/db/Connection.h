#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/db/Database.h"

namespace sql {
class Connection;
class PreparedStatement;
}  // namespace sql

namespace touchstone::db {

/// What is a deadlock or a lock timeout (1213, 1205): the transaction may be run again.
struct Deadlock : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The connection broke. atStart: before the transaction's first statement was done.
struct ConnectionLost : std::runtime_error {
    ConnectionLost(const std::string& message, bool start) : std::runtime_error(message), atStart(start) {}
    bool atStart;
};

/// Calls and time by statement name. Safe to use from many threads.
class Metrics {
public:
    void add(std::string_view name, std::chrono::steady_clock::duration time);
    [[nodiscard]] std::vector<Database::Metric> all() const;

private:
    struct Sum {
        std::uint64_t calls = 0;
        std::chrono::steady_clock::duration time{};
    };
    mutable std::mutex mutex_;
    std::map<std::string, Sum, std::less<>> sums_;
};

/// One session with the database and its prepared statements. One thread at a time.
class Connection {
public:
    enum class Mode : std::uint8_t { Alone, Read, Write };

    Connection(const Settings& settings, Mode mode, Metrics& metrics);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] Mode mode() const noexcept { return mode_; }
    /// Makes the transactions that follow of that kind; a transaction begins by itself with its first statement.
    void enter(Mode mode);
    [[nodiscard]] Rows query(std::string_view name, const std::string& sql, const std::vector<const Value*>& values);
    std::uint64_t update(std::string_view name, const std::string& sql, const std::vector<const Value*>& values);
    /// A statement as text, with what it answers.
    Rows run(const std::string& sql);
    void commit();
    /// False when the connection broke while doing so.
    [[nodiscard]] bool rollback() noexcept;

private:
    template <class F>
    auto guarded(std::string_view name, F&& call);
    sql::PreparedStatement& prepared(std::string_view name, const std::string& sql,
                                     const std::vector<const Value*>& values);

    struct Prepared;
    Metrics& metrics_;
    Mode mode_;
    bool touched_ = false;  ///< the transaction has done a statement
    bool doomed_ = false;   ///< a deadlock or a loss was thrown; nothing may be committed
    std::unique_ptr<sql::Connection> session_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>> prepared_;
};

}  // namespace touchstone::db
