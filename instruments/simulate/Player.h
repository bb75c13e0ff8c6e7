#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace touchstone::instruments {

struct PlaySettings {
    std::string host;
    std::uint16_t port = 0;
    bool split = false;                        ///< every byte in a write of its own
    bool join = false;                         ///< everything in one write, then the answers are waited for
    std::optional<std::size_t> badChecksum{};  ///< frame, from 1, that is wrong at its first sending
    std::optional<std::size_t> cutAfter{};     ///< frame, from 1, after whose acknowledgement the connection is cut
    std::chrono::milliseconds patience{15'000};
};

struct Played {
    bool acknowledged = false;
    double milliseconds = 0;
    std::string note;  ///< what went wrong, or the answer's code
};

/// An instrument: one connection, kept from message to message.
class Player {
public:
    virtual ~Player() = default;
    [[nodiscard]] virtual Played play(const std::string& message) = 0;
};

/// Plays captures of frames as they are and bare records in frames of their own.
[[nodiscard]] std::unique_ptr<Player> astmPlayer(const PlaySettings& settings);
[[nodiscard]] std::unique_ptr<Player> mllpPlayer(const PlaySettings& settings);

/// The message with a control id (H.3, MSH-10) that no other message has.
[[nodiscard]] std::string withFreshAstmId(const std::string& message, const std::string& id);
[[nodiscard]] std::string withFreshHl7Id(const std::string& message, const std::string& id);

}  // namespace touchstone::instruments
