#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/transport/Link.h"

namespace touchstone::instruments::test {

/// Feeds all of it in pieces of a size, without any time passing, and closes.
inline std::vector<LinkEvent> inPieces(Link& link, std::string_view bytes, std::size_t size, bool close = true) {
    std::vector<LinkEvent> events;
    const auto take = [&](std::vector<LinkEvent> more) { events.insert(events.end(), more.begin(), more.end()); };
    for (std::size_t at = 0; at < bytes.size(); at += size) take(link.feed(bytes.substr(at, size), Moment{}));
    if (close) take(link.close());
    return events;
}

inline std::string replies(const std::vector<LinkEvent>& events) {
    std::string all;
    for (const LinkEvent& event : events) all += event.reply;
    return all;
}

inline std::vector<LinkEvent> messages(const std::vector<LinkEvent>& events) {
    std::vector<LinkEvent> found;
    for (const LinkEvent& event : events) {
        if (event.kind == LinkEvent::Kind::Message) found.push_back(event);
    }
    return found;
}

}  // namespace touchstone::instruments::test
