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

/// What a link wants done, in this order: first the bytes on disk, then the reply on the wire.
struct LinkEvent {
    enum class Kind : std::uint8_t {
        Reply,    ///< nothing to store
        Part,     ///< one more accepted piece of a message that is still coming
        Message,  ///< a whole message; takes the place of the parts stored for it
    };
    Kind kind = Kind::Reply;
    std::string bytes{};                          ///< exactly as received
    MessageState state = MessageState::Complete;  ///< of a Message
    std::string note{};                           ///< why a Message is not complete, for people
    std::string reply{};                          ///< to send once the bytes are on disk; may be empty
    bool awaited = false;  ///< the sender waits for an answer that only the format can word (HL7)

    friend bool operator==(const LinkEvent&, const LinkEvent&) = default;
};

/// One connection's link layer: a state machine that is fed bytes as they come, in pieces of any size, and does no I/O.
/// Not safe to share between threads. When an event's bytes cannot be stored the connection must be closed without
/// the reply and the link thrown away: the sender then repeats what was not acknowledged.
class Link {
public:
    virtual ~Link() = default;
    [[nodiscard]] virtual std::vector<LinkEvent> feed(std::string_view bytes, Moment now) = 0;
    /// To be called a few times a second: runs the timers.
    [[nodiscard]] virtual std::vector<LinkEvent> tick(Moment now) = 0;
    /// The connection is gone.
    [[nodiscard]] virtual std::vector<LinkEvent> close() = 0;
};

/// Whether bytes between messages are worth keeping: something other than line ends, NULs and stray control bytes.
[[nodiscard]] bool worthKeeping(std::string_view stray);

}  // namespace touchstone::instruments
