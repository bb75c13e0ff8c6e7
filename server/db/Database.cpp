#include "server/db/Database.h"

#include <condition_variable>
#include <random>
#include <thread>

#include "server/core/Error.h"
#include "server/db/Connection.h"

namespace touchstone::db {
namespace {

constexpr int kMostRetries = 5;

/// What a failed attempt to connect means to a caller.
std::unique_ptr<Connection> connect(const Settings& settings, Connection::Mode mode, Metrics& metrics) {
    try {
        return std::make_unique<Connection>(settings, mode, metrics);
    } catch (const ConnectionLost&) {
        throw Error(ErrorCode::DatabaseUnavailable);
    } catch (const SqlError& e) {
        constexpr int tooManyConnections = 1040;
        if (e.code() == tooManyConnections) throw Error(ErrorCode::Busy);
        throw Error(ErrorCode::BadConfiguration, {"database", e.what()});
    }
}

/// Longer with each attempt, and by chance, so that two writers do not meet again.
void pauseBeforeRetry(int attempt) {
    thread_local std::minstd_rand chance(std::random_device{}());
    const int most = 5 << attempt;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(most / 2, most)(chance)));
}

}  // namespace

/// The connections that are open and free, and the count of those that may be.
struct Database::Pool {
    explicit Pool(Settings given) : settings(std::move(given)) {}

    /// A connection on loan.
    struct Loan {
        std::unique_ptr<Connection> connection;
        bool fresh = false;  ///< was opened for this loan, so that it cannot have died in the pool
    };

    Loan take(Connection::Mode mode) {
        std::unique_lock lock(mutex);
        if (!freed.wait_for(lock, settings.waitForConnection, [&] { return lent < settings.connections; })) {
            throw Error(ErrorCode::Busy);
        }
        ++lent;
        if (idle.empty()) {
            lock.unlock();
            try {
                return {connect(settings, mode, metrics), true};
            } catch (...) {
                giveBack(nullptr);
                throw;
            }
        }
        // One that last served the same kind of transaction saves a round trip.
        auto chosen = std::prev(idle.end());
        for (auto it = idle.begin(); it != idle.end(); ++it) {
            if ((*it)->mode() == mode) chosen = it;
        }
        Loan loan{std::move(*chosen), false};
        idle.erase(chosen);
        return loan;
    }

    /// Takes back a connection; nothing for one that was thrown away.
    void giveBack(std::unique_ptr<Connection> connection) {
        const std::lock_guard lock(mutex);
        --lent;
        if (connection) idle.push_back(std::move(connection));
        freed.notify_one();
    }

    /// One dead connection means that the database was restarted, so the others are dead too.
    void forgetIdle() {
        const std::lock_guard lock(mutex);
        idle.clear();
    }

    /// Runs one attempt of a transaction; false when it found a dead connection and must be made again.
    template <class Transaction>
    bool attempt(Connection::Mode mode, const std::function<void(Transaction&)>& function) {
        Loan loan = take(mode);
        bool committing = false;
        try {
            loan.connection->enter(mode);
            Transaction transaction(*loan.connection);
            function(transaction);
            committing = true;
            loan.connection->commit();
            giveBack(std::move(loan.connection));
            return true;
        } catch (const ConnectionLost& e) {
            loan.connection.reset();
            giveBack(nullptr);
            forgetIdle();
            if (e.atStart && !loan.fresh && !committing) return false;
            throw Error(ErrorCode::DatabaseUnavailable);
        } catch (...) {
            giveBack(loan.connection->rollback() ? std::move(loan.connection) : nullptr);
            throw;
        }
    }

    template <class Transaction>
    void run(Connection::Mode mode, const std::function<void(Transaction&)>& function) {
        for (int deadlocks = 0;;) {
            try {
                if (attempt(mode, function)) return;
            } catch (const Deadlock&) {
                if (++deadlocks > kMostRetries) throw Error(ErrorCode::Busy);
                pauseBeforeRetry(deadlocks);
            }
        }
    }

    const Settings settings;
    Metrics metrics;
    std::mutex mutex;
    std::condition_variable freed;
    std::vector<std::unique_ptr<Connection>> idle;
    std::size_t lent = 0;
};

Database::Database(Settings settings) : pool_(std::make_unique<Pool>(std::move(settings))) {
}
Database::~Database() = default;

void Database::runRead(const std::function<void(ReadTransaction&)>& function) {
    pool_->run<ReadTransaction>(Connection::Mode::Read, function);
}

void Database::runWrite(const std::function<void(WriteTransaction&)>& function) {
    pool_->run<WriteTransaction>(Connection::Mode::Write, function);
}

void Database::runAlone(const std::function<void(const std::function<Rows(const std::string& sql)>&)>& function) {
    const auto connection = connect(pool_->settings, Connection::Mode::Alone, pool_->metrics);
    try {
        function([&](const std::string& sql) { return connection->run(sql); });
    } catch (const ConnectionLost&) {
        throw Error(ErrorCode::DatabaseUnavailable);
    } catch (const Deadlock&) {
        throw Error(ErrorCode::Busy);
    }
}

std::vector<Database::Metric> Database::metrics() const {
    return pool_->metrics.all();
}

}  // namespace touchstone::db
