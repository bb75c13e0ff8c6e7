#include <cctype>
#include <utility>

#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::vector<LinkEvent> AstmReceiver::feed(std::string_view bytes, Moment now) {
    now_ = heard_ = now;
    for (const char byte : bytes) take(byte);
    return taken();
}

std::vector<LinkEvent> AstmReceiver::tick(Moment now) {
    now_ = now;
    if (state_ == State::Tail && now - heard_ >= settings_.lateEnd) finishFrame();
    if (now - heard_ >= settings_.silence) {
        if (state_ != State::Neutral) endSession(false, "the sender fell silent");
        flushStray("bytes outside any frame");
    }
    return taken();
}

std::vector<LinkEvent> AstmReceiver::close() {
    if (state_ == State::Tail) finishFrame();
    if (state_ != State::Neutral) endSession(false, "the connection was closed before the message ended");
    flushStray("bytes outside any frame");
    return taken();
}

std::vector<LinkEvent> AstmReceiver::taken() {
    return std::exchange(events_, {});
}

void AstmReceiver::reply(char byte) {
    LinkEvent event{.kind = LinkEvent::Kind::Reply, .reply = std::string(1, byte)};
    if (byte == control::ack) event.refusal = control::nak;
    events_.push_back(std::move(event));
}

void AstmReceiver::refused(const LinkEvent& event) {
    forgetMessage();
    stray_.clear();
    if (state_ == State::Neutral) return;
    if (event.kind == LinkEvent::Kind::Reply && state_ == State::Waiting) {
        state_ = State::Neutral;  // it was the ENQ; its sender asks again in 10 seconds (6.2.6)
    } else {
        refusing_ = true;
    }
}

void AstmReceiver::take(char byte) {
    switch (state_) {
        case State::Neutral:
            return takeNeutral(byte);
        case State::Waiting:
            return takeWaiting(byte);
        case State::Text:
            return takeText(byte);
        case State::Checksum:
            return takeChecksum(byte);
        case State::Tail:
            return takeTail(byte);
    }
}

void AstmReceiver::takeNeutral(char byte) {
    if (byte == control::enq) {
        flushStray("bytes outside any frame");
        beginSession();
    } else {
        keepStray(byte);
    }
}

void AstmReceiver::takeWaiting(char byte) {
    switch (byte) {
        case control::stx:
            frame_.assign(1, byte);
            overlong_ = badChecksum_ = false;
            state_ = State::Text;
            return;
        case control::eot:
            return endSession(true, "the sender ended the transfer before the L record");
        case control::enq:
            endSession(false, "the sender began again");
            return beginSession();
        default:
            keepStray(byte);
    }
}

void AstmReceiver::takeText(char byte) {
    // None of these may stand in a frame's text: the frame broke off and the link begins anew (6.6).
    if (byte == control::stx || byte == control::enq || byte == control::eot) {
        reject("a frame broke off");
        state_ = State::Waiting;
        return takeWaiting(byte);
    }
    const bool end = byte == control::etb || byte == control::etx;
    if (end || frame_.size() < settings_.maxFrame) {
        frame_.push_back(byte);
    } else {
        overlong_ = true;
    }
    if (end) state_ = State::Checksum;
}

void AstmReceiver::takeChecksum(char byte) {
    if (std::isxdigit(static_cast<unsigned char>(byte)) == 0) {
        badChecksum_ = true;
        state_ = State::Tail;
        return takeTail(byte);
    }
    frame_.push_back(byte);
    const char before = frame_[frame_.size() - 2];
    if (before != control::etb && before != control::etx) state_ = State::Tail;
}

void AstmReceiver::takeTail(char byte) {
    if (byte == control::lf || (byte == control::cr && frame_.back() != control::cr)) {
        frame_.push_back(byte);
        if (byte == control::lf) finishFrame();
        return;
    }
    finishFrame();
    take(byte);
}

void AstmReceiver::finishFrame() {
    state_ = State::Waiting;
    const std::size_t end = frame_.find_last_of(std::string{control::etb, control::etx});
    const std::string body = frame_.substr(1, end);  // number, text, end mark
    if (!overlong_ && !badChecksum_) {
        const std::string sum = astmChecksum(body);
        badChecksum_ = sum[0] != std::toupper(static_cast<unsigned char>(frame_[end + 1])) ||
                       sum[1] != std::toupper(static_cast<unsigned char>(frame_[end + 2]));
    }
    if (refusing_) return reply(control::nak);
    const std::string_view fault = faultOf(body);
    if (!fault.empty()) {
        reject(fault);
        return reply(control::nak);
    }
    if (body == lastBody_) return reply(control::ack);  // our ACK got lost: acknowledge again, keep once
    acceptFrame(body);
}

void AstmReceiver::reject(std::string_view why) {
    if (refusing_) return;  // what is refused is going to be repeated whole
    rejected_ = std::exchange(frame_, {});
    rejectedWhy_ = why;
}

std::string_view AstmReceiver::faultOf(std::string_view body) const {
    if (overlong_) return "a frame is longer than allowed";
    if (badChecksum_) return "a checksum is wrong";
    if (body.size() < 2 || body[0] < '0' || body[0] > '7') return "a frame has no number";
    if (body == lastBody_) return "";
    if (settings_.numbers == FrameNumbers::Strict && expected_ && body[0] != *expected_) {
        return "a frame number is out of sequence";
    }
    if (message_.size() + frame_.size() > settings_.maxMessage) return "the message is larger than allowed";
    return "";
}

void AstmReceiver::acceptFrame(std::string_view body) {
    lastBody_ = body;
    expected_ = static_cast<char>('0' + (body[0] - '0' + 1) % 8);
    rejected_.clear();
    stray_.clear();
    message_ += frame_;
    followRecords(body.substr(1, body.size() - 2));
    const bool last = body.back() == control::etx;
    if (last) atRecordStart_ = true;
    LinkEvent event{
        .kind = LinkEvent::Kind::Part, .reply = std::string(1, control::ack), .refusal = std::string(1, control::nak)};
    if (last && firstRecord_ == 'H' && lastRecord_ == 'L') {
        event.kind = LinkEvent::Kind::Message;
        event.bytes = message_;
        forgetMessage();
    } else {
        event.bytes = frame_;
    }
    events_.push_back(std::move(event));
}

void AstmReceiver::followRecords(std::string_view text) {
    for (const char c : text) {
        if (c == control::cr || c == control::lf) {
            atRecordStart_ = true;
        } else if (atRecordStart_) {
            lastRecord_ = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            if (firstRecord_ == 0) firstRecord_ = lastRecord_;
            atRecordStart_ = false;
        }
    }
}

void AstmReceiver::beginSession() {
    state_ = State::Waiting;
    refusing_ = false;
    expected_ = '1';
    lastBody_.clear();
    rejected_.clear();
    forgetMessage();
    reply(control::ack);
}

void AstmReceiver::endSession(bool properly, std::string_view why) {
    if (state_ != State::Waiting) reject("a frame broke off");
    if (!message_.empty()) {
        const bool ended = properly && rejected_.empty() && lastBody_.back() == control::etx;
        const bool unmarked = firstRecord_ != 'H';
        const bool complete = properly && (lastRecord_ == 'L' || (ended && unmarked));
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = message_,
                           .state = complete ? MessageState::Complete : MessageState::Incomplete,
                           .note = complete ? std::string() : std::string(why)});
    }
    if (!rejected_.empty()) {
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = std::exchange(rejected_, {}),
                           .state = MessageState::Unframed,
                           .note = rejectedWhy_});
    }
    flushStray("bytes outside any frame");
    forgetMessage();
    state_ = State::Neutral;
    ++ended_;
}

void AstmReceiver::keepStray(char byte) {
    if (stray_.size() < settings_.maxMessage) stray_.push_back(byte);
}

void AstmReceiver::flushStray(std::string_view why) {
    if (worthKeeping(stray_)) {
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = stray_,
                           .state = MessageState::Unframed,
                           .note = std::string(why)});
    }
    stray_.clear();
}

void AstmReceiver::forgetMessage() {
    message_.clear();
    firstRecord_ = lastRecord_ = 0;
    atRecordStart_ = true;
}

}  // namespace touchstone::instruments
