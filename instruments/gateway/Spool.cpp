#include "instruments/gateway/Spool.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <utility>
#include <vector>

#include "instruments/gateway/Digest.h"
#include "instruments/gateway/Sqlite.h"

namespace touchstone::instruments {
namespace {

// Each page that a message touches is written at the commit. Numbers of messages grow from one to the next, so that
// these indexes grow at their ends; an index that begins with the digest would be touched all over.
constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    instrument TEXT NOT NULL,
    protocol TEXT NOT NULL,
    state TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    control_id TEXT NOT NULL,
    note TEXT NOT NULL,
    answer BLOB NOT NULL,
    bytes BLOB NOT NULL,
    duplicate_of TEXT,
    forwarded_ms INTEGER,
    refused TEXT);
CREATE INDEX IF NOT EXISTS message_known ON message (instrument, control_id, sha256);
CREATE INDEX IF NOT EXISTS message_pending ON message (seq)
    WHERE forwarded_ms IS NULL AND refused IS NULL AND duplicate_of IS NULL;
CREATE TABLE IF NOT EXISTS part (
    seq INTEGER PRIMARY KEY,
    transfer TEXT NOT NULL,
    instrument TEXT NOT NULL,
    protocol TEXT NOT NULL,
    bytes BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS part_transfer ON part (transfer, seq);
)";

const std::string trial = "trial";  // the transfer of what is only written to see whether it can be

constexpr const char* isPending = " forwarded_ms IS NULL AND refused IS NULL AND duplicate_of IS NULL ";

/// One gateway at a time: a second one on the same spool would forward everything twice.
class FolderLock {
public:
    explicit FolderLock(const std::string& folder) {
        std::filesystem::create_directories(folder);
        file_ = ::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            if (file_ >= 0) ::close(file_);
            throw std::runtime_error("spool: " + folder + " cannot be locked; is another gateway using it?");
        }
    }
    ~FolderLock() { ::close(file_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_ = -1;
};

}  // namespace

WallTime wallNow() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string rfc3339(WallTime at) {
    const Poco::Timestamp stamp(at.time_since_epoch().count() * 1000);
    return Poco::DateTimeFormatter::format(stamp, Poco::DateTimeFormat::ISO8601_FRAC_FORMAT);
}

class Spool::Impl {
public:
    Impl(const std::string& folder, SpoolSettings settings, std::function<WallTime()> clock)
        : lock_(folder), database_(folder + "/spool.sqlite"), settings_(settings), clock_(std::move(clock)) {
        // The log is copied into the database every 32 MB: more rarely than the default, as a burst of messages fills 4
        // MB many times a second.
        database_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192;");
        database_.execute(schema);
        renewOlder();
        run([this] { breakOff("", "the gateway stopped before the message ended"); });
    }

    /// Returns once the work is on disk. The callers commit for each other: one leads, and those who come meanwhile
    /// wait and share the next transaction and its fsync, which the first of them leads.
    void run(std::function<void()> work) {
        const auto job = std::make_shared<Job>();
        job->work = std::move(work);
        std::unique_lock guard(mutex_);
        jobs_.push_back(job);
        const bool leads = !std::exchange(leading_, true);
        guard.unlock();
        if (!leads) job->turn.acquire();
        if (!job->done) lead();
        if (job->fault) std::rethrow_exception(job->fault);
    }

    Stored store(const Incoming& m, std::string sha256) {
        if (m.part) {
            storePart(m);
            return {};
        }
        Stored stored{freshUuid(), false, m.answer, std::move(sha256)};
        std::string duplicateOf;
        if (m.state == MessageState::Complete) {
            if (auto earlier = findEqual(m, stored.sha256)) {
                duplicateOf = earlier->id;
                stored.id = std::move(earlier->id);
                stored.duplicate = true;
                if (!m.controlId.empty()) stored.answer = std::move(earlier->answer);
            }
        }
        const bool known = stored.duplicate && !m.controlId.empty();
        if (!known) insert(m, stored.duplicate ? freshUuid() : stored.id, stored.sha256, duplicateOf);
        if (!m.transfer.empty()) database_.prepare("DELETE FROM part WHERE transfer = ?").bind(1, m.transfer).step();
        return stored;
    }

    void recover(const std::string& transfer) {
        storePart({.bytes = std::string(4'096, ' '), .transfer = trial});
        database_.prepare("DELETE FROM part WHERE transfer = ?").bind(1, trial).step();
        if (!transfer.empty()) breakOff(transfer, "the message could not be stored");
    }

    std::vector<SpooledMessage> pending(std::size_t count, std::size_t bytes) {
        auto select = database_.prepare(
            std::string(
                "SELECT id, instrument, protocol, received_ms, state, sha256, bytes, command FROM message WHERE") +
            isPending + "ORDER BY seq LIMIT ?");
        select.bind(1, static_cast<std::int64_t>(count));
        std::vector<SpooledMessage> found;
        std::size_t size = 0;
        while (select.step()) {
            std::string content = select.text(6);
            size += content.size();
            if (!found.empty() && size > bytes) break;
            const WallTime received{std::chrono::milliseconds(select.number(3))};
            found.push_back({select.text(0), select.text(1), select.text(2), rfc3339(received), select.text(4),
                             select.text(5), std::move(content), select.number(7)});
        }
        return found;
    }

    void markForwarded(const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            auto update = database_.prepare(std::string("UPDATE message SET forwarded_ms = ? WHERE id = ? AND") +
                                            isPending + "RETURNING 1");
            if (!update.bind(1, nowMs()).bind(2, id).step()) continue;
            count([](SpoolCounts& counts) { --counts.pending, ++counts.forwarded; });
        }
    }

    void markRefused(const std::string& id, const std::string& why) {
        auto update = database_.prepare(std::string("UPDATE message SET refused = ? WHERE id = ? AND") + isPending +
                                        "RETURNING 1");
        if (!update.bind(1, why).bind(2, id).step()) return;
        count([](SpoolCounts& counts) { --counts.pending, ++counts.refused; });
    }

    SpoolCounts counts() {
        if (!counts_) {
            counts_.emplace();
            counts_->pending = countRows(isPending);
            counts_->forwarded = countRows(" forwarded_ms IS NOT NULL ");
            counts_->duplicates = countRows(" duplicate_of IS NOT NULL ");
            counts_->refused = countRows(" refused IS NOT NULL ");
        }
        SpoolCounts counts = *counts_;
        auto oldest = database_.prepare(std::string("SELECT received_ms FROM message WHERE") + isPending +
                                        "ORDER BY seq LIMIT 1");
        if (oldest.step()) counts.oldestPending = rfc3339(WallTime{std::chrono::milliseconds(oldest.number(0))});
        return counts;
    }

    void purge() {
        const std::int64_t before = nowMs() - std::chrono::milliseconds(settings_.retention).count();
        database_
            .prepare("DELETE FROM message WHERE forwarded_ms < ?1 OR (duplicate_of IS NOT NULL AND received_ms < ?1)")
            .bind(1, before)
            .step();
        counts_.reset();
    }

    void noteMessage() {
        {
            const std::lock_guard guard(mutex_);
            news_ = true;
        }
        arrived_.notify_all();
    }

    void waitForMessage(std::chrono::milliseconds atMost) {
        std::unique_lock guard(mutex_);
        arrived_.wait_for(guard, atMost, [this] { return news_; });
        news_ = false;
    }

private:
    /// Shared with its caller, who may be gone while the leader still lets go of the turn.
    struct Job {
        std::function<void()> work{};
        std::binary_semaphore turn{0};  ///< given when it is done, or when its caller is to lead
        std::exception_ptr fault{};
        bool done = false;
    };
    using Jobs = std::vector<std::shared_ptr<Job>>;
    struct Earlier {
        std::string id, answer;
    };

    /// Spools of earlier gateways have no commands, and another index.
    void renewOlder() {
        database_.execute("DROP INDEX IF EXISTS message_equal");
        auto select = database_.prepare("SELECT 1 FROM pragma_table_info('message') WHERE name = 'command'");
        if (!select.step()) database_.execute("ALTER TABLE message ADD COLUMN command INTEGER NOT NULL DEFAULT 0");
    }

    std::int64_t nowMs() const { return clock_().time_since_epoch().count(); }

    template <class Change>
    void count(Change change) {
        if (counts_) change(*counts_);
    }

    std::int64_t countRows(const char* which) {
        auto select = database_.prepare(std::string("SELECT count(*) FROM message WHERE") + which);
        select.step();
        return select.number(0);
    }

    void storePart(const Incoming& part) {
        auto insert = database_.prepare("INSERT INTO part (transfer, instrument, protocol, bytes) VALUES (?, ?, ?, ?)");
        insert.bind(1, part.transfer).bind(2, part.instrument).bind(3, part.protocol).bindBlob(4, part.bytes).step();
    }

    std::optional<Earlier> findEqual(const Incoming& m, const std::string& sha256) {
        const bool always = !m.controlId.empty() || m.foreverUnique;
        auto select = database_.prepare(
            "SELECT id, answer FROM message WHERE instrument = ? AND sha256 = ? AND control_id = ? AND state = "
            "'complete'"
            " AND duplicate_of IS NULL AND received_ms >= ? AND command = ? ORDER BY seq LIMIT 1");
        const std::int64_t since = always ? 0 : nowMs() - settings_.duplicateWindow.count();
        select.bind(1, m.instrument).bind(2, sha256).bind(3, m.controlId).bind(4, since).bind(5, m.command);
        if (!select.step()) return std::nullopt;
        return Earlier{select.text(0), select.text(1)};
    }

    void insert(const Incoming& m, const std::string& id, const std::string& sha256, const std::string& duplicateOf) {
        auto insert = database_.prepare(
            "INSERT INTO message (id, instrument, protocol, state, received_ms, sha256, control_id, note, answer, "
            "bytes,"
            " duplicate_of, command) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, id).bind(2, m.instrument).bind(3, m.protocol).bind(4, name(m.state)).bind(5, nowMs());
        insert.bind(6, sha256).bind(7, m.controlId).bind(8, m.note).bindBlob(9, m.answer).bindBlob(10, m.bytes);
        if (!duplicateOf.empty()) insert.bind(11, duplicateOf);
        insert.bind(12, m.command);
        insert.step();
        count([&](SpoolCounts& counts) { ++(duplicateOf.empty() ? counts.pending : counts.duplicates); });
    }

    /// Parts of the transfer, or of all, become incomplete messages.
    void breakOff(const std::string& transfer, const std::string& why) {
        std::vector<Incoming> broken;
        {
            auto select = database_.prepare(
                "SELECT transfer, instrument, protocol, bytes FROM part WHERE ?1 = '' OR transfer = ?1"
                " ORDER BY transfer, seq");
            select.bind(1, transfer);
            while (select.step()) {
                if (broken.empty() || broken.back().transfer != select.text(0)) {
                    broken.push_back({.instrument = select.text(1),
                                      .protocol = select.text(2),
                                      .state = MessageState::Incomplete,
                                      .note = why,
                                      .transfer = select.text(0)});
                }
                broken.back().bytes += select.text(3);
            }
        }
        for (const Incoming& message : broken) static_cast<void>(store(message, sha256Hex(message.bytes)));
    }

    void lead() {
        std::unique_lock guard(mutex_);
        const Jobs batch = std::exchange(jobs_, {});
        guard.unlock();
        commit(batch);
        guard.lock();
        const std::shared_ptr<Job> next = jobs_.empty() ? nullptr : jobs_.front();
        leading_ = next != nullptr;
        guard.unlock();
        if (next) next->turn.release();
        for (const auto& job : batch) {
            job->done = true;
            job->turn.release();
        }
    }

    /// Where a transaction fails, each job is done again alone, so that only the guilty one fails.
    void commit(const Jobs& jobs) {
        const std::exception_ptr fault = attempt(jobs);
        if (fault && jobs.size() > 1) {
            for (const auto& job : jobs) commit({job});
        } else {
            for (const auto& job : jobs) job->fault = fault;
        }
    }

    std::exception_ptr attempt(const Jobs& jobs) {
        try {
            database_.execute("BEGIN IMMEDIATE");
            for (const auto& job : jobs) job->work();
            database_.execute("COMMIT");
            return nullptr;
        } catch (const std::exception&) {
            const std::exception_ptr fault = std::current_exception();
            rollBack();
            return fault;
        }
    }

    void rollBack() noexcept {
        counts_.reset();
        try {
            database_.execute("ROLLBACK");
        } catch (const std::exception&) {
            // SQLite has rolled back by itself where the disk failed; the fault that led here is the one to report.
        }
    }

    FolderLock lock_;
    Sqlite database_;
    SpoolSettings settings_;
    std::function<WallTime()> clock_;
    std::optional<SpoolCounts> counts_{};  ///< once asked for; from then on changed with the rows, which are many
    std::mutex mutex_;
    Jobs jobs_;
    bool leading_ = false;
    std::condition_variable arrived_;
    bool news_ = false;
};

Spool::Spool(const std::string& folder, SpoolSettings settings, std::function<WallTime()> clock)
    : impl_(std::make_unique<Impl>(folder, settings, std::move(clock))) {
}

Spool::~Spool() = default;

std::vector<Stored> Spool::store(std::span<const Incoming* const> messages) {
    // Before it is this thread's turn: the disk is the narrow place.
    std::vector<std::string> digests;
    for (const Incoming* message : messages) digests.push_back(message->part ? "" : sha256Hex(message->bytes));
    std::vector<Stored> stored;
    impl_->run([&] {
        stored.clear();
        for (std::size_t i = 0; i < messages.size(); ++i) stored.push_back(impl_->store(*messages[i], digests[i]));
    });
    const auto isPart = [](const Incoming* message) { return message->part; };
    if (!std::ranges::all_of(messages, isPart)) impl_->noteMessage();
    return stored;
}

Stored Spool::store(const Incoming& message) {
    const std::array one{&message};
    return std::move(store(one).front());
}

void Spool::recover(const std::string& transfer) {
    impl_->run([&] { impl_->recover(transfer); });
    impl_->noteMessage();
}

std::vector<SpooledMessage> Spool::pending(std::size_t count, std::size_t bytes) {
    std::vector<SpooledMessage> found;
    impl_->run([&] { found = impl_->pending(count, bytes); });
    return found;
}

void Spool::markForwarded(const std::vector<std::string>& ids) {
    impl_->run([&] { impl_->markForwarded(ids); });
}

void Spool::markRefused(const std::string& id, const std::string& why) {
    impl_->run([&] { impl_->markRefused(id, why); });
}

void Spool::waitForMessage(std::chrono::milliseconds atMost) {
    impl_->waitForMessage(atMost);
}

void Spool::wake() {
    impl_->noteMessage();
}

SpoolCounts Spool::counts() {
    SpoolCounts counts;
    impl_->run([&] { counts = impl_->counts(); });
    return counts;
}

void Spool::purge() {
    impl_->run([&] { impl_->purge(); });
}

}  // namespace touchstone::instruments
