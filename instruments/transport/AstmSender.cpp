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
    next_ = 0;
    tried_ = 0;
    ++asked_;
    return std::string(1, control::enq);
}

std::string AstmSender::receive(char byte, Moment now) {
    if (state_ == State::Establishing) return establish(byte, now);
    if (state_ != State::Sending) return {};
    if (byte != control::ack && byte != control::eot) return again(now);
    ++next_;
    tried_ = 0;
    toldToStop_ = byte == control::eot;
    if (toldToStop_ && next_ < frames_.size()) return interrupted(now);
    return again(now);
}

std::string AstmSender::establish(char byte, Moment now) {
    if (byte == control::ack) {
        state_ = State::Sending;
        return again(now);
    }
    if (byte == control::nak) {
        if (asked_ >= settings_.tries) return fail("the other side is busy");
        pause(settings_.busyPause, false, now);
    } else if (byte == control::enq) {
        const bool yields = settings_.role == AstmRole::Host;
        pause(yields ? settings_.hostPause : settings_.instrumentPause, yields, now);
        --asked_;  // nobody has refused us
    }
    return {};
}

std::string AstmSender::again(Moment now) {
    if (next_ == frames_.size()) {
        state_ = State::Done;
        return std::string(1, control::eot);
    }
    if (tried_ == settings_.tries) return fail("frame " + std::to_string(next_ + 1) + " was refused");
    ++tried_;
    since_ = now;
    return frames_[next_];
}

/// EOT acknowledges as ACK does and asks us to stop. The message has to be sent again whole, later (6.3.5).
std::string AstmSender::interrupted(Moment now) {
    if (asked_ >= settings_.tries) return fail("the other side interrupted again and again");
    pause(settings_.interruptPause, true, now);
    return std::string(1, control::eot);
}

void AstmSender::pause(std::chrono::milliseconds length, bool forOther, Moment now) {
    state_ = State::Pausing;
    since_ = now;
    pause_ = length;
    waitsForOther_ = forOther;
}

std::string AstmSender::fail(std::string why) {
    state_ = State::Failed;
    why_ = std::move(why);
    return std::string(1, control::eot);
}

std::string AstmSender::tick(Moment now) {
    if (state_ == State::Pausing) return now - since_ >= pause_ ? start(now) : std::string();
    const bool waiting = state_ == State::Establishing || state_ == State::Sending;
    if (!waiting || now - since_ < settings_.replyTimer) return {};
    return fail(state_ == State::Establishing ? "no reply to ENQ" : "no reply to frame " + std::to_string(next_ + 1));
}

}  // namespace touchstone::instruments
