#pragma once
#include <deque>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

enum class BalanceDialect : std::uint8_t { Sics, Sbi };

struct BalanceSettings {
    BalanceDialect dialect = BalanceDialect::Sics;
    std::chrono::milliseconds stableWait{40'000};  ///< for a stable weight; balances themselves give up before that
    std::chrono::milliseconds answerWait{3'000};   ///< for the answer to any other command, and to one question of SBI;
                                                   ///< SICS: for what follows a weight that was not stable
    std::chrono::milliseconds askAgain{300};       ///< SBI: after a weight that was not stable
};

/// A balance that is asked: MT-SICS or Sartorius SBI. send() takes the command: "S" for a stable weight, "Z" to zero,
/// "T" to tare. One is on its way at a time; the others wait.
///
/// A weight that is not stable is passed over, also where SICS says "S D" though it was asked for a stable one.
/// The line that answers "S" with a stable weight is a Message with the id of the command, followed by Sent. Whatever
/// else ends a command is NotSent, its note a fault of BalanceLine or "no_answer"; the line that tells so is a Message,
/// too. SBI does not answer to "Z" and "T". What a balance prints by itself is a Message without an id.
class BalanceLink final : public Link {
public:
    explicit BalanceLink(BalanceSettings settings = {}) : settings_(settings) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;
    [[nodiscard]] std::vector<LinkEvent> send(std::string id, std::string_view command, Moment now) override;

private:
    struct Command {
        std::string id;
        char word = 'S';
    };

    void takeLine(const std::string& line);
    void answer(const std::string& line, const std::string& fault);
    void end(LinkEvent::Kind outcome, std::string note);
    void keep(const std::string& line, std::string id);
    void begin();
    void ask();
    [[nodiscard]] std::vector<LinkEvent> taken();

    BalanceSettings settings_;
    Moment now_{};
    std::string line_{};
    std::deque<Command> commands_{};  ///< the first one is on its way
    Moment began_{}, asked_{};
    bool answered_ = false;  ///< by a weight that was not stable
    std::vector<LinkEvent> events_{};
};

}  // namespace touchstone::instruments
