#include "instruments/transport/Capture.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 11> names{{
    {"ENQ", control::enq},
    {"EOT", control::eot},
    {"STX", control::stx},
    {"ETX", control::etx},
    {"ETB", control::etb},
    {"VT", control::vt},
    {"SB", control::vt},  // as the standard of MLLP calls them
    {"FS", control::fs},
    {"EB", control::fs},
    {"CR", control::cr},
    {"LF", control::lf},
}};

struct Printed {
    char byte;
    std::size_t length;
};

/// A name in brackets, if the text begins with one.
std::optional<Printed> printedAt(std::string_view text) {
    const char close = text.starts_with('<') ? '>' : text.starts_with('[') ? ']' : '\0';
    const std::size_t end = close == '\0' ? std::string_view::npos : text.substr(0, 8).find(close);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view name = text.substr(1, end - 1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const auto* const found = std::ranges::find(names, name, &std::pair<std::string_view, char>::first);
    if (found == names.end()) return std::nullopt;
    return Printed{found->second, end + 1};
}

/// Takes a log character by character.
class Listener {
public:
    void hear(const Printed& printed) {
        const char c = printed.byte;
        const bool lineEnd = c == control::cr || c == control::lf;
        if (c == control::stx || c == control::vt) {
            place_ = Place::Inside;
        } else if (c == control::enq || c == control::eot) {
            place_ = Place::Between;
        } else if (place_ == Place::Between) {
            return;
        } else if (!lineEnd) {
            place_ = Place::Behind;
            checksum_ = c == control::fs ? 0 : 2;
            anyFrame_ = true;
        }
        bytes_ += c;
        afterLineEnd_ = lineEnd;
    }

    void hear(char c) {
        const bool lineEnd = c == control::cr || c == control::lf;
        if (place_ == Place::Behind && (lineEnd || checksum_-- == 0)) place_ = Place::Between;
        if (place_ == Place::Between) return;
        // Of a log's own line ends those count that stand for one of the message.
        if (!lineEnd || !afterLineEnd_) bytes_ += lineEnd ? control::cr : c;
        afterLineEnd_ = lineEnd;
    }

    [[nodiscard]] std::optional<std::string> heard() {
        return anyFrame_ ? std::optional(std::move(bytes_)) : std::nullopt;
    }

private:
    enum class Place : std::uint8_t { Between, Inside, Behind };

    std::string bytes_;
    Place place_ = Place::Between;
    std::size_t checksum_ = 0;  ///< characters of it that are still to come
    bool afterLineEnd_ = false;
    bool anyFrame_ = false;
};

/// What stands between each `begin` and the next `end`.
std::vector<std::string_view> between(std::string_view bytes, char begin, char end) {
    std::vector<std::string_view> parts;
    for (std::size_t at = bytes.find(begin); at != std::string_view::npos; at = bytes.find(begin, at + 1)) {
        const std::string_view rest = bytes.substr(at + 1);
        parts.push_back(rest.substr(0, rest.find_first_of(std::string{begin, end})));
    }
    return parts;
}

}  // namespace

std::optional<std::string> fromPrinted(std::string_view log) {
    const std::array<char, 4> themselves{control::stx, control::enq, control::vt, '\0'};
    if (log.find_first_of(std::string_view(themselves.data(), themselves.size())) != std::string_view::npos)
        return std::nullopt;
    Listener listener;
    while (!log.empty()) {
        const auto printed = printedAt(log);
        if (printed) {
            listener.hear(*printed);
        } else {
            listener.hear(log.front());
        }
        log.remove_prefix(printed ? printed->length : 1);
    }
    return listener.heard();
}

std::vector<std::string> capturedMessages(std::string_view bytes) {
    const std::string_view others("\0\x04\x06\x15\r\n ", 7);  // of the other side, and from before the first message
    const std::size_t first = bytes.find_first_not_of(others);
    const char begin = first == std::string_view::npos ? '\0' : bytes[first];
    std::vector<std::string> messages;
    if (begin == control::vt) {
        for (const std::string_view block : between(bytes, control::vt, control::fs)) messages.emplace_back(block);
    } else if (begin == control::enq) {
        for (const std::string_view session : between(bytes, control::enq, control::eot)) {
            if (session.find(control::stx) != std::string_view::npos) messages.emplace_back(session);
        }
    }
    if (messages.empty()) messages.emplace_back(bytes);
    return messages;
}

}  // namespace touchstone::instruments
