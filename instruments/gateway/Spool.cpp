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
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "instruments/gateway/Digest.h"
#include "instruments/gateway/Journal.h"
#include "instruments/gateway/KnownMessages.h"
#include "instruments/gateway/SpoolDatabase.h"
#include "instruments/gateway/SpoolRow.h"

namespace touchstone::instruments {
namespace {

using Rows = std::vector<SpoolRow>;

constexpr std::chrono::milliseconds settleWithin(100);
constexpr std::chrono::seconds pause(1);  // before a database that took nothing is tried again

Rows rowsOf(const std::vector<std::string>& entries) {
    Rows rows;
    for (const std::string& entry : entries) std::ranges::move(decodeRows(entry), std::back_inserter(rows));
    return rows;
}

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

/// Two mutexes, taken in this order: databaseMutex_ for what is settled, frontMutex_ for what is not yet.
class Spool::Impl {
public:
    Impl(const std::string& folder, SpoolSettings settings, std::function<WallTime()> clock)
        : lock_(folder),
          settings_(settings),
          clock_(std::move(clock)),
          database_(folder + "/spool.sqlite"),
          known_(folder + "/spool.sqlite") {
        openJournals({folder + "/journal.0", folder + "/journal.1"});
        database_.transaction(
            [this] { database_.breakOff("", "the gateway stopped before the message ended", nowMs()); });
        if (hasJournals()) settler_ = std::thread([this] { settleInTime(); });
    }

    ~Impl() {
        {
            const std::lock_guard front(frontMutex_);
            stopping_ = true;
        }
        filled_.notify_one();
        if (settler_.joinable()) settler_.join();
        try {
            settle();
        } catch (const std::exception&) {
            // It stands in the journals, from which the next one takes it.
        }
    }

    std::vector<Stored> store(std::span<const Incoming* const> messages) {
        // Before it is this thread's turn: the disk is the narrow place.
        std::vector<std::string> digests;
        for (const Incoming* message : messages) digests.push_back(message->part ? "" : sha256Hex(message->bytes));
        std::vector<Stored> stored;
        run([&](Rows& rows) {
            stored.clear();
            for (std::size_t i = 0; i < messages.size(); ++i) stored.push_back(plan(*messages[i], digests[i], rows));
        });
        const auto isPart = [](const Incoming* message) { return message->part; };
        if (!std::ranges::all_of(messages, isPart)) noteMessage();
        return stored;
    }

    void recover(const std::string& transfer) {
        {
            const std::lock_guard database(databaseMutex_);
            settleAll();
            database_.transaction([&] {
                database_.tryWriting();
                if (!transfer.empty()) database_.breakOff(transfer, "the message could not be stored", nowMs());
            });
        }
        noteMessage();
    }

    std::vector<SpooledMessage> pending(std::size_t count, std::size_t bytes) {
        const std::lock_guard database(databaseMutex_);
        // A database without room for more still has what can be forwarded.
        const std::exception_ptr fault = trySettleAll();
        std::vector<SpooledMessage> found = database_.pending(count, bytes);
        if (found.empty() && fault) std::rethrow_exception(fault);
        return found;
    }

    void markForwarded(const std::vector<std::string>& ids) {
        const std::lock_guard database(databaseMutex_);
        settleAll();
        database_.transaction([&] { database_.markForwarded(ids, nowMs()); });
    }

    void markRefused(const std::string& id, const std::string& why) {
        const std::lock_guard database(databaseMutex_);
        settleAll();
        database_.transaction([&] { database_.markRefused(id, why); });
    }

    SpoolCounts counts() {
        const std::lock_guard database(databaseMutex_);
        static_cast<void>(trySettleAll());  // what cannot be settled is counted where it is
        SpoolCounts counts = database_.counts();
        const std::lock_guard front(frontMutex_);
        for (const Front& one : fronts_) counts.pending += one.pending;
        return counts;
    }

    void purge() {
        const std::int64_t before = nowMs() - std::chrono::milliseconds(settings_.retention).count();
        const std::lock_guard database(databaseMutex_);
        database_.transaction([&] { database_.purge(before); });
    }

    [[nodiscard]] const std::string& notice() const { return notice_; }

    void noteMessage() {
        {
            const std::lock_guard guard(newsMutex_);
            news_ = true;
        }
        arrived_.notify_all();
    }

    void waitForMessage(std::chrono::milliseconds atMost) {
        std::unique_lock guard(newsMutex_);
        arrived_.wait_for(guard, atMost, [this] { return news_; });
        news_ = false;
    }

private:
    using Work = std::function<void(Rows&)>;

    /// Shared with its caller, who may be gone while the leader still lets go of the turn.
    struct Job {
        Work work{};
        std::binary_semaphore turn{0};  ///< given when it is done, or when its caller is to lead
        std::exception_ptr fault{};
        bool done = false;
    };
    using Jobs = std::vector<std::shared_ptr<Job>>;

    /// A journal and what is in it. One takes what comes, while the other is settled.
    struct Front {
        std::optional<Journal> journal{};
        std::vector<std::string> entries{};
        std::int64_t pending = 0;  ///< messages in it that are to be forwarded
    };

    [[nodiscard]] std::int64_t nowMs() const { return clock_().time_since_epoch().count(); }

    /// What a crash has left in the journals is settled; then they begin anew.
    void openJournals(const std::array<std::string, 2>& paths) {
        std::array<JournalContent, 2> left{readJournal(paths[0]), readJournal(paths[1])};
        std::ranges::sort(left, {}, &JournalContent::generation);
        database_.transaction([&] {
            for (const JournalContent& journal : left) database_.settle(journal.generation, rowsOf(journal.entries));
            generation_ = database_.settled();
        });
        if (settings_.journal == 0) return;
        try {
            for (std::size_t i = 0; i < paths.size(); ++i) fronts_[i].journal.emplace(paths[i], settings_.journal);
        } catch (const std::runtime_error& fault) {
            // On a disk without room for journals the database may still have some: slower, and as safe.
            notice_ = std::string(fault.what()) + "; goes on without journals, more slowly";
            for (std::size_t i = 0; i < paths.size(); ++i) {
                fronts_[i].journal.reset();
                std::filesystem::remove(paths[i]);
            }
            return;
        }
        active().journal->begin(++generation_);
    }

    /// Returns once the rows of the work are on disk. The callers write for each other: one leads, and those who come
    /// meanwhile wait and share the next write, which the first of them leads.
    void run(Work work) {
        const auto job = std::make_shared<Job>();
        job->work = std::move(work);
        std::unique_lock guard(jobsMutex_);
        jobs_.push_back(job);
        const bool leads = !std::exchange(leading_, true);
        guard.unlock();
        if (!leads) job->turn.acquire();
        if (!job->done) lead();
        if (job->fault) std::rethrow_exception(job->fault);
    }

    void lead() {
        std::unique_lock guard(jobsMutex_);
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

    /// Where it fails, each job is done again alone, so that only the guilty one fails.
    void commit(const Jobs& jobs) {
        const std::exception_ptr fault = attempt(jobs);
        if (fault && jobs.size() > 1) {
            for (const auto& job : jobs) commit({job});
        } else {
            for (const auto& job : jobs) job->fault = fault;
        }
    }

    std::exception_ptr attempt(const Jobs& jobs) {
        Rows rows;
        try {
            {
                const std::lock_guard front(frontMutex_);
                for (const auto& job : jobs) job->work(rows);
            }
            if (!rows.empty()) keep(rows);
            return nullptr;
        } catch (const std::exception&) {
            forget(rows);
            return std::current_exception();
        }
    }

    /// Decides what becomes of a message, with frontMutex_ held.
    Stored plan(const Incoming& m, const std::string& sha256, Rows& rows) {
        SpoolRow row{.message = m, .id = {}, .sha256 = sha256, .duplicateOf = {}, .receivedMs = nowMs()};
        Stored stored{"", false, m.answer, sha256};
        if (m.part) {
            rows.push_back(std::move(row));
            return {};
        }
        stored.id = row.id = freshUuid();
        if (auto earlier = m.state == MessageState::Complete ? findEqual(m, row) : std::nullopt) {
            row.duplicateOf = stored.id = std::move(earlier->id);
            stored.duplicate = true;
            if (!m.controlId.empty()) {
                stored.answer = std::move(earlier->answer);
                row.id.clear();
            }
        }
        if (row.id.empty() && m.transfer.empty()) return stored;
        known_.add(row);
        rows.push_back(std::move(row));
        return stored;
    }

    std::optional<KnownMessages::Known> findEqual(const Incoming& m, const SpoolRow& row) {
        const bool always = !m.controlId.empty() || m.foreverUnique;
        return known_.find(m, row.sha256, always ? 0 : row.receivedMs - settings_.duplicateWindow.count());
    }

    void forget(const Rows& rows) {
        const std::lock_guard front(frontMutex_);
        for (const SpoolRow& row : rows) known_.forget(row);
    }

    /// In the journal; what is too large for it goes straight into the database, behind all that came before it.
    void keep(const Rows& rows) {
        if (append(rows)) return;
        const std::lock_guard database(databaseMutex_);
        settleAll();
        if (append(rows)) return;
        database_.transaction([&] { database_.insert(rows); });
        forget(rows);
    }

    /// False where there is no room, or the database takes nothing: then no more is promised for it.
    bool append(const Rows& rows) {
        std::size_t bytes = 0;
        for (const SpoolRow& row : rows) bytes += row.message.bytes.size();
        if (!hasJournals() || bytes >= settings_.journal) return false;
        std::string entry = encode(rows);
        const std::lock_guard guard(frontMutex_);
        Front& front = active();
        if (databaseFails_ || !front.journal->hasRoomFor(entry.size())) return false;
        front.journal->append(entry);
        front.entries.push_back(std::move(entry));
        front.pending += std::ranges::count_if(
            rows, [](const SpoolRow& row) { return !row.id.empty() && row.duplicateOf.empty(); });
        if (front.entries.size() == 1 || isHalfFull()) filled_.notify_one();
        return true;
    }

    [[nodiscard]] bool hasJournals() const { return fronts_[0].journal.has_value(); }
    [[nodiscard]] Front& active() { return fronts_[active_]; }
    [[nodiscard]] bool isHalfFull() { return active().journal->filled() >= settings_.journal / 2; }

    void settle() {
        const std::lock_guard database(databaseMutex_);
        settleAll();
    }

    [[nodiscard]] std::exception_ptr trySettleAll() {
        try {
            settleAll();
            return nullptr;
        } catch (const std::exception&) {
            return std::current_exception();
        }
    }

    /// All that has come is in the database when this returns. With databaseMutex_ held.
    void settleAll() {
        if (!hasJournals()) return;
        finish(fronts_[1 - active_]);  // where it could not be finished before
        {
            const std::lock_guard front(frontMutex_);
            if (active().entries.empty()) return;
            active_ = 1 - active_;
            active().journal->begin(++generation_);
        }
        finish(fronts_[1 - active_]);
    }

    /// Of the journal that nothing is added to.
    void finish(Front& front) {
        if (front.entries.empty()) return;
        const Rows rows = rowsOf(front.entries);
        try {
            database_.transaction([&] { database_.settle(front.journal->generation(), rows); });
        } catch (const std::exception&) {
            const std::lock_guard guard(frontMutex_);
            databaseFails_ = true;
            throw;
        }
        forget(rows);
        const std::lock_guard guard(frontMutex_);
        databaseFails_ = false;
        front.entries.clear();
        front.pending = 0;
    }

    /// What nobody asks for is settled soon all the same: so that there is room for what comes, and a database that takes
    /// nothing is known. The fault is told to those who store next.
    void settleInTime() {
        std::unique_lock front(frontMutex_);
        while (!stopping_) {
            filled_.wait(front, [this] { return stopping_ || !active().entries.empty(); });
            filled_.wait_for(front, settleWithin, [this] { return stopping_ || isHalfFull(); });
            front.unlock();
            try {
                settle();
                front.lock();
            } catch (const std::exception&) {
                front.lock();
                filled_.wait_for(front, pause, [this] { return stopping_; });
            }
        }
    }

    FolderLock lock_;
    SpoolSettings settings_;
    std::function<WallTime()> clock_;
    std::string notice_;

    std::mutex databaseMutex_;
    SpoolDatabase database_;
    std::uint64_t generation_ = 0;  ///< of the journals, the last one that was begun

    std::mutex frontMutex_;
    std::array<Front, 2> fronts_{};
    std::size_t active_ = 0;  ///< changed with both mutexes held
    KnownMessages known_;
    std::condition_variable filled_;
    bool databaseFails_ = false;  ///< the last time that something was to be settled
    bool stopping_ = false;

    std::mutex jobsMutex_;
    Jobs jobs_;
    bool leading_ = false;

    std::mutex newsMutex_;
    std::condition_variable arrived_;
    bool news_ = false;

    std::thread settler_;
};

Spool::Spool(const std::string& folder, SpoolSettings settings, std::function<WallTime()> clock)
    : impl_(std::make_unique<Impl>(folder, settings, std::move(clock))) {
}

Spool::~Spool() = default;

const std::string& Spool::notice() const {
    return impl_->notice();
}

std::vector<Stored> Spool::store(std::span<const Incoming* const> messages) {
    return impl_->store(messages);
}

Stored Spool::store(const Incoming& message) {
    const std::array one{&message};
    return std::move(store(one).front());
}

void Spool::recover(const std::string& transfer) {
    impl_->recover(transfer);
}

std::vector<SpooledMessage> Spool::pending(std::size_t count, std::size_t bytes) {
    return impl_->pending(count, bytes);
}

void Spool::markForwarded(const std::vector<std::string>& ids) {
    impl_->markForwarded(ids);
}

void Spool::markRefused(const std::string& id, const std::string& why) {
    impl_->markRefused(id, why);
}

void Spool::waitForMessage(std::chrono::milliseconds atMost) {
    impl_->waitForMessage(atMost);
}

void Spool::wake() {
    impl_->noteMessage();
}

SpoolCounts Spool::counts() {
    return impl_->counts();
}

void Spool::purge() {
    impl_->purge();
}

}  // namespace touchstone::instruments
