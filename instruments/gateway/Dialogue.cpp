#include "instruments/gateway/Dialogue.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/LocalDateTime.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "instruments/formats/AstmOrders.h"

namespace touchstone::instruments {
namespace {

constexpr std::int64_t kMostAttempts = 5;
/// To a balance's link: the weight once it stands still.
constexpr std::string_view kRead = "S";

void writeDurably(const std::string& path, std::string_view bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0664);
    if (file < 0) throw std::runtime_error("cannot write " + path);
    bool good = true;
    while (good && !bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        good = count > 0;
        if (good) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    good = good && ::fsync(file) == 0;
    if (::close(file) != 0 || !good) throw std::runtime_error("cannot write " + path);
}

}  // namespace

std::string_view name(Told told) {
    static constexpr std::array<std::string_view, 5> names{"waiting", "sent", "acknowledged", "rejected", "failed"};
    return names[static_cast<std::size_t>(told)];
}

std::string messageTime() {
    return Poco::DateTimeFormatter::format(Poco::LocalDateTime(), "%Y%m%d%H%M%S");
}

std::string messageId() {
    static std::atomic<std::uint32_t> count = 0;
    return Poco::DateTimeFormatter::format(Poco::Timestamp(), "%y%m%d%H%M%S") +
           std::to_string(10'000 + count++ % 10'000).substr(1);
}

Dialogue::Dialogue(std::string instrument, OrderSettings settings, Ask ask, Tell tell)
    : instrument_(std::move(instrument)), settings_(std::move(settings)), ask_(std::move(ask)), tell_(std::move(tell)) {}

bool Dialogue::ready() const {
    if (settings_.form == OrderSettings::Form::None) return false;
    if (settings_.form == OrderSettings::Form::Worklist) return true;
    const std::lock_guard guard(mutex_);
    return !opened_.empty() && std::chrono::steady_clock::now() >= restUntil_;
}

void Dialogue::post(Command command) {
    if (!settings_.names && settings_.form != OrderSettings::Form::Worklist) {
        for (Order::Test& test : command.order.tests) test.name.clear();
    }
    const bool reading = command.kind == Command::Kind::Read;
    if (reading != (settings_.form == OrderSettings::Form::Reading)) {
        return tell_(command.id, Told::Rejected, reading ? "the instrument cannot be read" : "the instrument takes no orders");
    }
    if (settings_.form == OrderSettings::Form::Worklist) return writeWorklist(command);
    std::unique_lock guard(mutex_);
    if (opened_.empty()) {
        guard.unlock();
        return tell_(command.id, Told::Waiting, "the instrument is not connected");
    }
    const auto isIt = [&](const Command& other) { return other.id == command.id; };
    const auto isOpen = [&](const auto& line) { return line.second.open && line.second.open->command == command.id; };
    if (std::ranges::any_of(commands_, isIt) || std::ranges::any_of(lines_, isOpen)) return;
    commands_.push_back(std::move(command));
}

/// Under another name until it is whole; the same command again gives the same file.
void Dialogue::writeWorklist(const Command& command) {
    const auto saysAct = [](const auto& column) { return column.field == WorklistTemplate::Field::Action; };
    if (command.order.act == Order::Act::Cancel && std::ranges::none_of(settings_.worklist.columns, saysAct)) {
        return tell_(command.id, Told::Rejected, "the worklist has no column that says what is cancelled");
    }
    const std::string file = "touchstone-" + std::to_string(command.id) + ".csv";
    const std::string path = settings_.worklistFolder + "/" + file;
    const std::string fresh = settings_.worklistFolder + "/." + file + ".new";
    try {
        writeDurably(fresh, worklist({command.order}, settings_.worklist));
        if (std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
    } catch (const std::exception& fault) {
        const bool again = command.attempts < kMostAttempts;
        return tell_(command.id, again ? Told::Waiting : Told::Failed, fault.what());
    }
    tell_(command.id, Told::Acknowledged, file);
}

void Dialogue::opened(Session session) {
    const std::lock_guard guard(mutex_);
    opened_.push_back(session);
    lines_[session] = {};
}

void Dialogue::closed(Session session) {
    std::vector<Verdict> back;
    {
        const std::lock_guard guard(mutex_);
        std::erase(opened_, session);
        if (const auto& open = lines_[session].open; open && open->command != 0) {
            back.push_back(unanswered(*open, "the connection ended before the answer"));
        }
        lines_.erase(session);
        if (opened_.empty()) {
            for (const Command& command : std::exchange(commands_, {})) {
                back.push_back({command.id, Told::Waiting, "the instrument is not connected"});
            }
        }
    }
    for (const Verdict& verdict : back) report(verdict);
}

Dialogue::Verdict Dialogue::unanswered(const Outgoing& letter, const std::string& why) {
    restUntil_ = std::chrono::steady_clock::now() + settings_.rest;
    return {letter.command, letter.attempts < kMostAttempts ? Told::Waiting : Told::Failed, why};
}

std::optional<Dialogue::Outgoing> Dialogue::outgoing(const Command& command) const {
    const Letterhead head{.id = messageId(), .now = messageTime()};
    const std::string id = "C" + std::to_string(command.id) + "." + head.id;
    switch (settings_.form) {
        case OrderSettings::Form::Astm:
            return Outgoing{{id, astmOrder(command.order, head, settings_.delimiters)}, command.id, command.attempts};
        case OrderSettings::Form::Hl7:  // its answer names MSH-10
            return Outgoing{{head.id, hl7Order(command.order, head, settings_.message)}, command.id, command.attempts};
        case OrderSettings::Form::Reading:
            return Outgoing{{id, std::string(kRead)}, command.id, command.attempts};
        case OrderSettings::Form::Worklist:
        case OrderSettings::Form::None:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Dialogue::Letter> Dialogue::next(Session session, Moment now) {
    std::optional<Letter> letter;
    std::optional<Verdict> sent;
    {
        const std::lock_guard guard(mutex_);
        Line& line = lines_[session];
        if (!line.answers.empty() && !line.answers.front().awaited) {  // the instrument waits for it whatever we wait for
            letter = std::move(line.answers.front().letter);
            line.answers.pop_front();
            return letter;
        }
        if (line.open) return std::nullopt;
        if (!line.answers.empty()) {
            line.open = std::move(line.answers.front());
            line.answers.pop_front();
        } else if (!commands_.empty() && !opened_.empty() && opened_.back() == session) {
            line.open = outgoing(commands_.front());
            commands_.pop_front();
        }
        if (!line.open) return std::nullopt;
        letter = line.open->letter;
        line.since = now;
        if (line.open->command != 0) sent = Verdict{line.open->command, Told::Sent, ""};
    }
    report(sent);
    return letter;
}

void Dialogue::settled(Session session, const std::string& letter, bool sent, const std::string& note) {
    std::optional<Verdict> verdict;
    {
        const std::lock_guard guard(mutex_);
        const auto line = lines_.find(session);
        if (line == lines_.end() || !line->second.open || line->second.open->letter.id != letter) return;
        if (sent && settings_.form == OrderSettings::Form::Hl7) return;  // its answer is a message of its own
        const Outgoing open = *std::exchange(line->second.open, std::nullopt);
        if (open.command == 0) return;
        // A reading is for a person who stands before the balance: it is not tried again behind his back.
        const bool final = settings_.form == OrderSettings::Form::Reading;
        verdict = sent    ? Verdict{open.command, Told::Acknowledged, ""}
                  : final ? Verdict{open.command, Told::Failed, note}
                          : unanswered(open, note);
    }
    report(verdict);
}

bool Dialogue::overdue(Session session, Moment now) const {
    if (settings_.form != OrderSettings::Form::Hl7) return false;
    const std::lock_guard guard(mutex_);
    const auto line = lines_.find(session);
    return line != lines_.end() && line->second.open && now - line->second.since >= settings_.patience;
}

bool Dialogue::hears(Session session, std::string_view message) {
    if (settings_.form != OrderSettings::Form::Hl7) return false;
    const auto outcome = readHl7Outcome(message);
    if (!outcome || readHl7Query(message)) return false;
    std::optional<Verdict> verdict;
    {
        const std::lock_guard guard(mutex_);
        const auto line = lines_.find(session);
        if (line == lines_.end() || !line->second.open || line->second.open->letter.id != outcome->id) return true;
        const Outgoing open = *std::exchange(line->second.open, std::nullopt);
        const Told told = outcome->accepted ? Told::Acknowledged : Told::Rejected;
        if (open.command != 0) verdict = Verdict{open.command, told, outcome->note};
    }
    report(verdict);
    return true;
}

std::int64_t Dialogue::readingOf(Session session, const std::string& letter) const {
    if (settings_.form != OrderSettings::Form::Reading || letter.empty()) return 0;
    const std::lock_guard guard(mutex_);
    const auto line = lines_.find(session);
    const bool known = line != lines_.end() && line->second.open && line->second.open->letter.id == letter;
    return known ? line->second.open->command : 0;
}

std::optional<Query> Dialogue::question(std::string_view message) const {
    if (!ask_) return std::nullopt;
    if (settings_.form == OrderSettings::Form::Astm) return readAstmQuery(message);
    return settings_.form == OrderSettings::Form::Hl7 ? readHl7Query(message) : std::nullopt;
}

void Dialogue::answer(Session session, std::string_view message, const Query& query) {
    auto orders = query.cancelled ? std::vector<Order>{} : ask_(instrument_, query);
    const QueryOutcome outcome = !orders           ? QueryOutcome::Error
                                 : orders->empty() ? QueryOutcome::NoInformation
                                                   : QueryOutcome::Answered;
    const Letterhead head{.id = messageId(), .now = messageTime()};
    std::vector<Order> found = orders.value_or(std::vector<Order>{});
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!settings_.names) std::ranges::for_each(found[i].tests, [](Order::Test& test) { test.name.clear(); });
        if (query.dialect == Query::Dialect::Qbp) found[i].id = "Q" + head.id + "." + std::to_string(i + 1);
    }
    const std::lock_guard guard(mutex_);
    std::deque<Outgoing>& answers = lines_[session].answers;
    if (query.dialect == Query::Dialect::Astm) {
        answers.clear();
        if (!query.cancelled) answers.push_back({{"Q." + head.id, astmAnswer(message, found, outcome, head)}});
        return;
    }
    const auto isToo = [&](const Outgoing& other) { return query.cancelled || other.specimens == query.specimens; };
    std::erase_if(answers, isToo);
    std::size_t count = 0;
    for (std::string& part : hl7Answer(message, found, outcome, head)) {
        const bool first = count == 0;
        std::string id = first ? head.id : head.id + "." + std::to_string(count);
        const auto at = first ? std::ranges::find(answers, true, &Outgoing::awaited) : answers.end();
        answers.insert(at, {{std::move(id), std::move(part)}, 0, 0, !first, query.specimens});
        ++count;
    }
}

void Dialogue::report(const std::optional<Verdict>& verdict) const {
    if (verdict) tell_(verdict->command, verdict->told, verdict->note);
}

}  // namespace touchstone::instruments
