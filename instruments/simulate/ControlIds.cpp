#include "instruments/simulate/ControlIds.h"

#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::vector<std::string> astmFramesOf(const std::string& message) {
    std::vector<std::string> frames = splitAstmFrames(message);
    return frames.empty() ? frameAstmRecords(message) : frames;
}

std::string withFreshAstmId(const std::string& message, const std::string& id) {
    std::vector<std::string> frames = astmFramesOf(message);
    if (frames.empty()) return message;
    // The H record stands in the first frame: number, H, delimiters, H.3.
    std::string& frame = frames.front();
    const std::size_t end = frame.find_last_of(std::string{control::etx, control::etb});
    if (end == std::string::npos || frame.size() < 8 || frame[2] != 'H') return message;
    std::string text = frame.substr(2, end - 2);
    const char delimiter = text[1];
    const std::size_t begin = text.find(delimiter, 2);
    if (begin == std::string::npos) return message;
    const std::size_t stop = text.find(delimiter, begin + 1);
    text.replace(begin + 1, (stop == std::string::npos ? text.find('\r') : stop) - begin - 1, id);
    frame = astmFrame(static_cast<std::size_t>(frame[1] - '0'), text, frame[end] == control::etx);
    std::string whole;
    for (const std::string& f : frames) whole += f;
    return whole;
}

std::string withFreshHl7Id(const std::string& message, const std::string& id) {
    const std::size_t begin = message.find("MSH");
    if (begin == std::string::npos || message.size() < begin + 8) return message;
    const char delimiter = message[begin + 3];
    std::size_t at = begin + 3;
    for (int field = 2; field < 10 && at != std::string::npos; ++field) at = message.find(delimiter, at + 1);
    if (at == std::string::npos) return message;
    const std::size_t end = message.find_first_of(std::string{delimiter, '\r', '\n'}, at + 1);
    return message.substr(0, at + 1) + id + (end == std::string::npos ? "" : message.substr(end));
}

}  // namespace touchstone::instruments
