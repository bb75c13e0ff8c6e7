#include "instruments/transport/Mllp.h"

#include <utility>

#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::string mllpFrame(std::string_view message) {
    std::string block(1, control::vt);
    block += message;
    block += control::fs;
    block += control::cr;
    return block;
}

std::vector<LinkEvent> MllpReceiver::feed(std::string_view bytes, Moment now) {
    heard_ = now;
    for (const char byte : bytes) take(byte);
    return taken();
}

void MllpReceiver::take(char byte) {
    if (byte == control::vt) {
        breakOff("another block began inside this one");
        inside_ = true;
        overlong_ = false;
    } else if (inside_ && byte == control::fs) {
        inside_ = false;
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = std::exchange(bytes_, {}),
                           .state = overlong_ ? MessageState::Incomplete : MessageState::Complete,
                           .note = overlong_ ? "the message is larger than allowed" : "",
                           .awaited = true});
    } else if (bytes_.size() < maxMessage_) {
        bytes_.push_back(byte);
    } else {
        overlong_ = true;
    }
}

void MllpReceiver::breakOff(std::string_view why) {
    if (worthKeeping(bytes_)) {
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = bytes_,
                           .state = inside_ ? MessageState::Incomplete : MessageState::Unframed,
                           .note = inside_ ? std::string(why) : "bytes outside any block"});
    }
    bytes_.clear();
    inside_ = false;
}

std::vector<LinkEvent> MllpReceiver::tick(Moment now) {
    if (now - heard_ >= silence_) breakOff("the sender fell silent");
    return taken();
}

std::vector<LinkEvent> MllpReceiver::close() {
    breakOff("the connection was closed before the message ended");
    return taken();
}

std::vector<LinkEvent> MllpReceiver::taken() {
    return std::exchange(events_, {});
}

std::vector<LinkEvent> LineReceiver::feed(std::string_view bytes, Moment) {
    std::vector<LinkEvent> events;
    for (const char byte : bytes) {
        const bool end = byte == control::cr || byte == control::lf;
        if (!end) line_.push_back(byte);
        if ((end || line_.size() == maxLine_) && worthKeeping(line_)) {
            events.push_back({.kind = LinkEvent::Kind::Message,
                              .bytes = std::exchange(line_, {}),
                              .state = end ? MessageState::Complete : MessageState::Unframed,
                              .note = end ? "" : "the line is longer than allowed"});
        }
        if (end) line_.clear();
    }
    return events;
}

std::vector<LinkEvent> LineReceiver::tick(Moment) {
    return {};
}

std::vector<LinkEvent> LineReceiver::close() {
    if (!worthKeeping(line_)) return {};
    return {{.kind = LinkEvent::Kind::Message,
             .bytes = std::exchange(line_, {}),
             .state = MessageState::Incomplete,
             .note = "the connection was closed inside a line"}};
}

}  // namespace touchstone::instruments
