#include "instruments/transport/Line.h"

#include <utility>

#include "instruments/transport/Control.h"

namespace touchstone::instruments {

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
