#include "instruments/transport/Link.h"

#include <algorithm>

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

bool worthKeeping(std::string_view stray) {
    return std::any_of(stray.begin(), stray.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20; });
}

}  // namespace touchstone::instruments
