#include "instruments/transport/Link.h"

#include <algorithm>
#include <utility>

namespace touchstone::instruments {

std::string_view name(MessageState state) {
    switch (state) {
        case MessageState::Complete:
            return "complete";
        case MessageState::Incomplete:
            return "incomplete";
        case MessageState::Unframed:
            return "unframed";
    }
    return "unframed";
}

std::vector<LinkEvent> Link::send(std::string id, std::string_view, Moment) {
    return {{.kind = LinkEvent::Kind::NotSent, .note = "nothing can be sent to this device", .id = std::move(id)}};
}

void Link::refused(const LinkEvent&) {
}

bool worthKeeping(std::string_view stray) {
    return std::any_of(stray.begin(), stray.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20; });
}

}  // namespace touchstone::instruments
