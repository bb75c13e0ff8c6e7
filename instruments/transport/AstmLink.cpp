#include <utility>

#include "instruments/transport/Astm.h"

namespace touchstone::instruments {

std::vector<LinkEvent> AstmLink::send(std::string id, std::string_view message, Moment) {
    std::vector<std::string> frames = frameAstmRecords(message, settings_.sending.maxText);
    if (frames.empty()) {
        return {{.kind = LinkEvent::Kind::NotSent, .note = "there is no record in the message", .id = std::move(id)}};
    }
    outgoing_.push_back({std::move(id), AstmSender(std::move(frames), settings_.sending)});
    return {};
}

bool AstmLink::sending() const {
    if (outgoing_.empty()) return false;
    const AstmSender::State state = outgoing_.front().sender.state();
    return state == AstmSender::State::Establishing || state == AstmSender::State::Sending;
}

std::vector<LinkEvent> AstmLink::feed(std::string_view bytes, Moment now) {
    std::vector<LinkEvent> events;
    while (!bytes.empty() && sending()) {
        advance(outgoing_.front().sender.receive(bytes.front(), now), now, events);
        bytes.remove_prefix(1);
    }
    if (bytes.empty()) return events;
    for (LinkEvent& event : receiver_.feed(bytes, now)) events.push_back(std::move(event));
    noteOtherSide();
    return events;
}

std::vector<LinkEvent> AstmLink::tick(Moment now) {
    std::vector<LinkEvent> events = receiver_.tick(now);
    noteOtherSide();
    if (toldToStopAt_ && now - *toldToStopAt_ >= settings_.sending.interruptPause) toldToStopAt_.reset();
    if (outgoing_.empty() || !receiver_.neutral() || toldToStopAt_) return events;
    advance(outgoing_.front().sender.tick(now), now, events);
    return events;
}

std::vector<LinkEvent> AstmLink::close() {
    std::vector<LinkEvent> events = receiver_.close();
    for (Outgoing& message : std::exchange(outgoing_, {})) {
        events.push_back({.kind = LinkEvent::Kind::NotSent,
                          .note = "the connection was closed before it was acknowledged",
                          .id = std::move(message.id)});
    }
    return events;
}

/// Once the other side has sent and ended, what we waited for has come.
void AstmLink::noteOtherSide() {
    if (ended_ == receiver_.ended()) return;
    ended_ = receiver_.ended();
    toldToStopAt_.reset();
    if (!outgoing_.empty()) outgoing_.front().sender.otherSideEnded();
}

/// Passes on what the sender wants to send; when it is through with its message that is news, too.
void AstmLink::advance(const std::string& bytes, Moment now, std::vector<LinkEvent>& events) {
    const AstmSender& sender = outgoing_.front().sender;
    LinkEvent event{.kind = LinkEvent::Kind::Reply, .reply = bytes};
    const bool done = sender.state() == AstmSender::State::Done;
    if (done || sender.state() == AstmSender::State::Failed) {
        event.kind = done ? LinkEvent::Kind::Sent : LinkEvent::Kind::NotSent;
        event.note = sender.why();
        event.id = std::move(outgoing_.front().id);
        if (sender.toldToStop()) toldToStopAt_ = now;
        outgoing_.pop_front();
    }
    if (event.kind != LinkEvent::Kind::Reply || !bytes.empty()) events.push_back(std::move(event));
}

}  // namespace touchstone::instruments
