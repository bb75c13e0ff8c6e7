#include "instruments/transport/Line.h"

#include <utility>

#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::vector<LinkEvent> LineReceiver::feed(std::string_view bytes, Moment) {
    for (const char byte : bytes) take(byte);
    return std::exchange(events_, {});
}

void LineReceiver::take(char byte) {
    line_.push_back(byte);
    if (!settings_.begin.empty() && line_.ends_with(settings_.begin)) {
        line_.resize(line_.size() - settings_.begin.size());
        finish(inside_ ? MessageState::Incomplete : MessageState::Unframed,
               inside_ ? "another message began inside this one" : "bytes outside any message");
        inside_ = true;
    } else if (const std::size_t end = endOf(line_); end > 0 && (inside_ || settings_.begin.empty())) {
        line_.resize(line_.size() - end);
        finish(MessageState::Complete, "");
    } else if (line_.size() >= settings_.maxLine) {
        finish(MessageState::Unframed, "the line is longer than allowed");
    }
}

/// How many of its last bytes are the end of a message.
std::size_t LineReceiver::endOf(const std::string& line) const {
    if (!settings_.end.empty()) return line.ends_with(settings_.end) ? settings_.end.size() : 0;
    return line.back() == control::cr || line.back() == control::lf ? 1 : 0;
}

void LineReceiver::finish(MessageState state, std::string_view note) {
    inside_ = false;
    std::string bytes = std::exchange(line_, {});
    if (!worthKeeping(bytes)) return;
    events_.push_back({.kind = LinkEvent::Kind::Message,
                       .bytes = std::move(bytes),
                       .state = state,
                       .note = std::string(note),
                       .reply = state == MessageState::Complete ? settings_.answer : ""});
}

std::vector<LinkEvent> LineReceiver::tick(Moment) {
    return {};
}

std::vector<LinkEvent> LineReceiver::close() {
    const bool begun = inside_ || settings_.begin.empty();
    finish(begun ? MessageState::Incomplete : MessageState::Unframed,
           begun ? "the connection was closed inside a line" : "bytes outside any message");
    return std::exchange(events_, {});
}

}  // namespace touchstone::instruments
