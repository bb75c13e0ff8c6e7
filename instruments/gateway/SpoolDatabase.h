#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "instruments/gateway/Spool.h"
#include "instruments/gateway/SpoolRow.h"
#include "instruments/gateway/Sqlite.h"

namespace touchstone::instruments {

/// The spool's messages in SQLite (write-ahead log, synchronous=FULL): where they are looked for, forwarded from and kept
/// until their retention is over. What changes it belongs into a transaction. Used by one thread at a time; faults are
/// thrown as std::runtime_error.
class SpoolDatabase {
public:
    explicit SpoolDatabase(const std::string& path);

    /// All of the work is on disk when this returns; when it throws, nothing is.
    template <class Work>
    void transaction(Work work) {
        database_.execute("BEGIN IMMEDIATE");
        try {
            work();
            database_.execute("COMMIT");
        } catch (...) {
            rollBack();
            throw;
        }
    }

    void insert(const std::vector<SpoolRow>& rows);
    /// Up to which generation of the journals everything is in here.
    [[nodiscard]] std::uint64_t settled();
    /// All rows of a generation, unless they are in here: a commit may have failed only to say that it was done.
    void settle(std::uint64_t generation, const std::vector<SpoolRow>& rows);

    /// Parts of the transfer, or of all, become incomplete messages.
    void breakOff(const std::string& transfer, const std::string& why, std::int64_t nowMs);
    /// Throws where a message would not find room.
    void tryWriting();

    [[nodiscard]] std::vector<SpooledMessage> pending(std::size_t count, std::size_t bytes);
    void markForwarded(const std::vector<std::string>& ids, std::int64_t nowMs);
    void markRefused(const std::string& id, const std::string& why);
    [[nodiscard]] SpoolCounts counts();
    /// What was forwarded, or was a duplicate, before then.
    void purge(std::int64_t beforeMs);

private:
    void renewOlder();
    void insertMessage(const SpoolRow& row);
    void insertPart(const Incoming& part);
    void dropParts(const std::string& transfer);
    [[nodiscard]] std::int64_t countRows(const char* which);
    template <class Change>
    void count(Change change) {
        if (counts_) change(*counts_);
    }
    void rollBack() noexcept;

    Sqlite database_;
    std::optional<SpoolCounts> counts_{};  ///< once asked for; from then on changed with the rows, which are many
};

}  // namespace touchstone::instruments
