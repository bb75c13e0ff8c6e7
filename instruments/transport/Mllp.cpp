#include "instruments/transport/Mllp.h"

#include <algorithm>
#include <utility>

#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

bool isMark(char c) {
    return c == control::vt || c == control::fs;
}

const std::string committed(1, control::ack);
const std::string notCommitted(1, control::nak);

}  // namespace

std::string mllpFrame(std::string_view message) {
    std::string block(1, control::vt);
    block += message;
    block += control::fs;
    block += control::cr;
    return block;
}

std::vector<LinkEvent> MllpLink::feed(std::string_view bytes, Moment now) {
    now_ = heard_ = now;
    while (!bytes.empty()) {
        const auto plain = static_cast<std::size_t>(std::ranges::find_if(bytes, isMark) - bytes.begin());
        keep(bytes.substr(0, plain));
        if (plain < bytes.size()) take(bytes[plain]);
        bytes.remove_prefix(std::min(plain + 1, bytes.size()));
    }
    return taken();
}

void MllpLink::take(char mark) {
    if (mark == control::vt) {
        breakOff("another block began inside this one");
        inside_ = true;
        overlong_ = false;
    } else if (inside_ && mark == control::fs) {
        endBlock();
    } else {
        keep({&mark, 1});  // an end where nothing began
    }
}

void MllpLink::keep(std::string_view plain) {
    const std::size_t room = settings_.maxMessage - bytes_.size();
    overlong_ = overlong_ || plain.size() > room;
    bytes_ += plain.substr(0, room);
}

void MllpLink::endBlock() {
    inside_ = false;
    if (settings_.commitBlocks && (bytes_ == committed || bytes_ == notCommitted)) {
        const bool good = std::exchange(bytes_, {}) == committed;
        return settle(good ? LinkEvent::Kind::Sent : LinkEvent::Kind::NotSent, good ? "" : "it was not committed");
    }
    LinkEvent event{.kind = LinkEvent::Kind::Message,
                    .bytes = std::exchange(bytes_, {}),
                    .state = overlong_ ? MessageState::Incomplete : MessageState::Complete,
                    .note = overlong_ ? "the message is larger than allowed" : "",
                    .awaited = true};
    if (settings_.commitBlocks) {
        event.reply = mllpFrame(overlong_ ? notCommitted : committed);
        event.refusal = mllpFrame(notCommitted);
    }
    events_.push_back(std::move(event));
}

void MllpLink::breakOff(std::string_view why) {
    if (worthKeeping(bytes_)) {
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = bytes_,
                           .state = inside_ ? MessageState::Incomplete : MessageState::Unframed,
                           .note = inside_ ? std::string(why) : "bytes outside any block"});
    }
    bytes_.clear();
    inside_ = false;
}

std::vector<LinkEvent> MllpLink::send(std::string id, std::string_view message, Moment now) {
    now_ = now;
    if (!settings_.commitBlocks) return {{.kind = LinkEvent::Kind::Reply, .reply = mllpFrame(message)}};
    outgoing_.push_back({std::move(id), mllpFrame(message)});
    if (outgoing_.size() == 1) sendFirst();
    return taken();
}

void MllpLink::sendFirst() {
    sentAt_ = now_;
    events_.push_back({.kind = LinkEvent::Kind::Reply, .reply = outgoing_.front().block});
}

void MllpLink::settle(LinkEvent::Kind outcome, std::string note) {
    if (outgoing_.empty()) return;  // the other side commits an answer of ours
    events_.push_back({.kind = outcome, .note = std::move(note), .id = std::move(outgoing_.front().id)});
    outgoing_.pop_front();
    if (!outgoing_.empty()) sendFirst();
}

std::vector<LinkEvent> MllpLink::tick(Moment now) {
    now_ = now;
    if (now - heard_ >= settings_.silence) breakOff("the sender fell silent");
    if (!outgoing_.empty() && now - sentAt_ >= settings_.silence) settle(LinkEvent::Kind::NotSent, "no commit came");
    return taken();
}

std::vector<LinkEvent> MllpLink::close() {
    breakOff("the connection was closed before the message ended");
    for (Outgoing& message : std::exchange(outgoing_, {})) {
        events_.push_back({.kind = LinkEvent::Kind::NotSent,
                           .note = "the connection was closed before it was committed",
                           .id = std::move(message.id)});
    }
    return taken();
}

std::vector<LinkEvent> MllpLink::taken() {
    return std::exchange(events_, {});
}

}  // namespace touchstone::instruments
