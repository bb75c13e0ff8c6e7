#include "instruments/formats/AstmRecords.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "instruments/formats/Values.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

/// Where a capture was saved as text, other line ends stand for the CR that was sent and counted.
std::string withSentLineEnds(std::string_view text) {
    std::string sent;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool behindCr = i > 0 && text[i - 1] == control::cr;
        if (text[i] != control::lf) sent += text[i];
        if (text[i] == control::lf && !behindCr) sent += control::cr;
    }
    return sent;
}

/// A frame, from STX to its checksum.
struct Frame {
    std::string_view bytes;
    std::size_t offset;

    [[nodiscard]] char number() const { return bytes[1]; }
    [[nodiscard]] std::string_view text() const { return bytes.substr(2, bytes.size() - 5); }
    [[nodiscard]] char end() const { return bytes[bytes.size() - 3]; }
    [[nodiscard]] std::string_view counted() const { return bytes.substr(1, bytes.size() - 3); }
    [[nodiscard]] std::string checksum() const { return astmChecksum(counted()); }
    [[nodiscard]] bool isWhole() const {
        const auto isSame = [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; };
        const auto says = [&](const std::string& sum) {
            return std::ranges::equal(bytes.substr(bytes.size() - 2), sum, isSame);
        };
        return says(checksum()) || says(astmChecksum(withSentLineEnds(counted())));
    }
};

std::variant<std::vector<Frame>, Finding> framesOf(std::string_view bytes) {
    std::vector<Frame> frames;
    std::size_t at = bytes.find(control::stx);
    while (at != std::string_view::npos) {
        const std::size_t end = bytes.find_first_of(std::string{control::etx, control::etb}, at);
        if (end == std::string_view::npos || end - at < 2 || end + 2 >= bytes.size()) {
            return Finding{"not_astm", "a frame has no end, number or checksum", {at, bytes.size() - at}};
        }
        frames.push_back({bytes.substr(at, end + 3 - at), at});
        at = bytes.find(control::stx, end);
    }
    return frames;
}

/// Whether what follows a frame is the same frame once more: within one session, and of the same number. Devices that do not
/// count give the number of the frame before it, too; then nothing tells.
bool comesAgain(const Frame& frame, const Frame& next, std::string_view bytes, char before) {
    const std::size_t end = frame.offset + frame.bytes.size();
    const std::string_view between = bytes.substr(end, next.offset - end);
    const bool isOneSession = between.find_first_of(std::string{control::enq, control::eot}) == std::string_view::npos;
    return isOneSession && next.number() == frame.number() && frame.number() != before;
}

/// The texts of the frames, checksums verified; a frame that ends with ETX ends its record. In a capture a frame may come
/// more than once: again behind one that was damaged, or because its acknowledgement was lost (E1381, 6.5).
std::variant<AstmText, Finding> unframe(std::string_view bytes) {
    const auto found = framesOf(bytes);
    if (const auto* const fault = std::get_if<Finding>(&found)) return *fault;
    const auto& frames = std::get<std::vector<Frame>>(found);
    AstmText text;
    char before = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const Frame& frame = frames[i];
        const bool again = i + 1 < frames.size() && comesAgain(frame, frames[i + 1], bytes, before);
        if (!frame.isWhole()) {
            const Span span{frame.offset, frame.bytes.size()};
            if (!again) return Finding{"bad_checksum", "a frame's checksum is another one", span, frame.checksum()};
            if (text.warnings.empty()) text.warnings.push_back({"frame_damaged", "damaged frames are passed over: they came again", span});
            continue;
        }
        if (again && frames[i + 1].bytes == frame.bytes) continue;
        before = frame.number();
        text.pieces.emplace_back(frame.text(), frame.offset + 2);
        if (frame.end() == control::etx) text.pieces.emplace_back("\r", frame.offset + frame.bytes.size() - 3);
    }
    return text;
}

/// A logger that keeps the texts of frames only leaves CR LF where a frame ended: behind the CR of a record, or inside of
/// one, which is then in pieces. Nothing tells these places where records end with CR LF themselves.
AstmText joined(std::string_view bytes) {
    const std::size_t header = std::min(bytes.find_first_of("Hh"), bytes.size());
    const char field = header + 1 < bytes.size() ? bytes[header + 1] : '|';
    const auto goesOn = [&](std::string_view text) {
        const bool begins = text.size() > 1 && std::isalpha(static_cast<unsigned char>(text[0])) != 0 && text[1] == field;
        return !text.empty() && static_cast<unsigned char>(text[0]) >= ' ' && !begins;
    };
    AstmText text;
    std::size_t begin = 0;
    bool endWithCr = false;
    for (std::size_t at = 0; (at = bytes.find(control::cr, at)) != std::string_view::npos; ++at) {
        const std::string_view behind = bytes.substr(at + 1);
        const bool isPair = behind.starts_with(control::lf);
        endWithCr = endWithCr || !isPair;
        if (!isPair || at == 0 || bytes[at - 1] == control::cr || !goesOn(behind.substr(1))) continue;
        text.pieces.emplace_back(bytes.substr(begin, at - begin), begin);
        if (begin == 0) text.warnings.push_back({"record_joined", "records are cut by line ends and were joined", {at, 2}});
        begin = at + 2;
    }
    if (!endWithCr) return {{{std::string(bytes), 0}}};
    text.pieces.emplace_back(bytes.substr(begin), begin);
    return text;
}

std::optional<std::string> unescaped(std::string_view escape, const AstmDelimiters& d) {
    if (escape == "F") return std::string(1, d.field);
    if (escape == "S") return std::string(1, d.component);
    if (escape == "R") return std::string(1, d.repeat);
    if (escape == "E") return std::string(1, d.escape);
    if (escape == "H" || escape == "N") return "";
    if (escape.starts_with('X')) return hexText(escape.substr(1));
    return std::nullopt;
}

}  // namespace

std::optional<SaidDelimiters> astmDelimiters(std::string_view header) {
    const auto unfit = [](unsigned char c) { return std::isalnum(c) != 0 || c == ' ' || c >= 0x80; };  // or half a character
    if (header.size() < 5 || std::any_of(header.begin() + 1, header.begin() + 5, unfit)) return std::nullopt;
    const std::set<char> different(header.begin() + 1, header.begin() + 5);
    if (different.size() != 4) return SaidDelimiters{{.field = header[1]}, true};
    return SaidDelimiters{{header[1], header[2], header[3], header[4]}, false};
}

std::variant<AstmText, Finding> astmText(std::string_view bytes) {
    const std::size_t begin = bytes.find_first_not_of(control::beforeMessage);
    if (begin != std::string_view::npos && bytes[begin] == control::stx) return unframe(bytes);
    return joined(bytes);
}

std::string astmPlain(std::string_view field, const AstmDelimiters& d) {
    field = trimmed(field);
    if (field == "\"\"") return {};
    std::string result;
    while (!field.empty()) {
        const std::size_t begin = field.find(d.escape);
        const std::size_t end = begin == std::string_view::npos ? begin : field.find(d.escape, begin + 1);
        if (end == std::string_view::npos) return result += field;
        result += field.substr(0, begin);
        if (const auto known = unescaped(field.substr(begin + 1, end - begin - 1), d)) {
            result += *known;
            field.remove_prefix(end + 1);
        } else {  // not an escape: text that holds the escape character
            result += field.substr(begin, end - begin);
            field.remove_prefix(end);
        }
    }
    return result;
}

std::string astmEscaped(std::string_view text, const AstmDelimiters& d) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool edge = i == 0 || i + 1 == text.size();  // where a blank would be taken off, or `""` mean: delete
        const bool hidden = byte < 0x20 || byte == 0x7F || (edge && (c == ' ' || c == '"'));
        const char name = c == d.field ? 'F' : c == d.component ? 'S' : c == d.repeat ? 'R' : c == d.escape ? 'E' : '\0';
        if (name != '\0') {
            result.append(1, d.escape).append(1, name).append(1, d.escape);
        } else if (hidden) {
            result.append(1, d.escape).append("X").append(hexOf(c)).append(1, d.escape);
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace touchstone::instruments
