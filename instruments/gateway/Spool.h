#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
[[nodiscard]] WallTime wallNow();
[[nodiscard]] std::string rfc3339(WallTime at);

/// A message on its way into the spool, or an acknowledged piece of one.
struct Incoming {
    std::string instrument{};  ///< code of the instrument, the dedupe scope
    std::string protocol{};    ///< astm, hl7, csv, unframed
    MessageState state = MessageState::Complete;
    std::string bytes{};
    std::string controlId{};
    std::string note{};
    std::string answer{};        ///< what is going to be answered; replayed when the message is repeated
    std::string transfer{};      ///< whose parts this message takes the place of; may be empty
    bool part = false;           ///< only a piece of the transfer, kept until the message comes that holds it
    std::int64_t command = 0;    ///< of the server, the reading that the message answers; 0: none
    bool foreverUnique = false;  ///< files: equal bytes are a duplicate however late
};

struct Stored {
    std::string id{};  ///< UUID of the message, of the first one where this was a repetition; a part has none
    bool duplicate = false;
    std::string answer{};
    std::string sha256{};
};

struct SpooledMessage {
    std::string id, instrument, protocol, receivedAt, state, sha256, bytes;
    std::int64_t command = 0;
};

struct SpoolCounts {
    std::int64_t pending = 0, forwarded = 0, duplicates = 0, refused = 0;
    std::string oldestPending;  ///< received_at, or empty
};

struct SpoolSettings {
    std::chrono::hours retention{7 * 24};                       ///< of forwarded messages
    std::chrono::milliseconds duplicateWindow{10 * 60 * 1000};  ///< for messages that carry no control id
    std::size_t journal = std::size_t{4} << 20U;                ///< bytes of each of the two; 0: there are none
};

/// The durable store between instruments and server. A call that returns has its bytes on disk: in a journal, which is
/// one short write, and from there within a tenth of a second in a SQLite database (write-ahead log, synchronous=FULL),
/// many at a time and before they are read. What is too large for the journal goes into the database at once; while the
/// database takes nothing, neither does the spool. Calls of many threads at a time are written together by one of them, so
/// that connections share a wait for the disk. Faults are thrown; nothing of the call is then in the spool. Safe to use
/// from many threads.
///
/// Repetitions: a complete message with a control id is known again by instrument, control id and SHA-256; it is not
/// stored twice and its first answer is given again. Without a control id equal bytes within the window are stored as a
/// duplicate that is not forwarded; readings of different commands may be equal and are none. A message with the same
/// control id but other bytes is a message of its own.
class Spool {
public:
    /// Creates the folder. Parts of transfers that a crash cut off become incomplete messages here.
    explicit Spool(const std::string& folder, SpoolSettings settings = {}, std::function<WallTime()> clock = wallNow);
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    /// What the operator should know: why it has no journals, though it should have. Or empty.
    [[nodiscard]] const std::string& notice() const;

    /// In order and in one transaction: all of them are on disk, or none is.
    [[nodiscard]] std::vector<Stored> store(std::span<const Incoming* const> messages);
    [[nodiscard]] Stored store(const Incoming& message);
    /// To be called after one of the two has failed, before anything is taken again: parts that are on disk of the
    /// transfer (may be empty) become an incomplete message. Throws as long as nothing can be written.
    void recover(const std::string& transfer);

    /// The oldest messages to forward: at least one if there is any, as many as fit into both limits.
    [[nodiscard]] std::vector<SpooledMessage> pending(std::size_t count, std::size_t bytes);
    void markForwarded(const std::vector<std::string>& ids);
    void markRefused(const std::string& id, const std::string& why);
    /// Waits until a message is stored or the time is over.
    void waitForMessage(std::chrono::milliseconds atMost);
    void wake();

    [[nodiscard]] SpoolCounts counts();
    /// Deletes what was forwarded longer ago than the retention.
    void purge();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
