#pragma once
#include <deque>
#include <optional>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

enum class FrameNumbers : std::uint8_t {
    Strict,   ///< modulo 8 as the standard says; anything else is answered NAK
    Lenient,  ///< any digit; for devices that number some frames out of sequence
};

/// Who gives way when both ask for the line at a time: the computer, the instrument has priority (6.2.7).
enum class AstmRole : std::uint8_t { Host, Instrument };

struct AstmSending {
    AstmRole role = AstmRole::Host;
    std::size_t maxText = 240;                         ///< of a frame; LIS01-A2 allows 63,993, not every device does
    int tries = 6;                                     ///< of a frame and of the ENQ (6.5.1.2)
    std::chrono::milliseconds replyTimer{15'000};      ///< 6.5.2.1, 6.5.2.3
    std::chrono::milliseconds busyPause{10'000};       ///< 6.2.6: after ENQ was answered NAK
    std::chrono::milliseconds hostPause{20'000};       ///< 6.5.2.2: a host waits so long for the instrument's next ENQ
    std::chrono::milliseconds instrumentPause{1'000};  ///< 6.2.7.1: an instrument asks again
    std::chrono::milliseconds interruptPause{15'000};  ///< 6.3.5.3: after the receiver asked us to stop
};

struct AstmSettings {
    FrameNumbers numbers = FrameNumbers::Strict;
    std::size_t maxFrame = 64'000;       ///< LIS01-A2 6.3.1; the 247 bytes of E1381-95 are broken by many devices
    std::size_t maxMessage = 4'000'000;  ///< of all frames of a message
    std::chrono::milliseconds silence{30'000};  ///< 6.5.2.4: then what came so far is incomplete
    std::chrono::milliseconds lateEnd{
        100};  ///< how long CR LF may stay behind the checksum; some devices leave them out
    AstmSending sending{};
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
    void refused(const LinkEvent& event) override;

    /// Nobody is sending: the line may be asked for.
    [[nodiscard]] bool neutral() const { return state_ == State::Neutral; }
    [[nodiscard]] std::size_t ended() const { return ended_; }  ///< transfers so far

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
    bool refusing_ = false;   ///< the rest of this transfer: it could not be stored
    std::string rejected_{};  ///< the last frame answered NAK, until one is accepted
    std::string rejectedWhy_{};
    std::size_t ended_ = 0;
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

/// The sending side: one message from ENQ to EOT. Bytes to send are returned; no I/O here.
class AstmSender {
public:
    /// Pausing: the line is not ours for now; tick() asks for it when the pause is over.
    enum class State : std::uint8_t { Establishing, Pausing, Sending, Done, Failed };

    explicit AstmSender(std::vector<std::string> frames, AstmSending settings = {})
        : frames_(std::move(frames)), settings_(settings) {}

    [[nodiscard]] std::string start(Moment now);
    [[nodiscard]] std::string receive(char byte, Moment now);
    [[nodiscard]] std::string tick(Moment now);
    /// The other side has sent something and ended: a pause made for that is over (6.3.5.3).
    void otherSideEnded() {
        if (waitsForOther_) pause_ = {};
    }

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::size_t acknowledged() const { return next_; }  ///< frames
    [[nodiscard]] const std::string& why() const { return why_; }     ///< it Failed
    [[nodiscard]] bool toldToStop() const { return toldToStop_; }     ///< the last frame was answered EOT (6.3.5)

private:
    [[nodiscard]] std::string establish(char byte, Moment now);
    [[nodiscard]] std::string again(Moment now);
    [[nodiscard]] std::string interrupted(Moment now);
    void pause(std::chrono::milliseconds length, bool forOther, Moment now);
    [[nodiscard]] std::string fail(std::string why);

    std::vector<std::string> frames_;
    AstmSending settings_;
    State state_ = State::Pausing;
    std::size_t next_ = 0;
    int asked_ = 0;  ///< how often ENQ went out
    int tried_ = 0;  ///< how often the frame did
    Moment since_{};
    std::chrono::milliseconds pause_{};
    bool waitsForOther_ = false;
    bool toldToStop_ = false;
    std::string why_{};
};

/// One half-duplex line: receives as AstmReceiver does and sends what is given to it while nobody else does. Asking for
/// the line is left to tick(), so that it does not depend on how the bytes came in pieces.
class AstmLink final : public Link {
public:
    explicit AstmLink(AstmSettings settings = {}) : settings_(settings), receiver_(settings) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;
    /// The message is bare records, each ended by CR; the link cuts them into frames.
    [[nodiscard]] std::vector<LinkEvent> send(std::string id, std::string_view message, Moment now) override;
    void refused(const LinkEvent& event) override { receiver_.refused(event); }

private:
    struct Outgoing {
        std::string id;
        AstmSender sender;
    };

    [[nodiscard]] bool sending() const;
    void advance(const std::string& bytes, Moment now, std::vector<LinkEvent>& events);
    void noteOtherSide();

    AstmSettings settings_;
    AstmReceiver receiver_;
    std::deque<Outgoing> outgoing_{};
    std::size_t ended_ = 0;  ///< transfers of the other side that are known of
    std::optional<Moment> toldToStopAt_{};
};

}  // namespace touchstone::instruments
