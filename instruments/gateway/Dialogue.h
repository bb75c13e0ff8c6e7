#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/AstmRecords.h"
#include "instruments/formats/Hl7Orders.h"
#include "instruments/formats/Order.h"
#include "instruments/formats/Worklist.h"
#include "instruments/transport/Link.h"

namespace touchstone::instruments {

/// How an instrument takes orders.
struct OrderSettings {
    enum class Form : std::uint8_t { None, Astm, Hl7, Worklist, Reading };
    Form form = Form::None;
    AstmDelimiters delimiters{};
    Hl7OrderMessage message = Hl7OrderMessage::OmlO33;
    bool names = false;  ///< also the tests' names; many instruments take only their codes
    std::string worklistFolder{};
    WorklistTemplate worklist{};
    std::chrono::milliseconds patience{30'000};  ///< for the answer of HL7
    std::chrono::milliseconds rest{10'000};      ///< after a command that was not answered
};

/// What the server wants of an instrument.
struct Command {
    enum class Kind : std::uint8_t { Order, Read };
    std::int64_t id = 0;
    Kind kind = Kind::Order;
    std::int64_t attempts = 1;  ///< this one among them
    Order order{};
};

/// What came of it. Waiting gives it back: it is to come again.
enum class Told : std::uint8_t { Waiting, Sent, Acknowledged, Rejected, Failed };
[[nodiscard]] std::string_view name(Told told);

/// What is said to one instrument: orders, questions of a balance, and answers to its own questions. It has one thing on
/// the line at a time: the next goes out when the instrument has answered. What is not answered in time ends the
/// connection, so that a late answer cannot be taken for that to the next message; what answers nothing that was sent is
/// dropped. Safe to use from many threads; `tell` and `ask` are called without a lock.
class Dialogue {
public:
    /// Of the server; nothing when it cannot be reached.
    using Ask = std::function<std::optional<std::vector<Order>>(const std::string& instrument, const Query&)>;
    using Tell = std::function<void(std::int64_t command, Told, const std::string& note)>;
    using Session = const void*;

    Dialogue(std::string instrument, OrderSettings settings, Ask ask, Tell tell);

    /// Commands can go out now: an instrument is connected, or takes files.
    [[nodiscard]] bool ready() const;
    /// A command that is in hand already is left alone.
    void post(Command command);

    void opened(Session session);
    /// What was on the line and not answered is given back.
    void closed(Session session);

    struct Letter {
        std::string id;
        std::string bytes;
    };
    /// What is to be given to the session's link now, if anything.
    [[nodiscard]] std::optional<Letter> next(Session session, Moment now);
    /// The link says that a letter was acknowledged, or given up.
    void settled(Session session, const std::string& letter, bool sent, const std::string& note);
    /// Whether the answer is overdue: the session is to be ended.
    [[nodiscard]] bool overdue(Session session, Moment now) const;

    /// Whether the message is the answer to a letter (ACK, ORL) and nothing for the spool.
    [[nodiscard]] bool hears(Session session, std::string_view message);
    /// The command whose reading a message is that answers this letter; 0 for none.
    [[nodiscard]] std::int64_t readingOf(Session session, const std::string& letter) const;
    [[nodiscard]] std::optional<Query> question(std::string_view message) const;
    /// Asks the server and puts the answer behind what is on the line; what HL7 acknowledges it with goes before the orders
    /// that still wait. Dropped is what waits as an answer to the same question, and in ASTM, where an instrument has one
    /// question at a time, to any.
    void answer(Session session, std::string_view message, const Query& query);

private:
    struct Outgoing {
        Letter letter;
        std::int64_t command = 0;   ///< 0: part of an answer
        std::int64_t attempts = 0;
        bool awaited = true;        ///< something comes back for it
        std::vector<std::string> specimens{};  ///< of an answer: those that were asked for
    };
    struct Line {
        std::deque<Outgoing> answers;
        std::optional<Outgoing> open;   ///< on the line
        Moment since{};
    };
    struct Verdict {
        std::int64_t command;
        Told told;
        std::string note;
    };

    [[nodiscard]] std::optional<Outgoing> outgoing(const Command& command) const;
    void writeWorklist(const Command& command);
    void report(const std::optional<Verdict>& verdict) const;
    [[nodiscard]] Verdict unanswered(const Outgoing& letter, const std::string& why);

    std::string instrument_;
    OrderSettings settings_;
    Ask ask_;
    Tell tell_;
    mutable std::mutex mutex_;
    std::deque<Command> commands_;
    std::map<Session, Line> lines_;
    std::vector<Session> opened_;  ///< commands go to the last of them
    Moment restUntil_{};
};

/// MSH-10 of a message of ours, never twice and short enough that parts of an answer can be counted behind it.
[[nodiscard]] std::string messageId();
[[nodiscard]] std::string messageTime();

}  // namespace touchstone::instruments
