#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// The link layers' time is handed to them, so that a test decides how late it is.
using Moment = std::chrono::steady_clock::time_point;

/// complete: the sender ended it properly. incomplete: it broke off; kept as evidence, not to be imported.
/// unframed: bytes that do not follow the link's rules; kept as they came.
enum class MessageState : std::uint8_t { Complete, Incomplete, Unframed };

[[nodiscard]] std::string_view name(MessageState state);

/// What a link wants done, in this order: first the bytes on disk, then the reply on the wire. Where the spool cannot
/// take them the refusal is sent instead of the reply, and the link is told by Link::refused().
struct LinkEvent {
    enum class Kind : std::uint8_t {
        Reply,    ///< nothing to store
        Part,     ///< one more accepted piece of a message that is still coming
        Message,  ///< a whole message; takes the place of the parts stored for it
        Sent,     ///< the other side has acknowledged all of the message `id` that was given to Link::send()
        NotSent,  ///< the message `id` was given up, note says why; who gave it decides whether to try again
    };
    Kind kind = Kind::Reply;
    std::string bytes{};                          ///< exactly as received
    MessageState state = MessageState::Complete;  ///< of a Message
    std::string note{};                           ///< why a Message is not complete or was NotSent, for people
    std::string reply{};                          ///< to send once the bytes are on disk; may be empty
    std::string refusal{};  ///< to send instead while nothing can be stored; empty where the link knows no such answer
    std::string id{};       ///< of a message that was Sent or NotSent; of a Message, the one that it answers
    bool awaited = false;   ///< the sender waits for an answer that only the format can word (HL7)

    friend bool operator==(const LinkEvent&, const LinkEvent&) = default;
};

/// One connection's link layer: a state machine that is fed bytes as they come, in pieces of any size, and does no I/O.
/// Not safe to share between threads. When the bytes of an event without a refusal cannot be stored, and the format
/// knows none either, the connection must be closed without the reply and the link thrown away: the sender then repeats
/// what was not acknowledged.
class Link {
public:
    virtual ~Link() = default;
    [[nodiscard]] virtual std::vector<LinkEvent> feed(std::string_view bytes, Moment now) = 0;
    /// To be called a few times a second: runs the timers.
    [[nodiscard]] virtual std::vector<LinkEvent> tick(Moment now) = 0;
    /// The connection is gone. What was to be sent and is not acknowledged is NotSent.
    [[nodiscard]] virtual std::vector<LinkEvent> close() = 0;
    /// Takes a message for the other side, to be sent in order and when the line allows it; the id is the caller's.
    /// Its outcome is Sent or NotSent, except where the answer is a message of its own (HL7): then the caller waits for
    /// that. A link of devices that only print gives NotSent.
    [[nodiscard]] virtual std::vector<LinkEvent> send(std::string id, std::string_view message, Moment now);
    /// The event's refusal was sent instead of its reply. So it is with every later event of the same call of feed()
    /// that has one; this is called for the first of them, after all of them.
    virtual void refused(const LinkEvent& event);
};

/// Whether bytes between messages are worth keeping: something other than line ends, NULs and stray control bytes.
[[nodiscard]] bool worthKeeping(std::string_view stray);

}  // namespace touchstone::instruments
