#pragma once
#include <optional>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

enum class FrameNumbers : std::uint8_t {
    Strict,   ///< modulo 8 as the standard says; anything else is answered NAK
    Lenient,  ///< any digit; for devices that number some frames out of sequence
};

struct AstmSettings {
    FrameNumbers numbers = FrameNumbers::Strict;
    std::size_t maxFrame = 64'000;       ///< LIS01-A2 6.3.1; the 247 bytes of E1381-95 are broken by many devices
    std::size_t maxMessage = 4'000'000;  ///< of all frames of a message
    std::chrono::milliseconds silence{30'000};  ///< 6.5.2.4: then what came so far is incomplete
    std::chrono::milliseconds lateEnd{
        100};  ///< how long CR LF may stay behind the checksum; some devices leave them out
};

/// The receiving side of ASTM E1381-95 / CLSI LIS01-A2.
///
/// Nothing acknowledged is lost: every accepted frame is an event whose bytes go to disk before its ACK goes out. To
/// store only whole messages would do for a sender that repeats the message from its H record, but LIS02-A2 4.2.1 lets
/// a sender go on after the last record that was acknowledged; then frames in memory alone would be lost by a crash.
/// The frame that ends the message (ETX, last record L) is stored with the whole message in one step before its ACK,
/// so a sender that forgets the message there may do so. Frames of a transfer that broke off stay as an incomplete
/// message. A message whose text does not begin with an H record has no L to wait for and ends at EOT.
///
/// The bytes of a message are its accepted frames from the first STX on, as received; repeated frames are left out.
class AstmReceiver final : public Link {
public:
    explicit AstmReceiver(AstmSettings settings = {}) : settings_(settings) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;

private:
    enum class State : std::uint8_t { Neutral, Waiting, Text, Checksum, Tail };

    void take(char byte);
    void takeNeutral(char byte);
    void takeWaiting(char byte);
    void takeText(char byte);
    void takeChecksum(char byte);
    void takeTail(char byte);
    void finishFrame();
    void reject(std::string_view why);
    [[nodiscard]] std::string_view faultOf(std::string_view body) const;
    void acceptFrame(std::string_view body);
    void followRecords(std::string_view text);
    void beginSession();
    void endSession(bool properly, std::string_view why);
    void keepStray(char byte);
    void flushStray(std::string_view why);
    void forgetMessage();
    void reply(char byte);
    [[nodiscard]] std::vector<LinkEvent> taken();

    AstmSettings settings_;
    State state_ = State::Neutral;
    Moment heard_{};
    Moment now_{};
    std::vector<LinkEvent> events_{};
    std::string stray_{};  ///< bytes outside frames since the last accepted one
    std::string frame_{};  ///< the frame being received, from STX on
    bool overlong_ = false;
    bool badChecksum_ = false;
    std::string rejected_{};  ///< the last frame answered NAK, until one is accepted
    std::string rejectedWhy_{};
    std::string message_{};  ///< accepted frames
    std::optional<char> expected_{};
    std::string lastBody_{};  ///< number, text and end mark of the last accepted frame
    char firstRecord_ = 0;
    char lastRecord_ = 0;
    bool atRecordStart_ = true;
};

/// E1381-95 6.3.3: sum of the bytes from the frame number to ETB or ETX, as two upper-case hex digits.
[[nodiscard]] std::string astmChecksum(std::string_view body);
/// One frame, ready to send. number counts from 1 and wraps by itself.
[[nodiscard]] std::string astmFrame(std::size_t number, std::string_view text, bool last);
/// Cuts a capture at its frames: each from STX to its line end. Empty when there is no frame in it.
[[nodiscard]] std::vector<std::string> splitAstmFrames(std::string_view capture);
/// Frames of bare E1394 records (ended by CR, LF or CR LF): one record per frame, long ones continued by ETB.
[[nodiscard]] std::vector<std::string> frameAstmRecords(std::string_view records, std::size_t maxText = 240);

struct AstmSenderSettings {
    std::chrono::milliseconds replyTimer{15'000};  ///< 6.5.2.1, 6.5.2.3
    std::chrono::milliseconds busyPause{10'000};   ///< 6.2.6: after ENQ was answered NAK
    int tries = 6;                                 ///< 6.5.1.2
};

/// The sending side: one message from ENQ to EOT. Bytes to send are returned; no I/O here.
class AstmSender {
public:
    enum class State : std::uint8_t { Establishing, Pausing, Sending, Done, Failed };

    explicit AstmSender(std::vector<std::string> frames, AstmSenderSettings settings = {})
        : frames_(std::move(frames)), settings_(settings) {}

    [[nodiscard]] std::string start(Moment now);
    [[nodiscard]] std::string receive(char byte, Moment now);
    [[nodiscard]] std::string tick(Moment now);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::size_t acknowledged() const { return next_; }  ///< frames

private:
    [[nodiscard]] std::string again();
    [[nodiscard]] std::string fail();

    std::vector<std::string> frames_;
    AstmSenderSettings settings_;
    State state_ = State::Establishing;
    std::size_t next_ = 0;
    int tried_ = 0;
    Moment since_{};
};

}  // namespace touchstone::instruments
