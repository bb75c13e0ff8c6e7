#include "server/db/Connection.h"

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "server/core/Error.h"

namespace touchstone::db {
namespace {

/// get_driver_instance is not thread-safe by itself; a static is.
sql::Driver& driver() {
    static sql::Driver* const instance = sql::mysql::get_driver_instance();
    return *instance;
}

/// The connection is gone, or the server is going: 1053 shutdown, 1927 killed, 1152–1161 the network, 2xxx the client.
bool isLoss(int code) {
    constexpr std::array codes{1053, 1152, 1158, 1159, 1160, 1161, 1927, 2002, 2003, 2006, 2013, 2014, 2026, 2055};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool isDeadlock(int code) {
    return code == 1213 || code == 1205;
}

/// "Duplicate entry 'x' for key 'sample_number'"; MySQL 8 says 'sample.sample_number'.
std::string duplicateKey(const std::string& message) {
    constexpr std::string_view before = "for key '";
    const auto start = message.rfind(before);
    const auto end = message.rfind('\'');
    if (start == std::string::npos || end < start + before.size()) return message;
    const std::string key = message.substr(start + before.size(), end - start - before.size());
    return key.substr(key.find('.') + 1);
}

sql::ConnectOptionsMap optionsOf(const Settings& settings) {
    sql::ConnectOptionsMap options;
    options["hostName"] = settings.socket.empty()
                              ? sql::SQLString("tcp://" + settings.host + ":" + std::to_string(settings.port))
                              : sql::SQLString("unix://" + settings.socket);
    options["userName"] = sql::SQLString(settings.user);
    options["password"] = sql::SQLString(settings.password);
    if (!settings.schema.empty()) options["schema"] = sql::SQLString(settings.schema);
    options["OPT_LOCAL_INFILE"] = 0;  // or a server could read our files
    options["CLIENT_FOUND_ROWS"] = true;
    options["OPT_CONNECT_TIMEOUT"] = 5;
    return options;
}

/// Text compares byte by byte unless a column says otherwise, so that keys are exact.
constexpr const char* kSession =
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, time_zone = '+00:00', innodb_lock_wait_timeout = 5, "
    "sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION'";

Rows readAll(sql::ResultSet& result) {
    const unsigned columns = result.getMetaData()->getColumnCount();
    Rows rows;
    rows.reserve(result.rowsCount());
    while (result.next()) {
        std::vector<std::optional<std::string>> cells;
        cells.reserve(columns);
        for (unsigned column = 1; column <= columns; ++column) {
            if (result.isNull(column)) {
                cells.emplace_back(std::nullopt);
            } else {
                const sql::SQLString cell = result.getString(column);
                cells.emplace_back(std::in_place, cell.c_str(), cell.length());
            }
        }
        rows.emplace_back(std::move(cells));
    }
    return rows;
}

}  // namespace

void Metrics::add(std::string_view name, std::chrono::steady_clock::duration time) {
    const std::lock_guard lock(mutex_);
    auto found = sums_.find(name);
    if (found == sums_.end()) found = sums_.emplace(name, Sum{}).first;
    ++found->second.calls;
    found->second.time += time;
}

std::vector<Database::Metric> Metrics::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Database::Metric> out;
    out.reserve(sums_.size());
    for (const auto& [name, sum] : sums_) {
        out.push_back({name, sum.calls, std::chrono::duration_cast<std::chrono::microseconds>(sum.time)});
    }
    return out;
}

/// A prepared statement with the bytes of its parameters, which must live until it was executed.
struct Connection::Prepared {
    std::string sql;
    std::unique_ptr<sql::PreparedStatement> statement;
    std::vector<std::unique_ptr<std::istringstream>> blobs;

    void bind(unsigned index, const Value& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            statement->setInt64(index, *number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            statement->setString(index, sql::SQLString(*text));
        } else if (const auto* blob = std::get_if<Blob>(&value)) {
            blobs.push_back(std::make_unique<std::istringstream>(blob->bytes));
            statement->setBlob(index, blobs.back().get());
        } else {
            statement->setNull(index, sql::DataType::VARCHAR);
        }
    }
};

/// Runs a call of the connector and says what its exceptions mean.
template <class F>
auto Connection::guarded(std::string_view name, F&& call) {
    if (doomed_) throw ConnectionLost("used after it failed", false);
    const bool first = !touched_;
    const auto begin = std::chrono::steady_clock::now();
    try {
        if constexpr (std::is_void_v<decltype(call())>) {
            call();
            touched_ = true;
            metrics_.add(name, std::chrono::steady_clock::now() - begin);
        } else {
            auto result = call();
            touched_ = true;
            metrics_.add(name, std::chrono::steady_clock::now() - begin);
            return result;
        }
    } catch (const sql::SQLException& e) {
        const int code = e.getErrorCode();
        doomed_ = isLoss(code) || isDeadlock(code);
        if (isLoss(code)) throw ConnectionLost(e.what(), first);
        touched_ = true;
        if (isDeadlock(code)) throw Deadlock(std::string(name) + ": " + e.what());
        if (code == 1062) throw DuplicateKey(duplicateKey(e.what()));
        throw SqlError(std::string(name), code, e.what());
    }
}

Connection::Connection(const Settings& settings, Mode mode, Metrics& metrics) : metrics_(metrics), mode_(Mode::Alone) {
    guarded("connect", [&] {
        sql::ConnectOptionsMap options = optionsOf(settings);
        session_.reset(driver().connect(options));
    });
    run(kSession);
    enter(mode);
}

Connection::~Connection() = default;

void Connection::enter(Mode mode) {
    touched_ = false;
    if (mode == mode_) return;
    if (mode_ == Mode::Alone) run("SET autocommit = 0");
    run(mode == Mode::Read ? "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                           : "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE");
    mode_ = mode;
    touched_ = false;
}

sql::PreparedStatement& Connection::prepared(std::string_view name, const std::string& sql,
                                             const std::vector<const Value*>& values) {
    auto& entry = prepared_[std::string(name)];
    if (!entry) {
        auto made = std::make_unique<Prepared>();
        made->sql = sql;
        made->statement.reset(session_->prepareStatement(sql));
        entry = std::move(made);
    }
    if (entry->sql != sql) throw std::logic_error("two statements are named " + std::string(name));
    entry->blobs.clear();
    for (std::size_t i = 0; i < values.size(); ++i) entry->bind(static_cast<unsigned>(i + 1), *values[i]);
    return *entry->statement;
}

Rows Connection::query(std::string_view name, const std::string& sql, const std::vector<const Value*>& values) {
    return guarded(name, [&] {
        const std::unique_ptr<sql::ResultSet> result(prepared(name, sql, values).executeQuery());
        return readAll(*result);
    });
}

std::uint64_t Connection::update(std::string_view name, const std::string& sql,
                                 const std::vector<const Value*>& values) {
    return guarded(name, [&] { return static_cast<std::uint64_t>(prepared(name, sql, values).executeUpdate()); });
}

Rows Connection::run(const std::string& sql) {
    return guarded("text", [&] {
        const std::unique_ptr<sql::Statement> statement(session_->createStatement());
        if (!statement->execute(sql)) return Rows{};
        const std::unique_ptr<sql::ResultSet> result(statement->getResultSet());
        return readAll(*result);
    });
}

void Connection::commit() {
    if (!touched_ && !doomed_) return;
    guarded("commit", [&] { session_->commit(); });
    touched_ = false;
}

bool Connection::rollback() noexcept {
    try {
        doomed_ = false;
        if (touched_) session_->rollback();
        touched_ = false;
        return true;
    } catch (const std::exception&) {
        // The session is gone and with it the transaction; the caller throws this connection away.
        return false;
    }
}

}  // namespace touchstone::db
