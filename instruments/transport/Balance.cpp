#include "instruments/transport/Balance.h"

#include <utility>

#include "instruments/formats/Balance.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t maxLine = 1'000;

std::string wireForm(BalanceDialect dialect, char word) {
    if (dialect == BalanceDialect::Sics) return std::string(1, word) + "\r\n";
    const char code = word == 'S' ? 'P' : word == 'Z' ? 'V' : 'U';  // print, zero, tare
    return std::string("\x1B") + code + "\r\n";
}

}  // namespace

std::vector<LinkEvent> BalanceLink::send(std::string id, std::string_view command, Moment now) {
    now_ = now;
    if (command != "S" && command != "Z" && command != "T") {
        return {{.kind = LinkEvent::Kind::NotSent, .note = "a balance takes S, Z or T", .id = std::move(id)}};
    }
    commands_.push_back({std::move(id), command.front()});
    if (commands_.size() == 1) begin();
    return taken();
}

void BalanceLink::begin() {
    began_ = now_;
    ask();
    if (settings_.dialect == BalanceDialect::Sbi && commands_.front().word != 'S') end(LinkEvent::Kind::Sent, "");
}

void BalanceLink::ask() {
    asked_ = now_;
    answered_ = false;
    const std::string bytes = wireForm(settings_.dialect, commands_.front().word);
    events_.push_back({.kind = LinkEvent::Kind::Reply, .reply = bytes});
}

std::vector<LinkEvent> BalanceLink::feed(std::string_view bytes, Moment now) {
    now_ = now;
    for (const char byte : bytes) {
        if (byte == control::cr || byte == control::lf) {
            if (worthKeeping(line_)) takeLine(line_);
            line_.clear();
        } else if (line_.size() < maxLine) {
            line_.push_back(byte);
        }
    }
    return taken();
}

void BalanceLink::takeLine(const std::string& line) {
    const bool sics = settings_.dialect == BalanceDialect::Sics;
    const auto said = sics ? sicsLine(line) : sbiLine(line);
    if (!said) {
        if (!line.starts_with("I4 A")) keep(line, "");  // how SICS answers our cancelling
        return;
    }
    const bool error = said->command == "ES" || said->command == "ET" || said->command == "EL";
    const bool ours = !commands_.empty() && (!sics || error || said->command[0] == commands_.front().word);
    if (!ours) return keep(line, "");
    if (said->fault == "unstable") {
        answered_ = true;  // what was said is no result; the stable weight follows, or tick() asks again
        asked_ = now_;
        return;
    }
    answer(line, said->fault);
}

void BalanceLink::answer(const std::string& line, const std::string& fault) {
    if (commands_.front().word == 'S' || !fault.empty()) keep(line, commands_.front().id);
    end(fault.empty() ? LinkEvent::Kind::Sent : LinkEvent::Kind::NotSent, fault);
}

void BalanceLink::keep(const std::string& line, std::string id) {
    events_.push_back({.kind = LinkEvent::Kind::Message, .bytes = line, .id = std::move(id)});
}

void BalanceLink::end(LinkEvent::Kind outcome, std::string note) {
    events_.push_back({.kind = outcome, .note = std::move(note), .id = std::move(commands_.front().id)});
    commands_.pop_front();
    if (!commands_.empty()) begin();
}

std::vector<LinkEvent> BalanceLink::tick(Moment now) {
    now_ = now;
    if (commands_.empty()) return {};
    const bool sics = settings_.dialect == BalanceDialect::Sics;
    const bool weighs = commands_.front().word == 'S';
    const bool patient = weighs && (sics || answered_);
    if (now - began_ >= settings_.stableWait || (!patient && now - asked_ >= settings_.answerWait)) {
        if (sics) events_.push_back({.kind = LinkEvent::Kind::Reply, .reply = "@\r\n"});
        end(LinkEvent::Kind::NotSent, answered_ ? "unstable" : "no_answer");
    } else if (answered_ && now - asked_ >= (sics ? settings_.answerWait : settings_.askAgain)) {
        ask();
    }
    return taken();
}

std::vector<LinkEvent> BalanceLink::close() {
    if (worthKeeping(line_)) {
        events_.push_back({.kind = LinkEvent::Kind::Message,
                           .bytes = std::exchange(line_, {}),
                           .state = MessageState::Incomplete,
                           .note = "the connection was closed inside a line"});
    }
    for (Command& command : std::exchange(commands_, {})) {
        events_.push_back({.kind = LinkEvent::Kind::NotSent,
                           .note = "the connection was closed before it was answered",
                           .id = std::move(command.id)});
    }
    return taken();
}

std::vector<LinkEvent> BalanceLink::taken() {
    return std::exchange(events_, {});
}

}  // namespace touchstone::instruments
