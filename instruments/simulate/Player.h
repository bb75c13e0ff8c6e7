#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "instruments/simulate/Faults.h"
#include "instruments/simulate/Site.h"

namespace touchstone::instruments {

struct Message {
    std::string name;  ///< of the file, or of what was generated
    std::string bytes;
    std::string id{};  ///< its control id, where it was made for this message
};

struct Played {
    bool acknowledged = false;
    double milliseconds = 0;
    std::string note;  ///< what went wrong, or the answer's code
};

/// An instrument that has something to say: one connection, kept from message to message.
class Player {
public:
    virtual ~Player() = default;
    /// again: the same message as before, which was not acknowledged.
    [[nodiscard]] virtual Played play(const Message& message, bool again) = 0;
    /// All of them in one write where the protocol can have it so; else one after the other.
    [[nodiscard]] virtual std::vector<Played> playJoined(const std::vector<Message>& messages);
};

/// What all protocols need; each adds its own.
struct PlaySettings {
    Opener open{};
    FaultSettings faults{};
    std::chrono::milliseconds patience{15'000};  ///< with an answer
    std::uint64_t connection = 0;                ///< a number of its own, for faults by chance
};

/// Captures of frames as they are and bare records in frames of their own, between ENQ and EOT. Joined: a transfer in
/// one write, the replies are counted.
[[nodiscard]] std::unique_ptr<Player> astmPlayer(PlaySettings settings);
/// Joined: blocks of several messages in one write.
[[nodiscard]] std::unique_ptr<Player> mllpPlayer(PlaySettings settings);

/// Lines of a text, each between begin and end (CR LF where none is said). Without an answer to wait for, what was
/// written counts as acknowledged.
struct LineWords {
    std::string begin{}, end{}, answer{};
};
[[nodiscard]] std::unique_ptr<Player> linePlayer(PlaySettings settings, LineWords words);

/// Files that are written in their place, as most instruments do. Acknowledged: archived by the gateway.
struct DropSettings {
    std::string folder;
    std::chrono::milliseconds slow{0};  ///< so long the writing takes
    std::string marker{};               ///< ".ok": a file of this name is put beside it at the end
};
[[nodiscard]] std::unique_ptr<Player> dropPlayer(PlaySettings settings, DropSettings drop);

/// Software that brings its files to the server by itself, as a gateway does (POST /api/v1/intake/messages). The same
/// bytes have the same UUID.
struct UploadSettings {
    std::string host;  ///< of the request's head
    std::string token;
    std::string instrument;  ///< its code at the server
};
[[nodiscard]] std::unique_ptr<Player> uploadPlayer(PlaySettings settings, UploadSettings upload);

}  // namespace touchstone::instruments
