#include "instruments/gateway/SpoolDatabase.h"

#include <set>
#include <stdexcept>
#include <utility>

#include "instruments/gateway/Digest.h"

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
CREATE TABLE IF NOT EXISTS settled (generation INTEGER NOT NULL);
)";

const std::string trial = "trial";  // the transfer of what is only written to see whether it can be

constexpr const char* isPending = " forwarded_ms IS NULL AND refused IS NULL AND duplicate_of IS NULL ";

}  // namespace

SpoolDatabase::SpoolDatabase(const std::string& path) : database_(path) {
    // The log is copied into the database every 32 MB: more rarely than the default, as a burst of messages fills 4 MB
    // many times a second.
    database_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192;");
    database_.execute(schema);
    renewOlder();
}

/// Spools of earlier gateways have no commands, and another index.
void SpoolDatabase::renewOlder() {
    database_.execute("DROP INDEX IF EXISTS message_equal");
    auto select = database_.prepare("SELECT 1 FROM pragma_table_info('message') WHERE name = 'command'");
    if (!select.step()) database_.execute("ALTER TABLE message ADD COLUMN command INTEGER NOT NULL DEFAULT 0");
}

void SpoolDatabase::insert(const std::vector<SpoolRow>& rows) {
    std::set<std::string> whole;  // transfers whose message is here: what came of them before it need not be written
    for (const SpoolRow& row : rows) {
        if (!row.message.part && !row.message.transfer.empty()) whole.insert(row.message.transfer);
    }
    for (const SpoolRow& row : rows) {
        if (row.message.part) {
            if (!whole.contains(row.message.transfer)) insertPart(row.message);
            continue;
        }
        if (!row.id.empty()) insertMessage(row);
        if (!row.message.transfer.empty()) dropParts(row.message.transfer);
    }
}

void SpoolDatabase::insertMessage(const SpoolRow& row) {
    const Incoming& m = row.message;
    auto insert = database_.prepare(
        "INSERT INTO message (id, instrument, protocol, state, received_ms, sha256, control_id, note, answer, bytes,"
        " duplicate_of, command) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, row.id).bind(2, m.instrument).bind(3, m.protocol).bind(4, name(m.state)).bind(5, row.receivedMs);
    insert.bind(6, row.sha256).bind(7, m.controlId).bind(8, m.note).bindBlob(9, m.answer).bindBlob(10, m.bytes);
    if (!row.duplicateOf.empty()) insert.bind(11, row.duplicateOf);
    insert.bind(12, m.command);
    insert.step();
    count([&](SpoolCounts& counts) { ++(row.duplicateOf.empty() ? counts.pending : counts.duplicates); });
}

void SpoolDatabase::insertPart(const Incoming& part) {
    auto insert = database_.prepare("INSERT INTO part (transfer, instrument, protocol, bytes) VALUES (?, ?, ?, ?)");
    insert.bind(1, part.transfer).bind(2, part.instrument).bind(3, part.protocol).bindBlob(4, part.bytes).step();
}

void SpoolDatabase::dropParts(const std::string& transfer) {
    database_.prepare("DELETE FROM part WHERE transfer = ?").bind(1, transfer).step();
}

std::uint64_t SpoolDatabase::settled() {
    auto select = database_.prepare("SELECT generation FROM settled");
    return select.step() ? static_cast<std::uint64_t>(select.number(0)) : 0;
}

void SpoolDatabase::settle(std::uint64_t generation, const std::vector<SpoolRow>& rows) {
    if (generation <= settled()) return;
    insert(rows);
    database_.prepare("DELETE FROM settled").step();
    database_.prepare("INSERT INTO settled (generation) VALUES (?)").bind(1, static_cast<std::int64_t>(generation)).step();
}

void SpoolDatabase::breakOff(const std::string& transfer, const std::string& why, std::int64_t nowMs) {
    std::vector<SpoolRow> broken;
    {
        auto select = database_.prepare(
            "SELECT transfer, instrument, protocol, bytes FROM part WHERE ?1 = '' OR transfer = ?1"
            " ORDER BY transfer, seq");
        select.bind(1, transfer);
        while (select.step()) {
            if (broken.empty() || broken.back().message.transfer != select.text(0)) {
                broken.push_back({.message = {.instrument = select.text(1),
                                              .protocol = select.text(2),
                                              .state = MessageState::Incomplete,
                                              .note = why,
                                              .transfer = select.text(0)},
                                  .id = freshUuid(),
                                  .receivedMs = nowMs});
            }
            broken.back().message.bytes += select.text(3);
        }
    }
    for (SpoolRow& row : broken) row.sha256 = sha256Hex(row.message.bytes);
    insert(broken);
}

void SpoolDatabase::tryWriting() {
    insertPart({.bytes = std::string(4'096, ' '), .transfer = trial});
    dropParts(trial);
}

std::vector<SpooledMessage> SpoolDatabase::pending(std::size_t count, std::size_t bytes) {
    auto select = database_.prepare(
        std::string("SELECT id, instrument, protocol, received_ms, state, sha256, bytes, command FROM message WHERE") +
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

void SpoolDatabase::markForwarded(const std::vector<std::string>& ids, std::int64_t nowMs) {
    for (const std::string& id : ids) {
        auto update = database_.prepare(std::string("UPDATE message SET forwarded_ms = ? WHERE id = ? AND") + isPending +
                                        "RETURNING 1");
        if (!update.bind(1, nowMs).bind(2, id).step()) continue;
        count([](SpoolCounts& counts) { --counts.pending, ++counts.forwarded; });
    }
}

void SpoolDatabase::markRefused(const std::string& id, const std::string& why) {
    auto update = database_.prepare(std::string("UPDATE message SET refused = ? WHERE id = ? AND") + isPending +
                                    "RETURNING 1");
    if (!update.bind(1, why).bind(2, id).step()) return;
    count([](SpoolCounts& counts) { --counts.pending, ++counts.refused; });
}

SpoolCounts SpoolDatabase::counts() {
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

std::int64_t SpoolDatabase::countRows(const char* which) {
    auto select = database_.prepare(std::string("SELECT count(*) FROM message WHERE") + which);
    select.step();
    return select.number(0);
}

void SpoolDatabase::purge(std::int64_t beforeMs) {
    database_
        .prepare("DELETE FROM message WHERE forwarded_ms < ?1 OR (duplicate_of IS NOT NULL AND received_ms < ?1)")
        .bind(1, beforeMs)
        .step();
    counts_.reset();
}

void SpoolDatabase::rollBack() noexcept {
    counts_.reset();
    try {
        database_.execute("ROLLBACK");
    } catch (const std::exception&) {
        // SQLite has rolled back by itself where the disk failed; the fault that led here is the one to report.
    }
}

}  // namespace touchstone::instruments
