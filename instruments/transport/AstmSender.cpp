#include <utility>

#include "instruments/transport/Astm.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {

std::string astmChecksum(std::string_view body) {
    unsigned sum = 0;
    for (const char c : body) sum += static_cast<unsigned char>(c);
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[(sum >> 4) & 15], digits[sum & 15]};
}

std::string astmFrame(std::size_t number, std::string_view text, bool last) {
    std::string body(1, static_cast<char>('0' + number % 8));
    body += text;
    body += last ? control::etx : control::etb;
    return control::stx + body + astmChecksum(body) + "\r\n";
}

std::vector<std::string> splitAstmFrames(std::string_view capture) {
    std::vector<std::string> frames;
    std::size_t begin = capture.find(control::stx);
    while (begin != std::string_view::npos) {
        const std::size_t next = capture.find(control::stx, begin + 1);
        std::string frame(capture.substr(begin, next == std::string_view::npos ? next : next - begin));
        while (!frame.empty() && (frame.back() == control::eot || frame.back() == control::enq)) frame.pop_back();
        frames.push_back(std::move(frame));
        begin = next;
    }
    return frames;
}

std::vector<std::string> frameAstmRecords(std::string_view records, std::size_t maxText) {
    std::vector<std::string> frames;
    while (!records.empty()) {
        const std::size_t end = records.find_first_of("\r\n");
        std::string record(records.substr(0, end));
        records.remove_prefix(end == std::string_view::npos ? records.size() : end + 1);
        if (record.empty()) continue;
        record += control::cr;
        for (std::size_t at = 0; at < record.size(); at += maxText) {
            const bool last = at + maxText >= record.size();
            frames.push_back(astmFrame(frames.size() + 1, std::string_view(record).substr(at, maxText), last));
        }
    }
    return frames;
}

std::string AstmSender::start(Moment now) {
    since_ = now;
    state_ = State::Establishing;
    return std::string(1, control::enq);
}

std::string AstmSender::receive(char byte, Moment now) {
    since_ = now;
    if (state_ == State::Establishing) {
        if (byte == control::ack) {
            state_ = State::Sending;
            return again();
        }
        if (byte == control::nak) {
            if (++tried_ >= settings_.tries) return fail();
            state_ = State::Pausing;
        }
        return {};  // anything else, such as a contending ENQ, is answered by the receiver falling silent (6.2.7.1)
    }
    if (state_ != State::Sending) return {};
    // EOT acknowledges as ACK does and asks us to stop soon (6.3.5); with one message to send, soon is its end.
    if (byte != control::ack && byte != control::eot) return again();
    ++next_;
    tried_ = 0;
    return again();
}

std::string AstmSender::again() {
    if (next_ == frames_.size()) {
        state_ = State::Done;
        return std::string(1, control::eot);
    }
    if (tried_ == settings_.tries) return fail();
    ++tried_;
    return frames_[next_];
}

std::string AstmSender::fail() {
    state_ = State::Failed;
    return std::string(1, control::eot);
}

std::string AstmSender::tick(Moment now) {
    if (state_ == State::Pausing && now - since_ >= settings_.busyPause) return start(now);
    const bool waiting = state_ == State::Establishing || state_ == State::Sending;
    return waiting && now - since_ >= settings_.replyTimer ? fail() : std::string();
}

}  // namespace touchstone::instruments
