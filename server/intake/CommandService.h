#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/intake/CommandStore.h"

namespace touchstone::intake {

/// People send tests to instruments, gateways take them there and say what came of it. Thread-safe.
class CommandService {
public:
    CommandService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    /// A command for each sample, of a reading for each test. What the instrument does not do, what has a result already
    /// and what is under way there is refused by row; Error(Invalid) when nothing is left. Roles technician, analyst.
    struct Made {
        std::vector<CommandView> commands;
        std::vector<FieldError> refused;
    };
    [[nodiscard]] Made make(const Actor& actor, const std::string& instrument, CommandKind kind, const std::vector<TestId>& tests);
    /// Any of the staff. Error(NotFound) for an unknown instrument.
    [[nodiscard]] std::vector<CommandView> list(const Actor& actor, const CommandFilter& filter);
    /// What waits, and readings at any time before their end; anything else may have reached the instrument and needs a
    /// command of kind cancel: Error(Invalid) by row, and nothing is cancelled. Roles technician, analyst.
    [[nodiscard]] std::vector<CommandView> cancel(const Actor& actor, const std::string& instrument, const std::vector<CommandId>& ids,
                                                  const std::string& reason);

    /// Waits for commands up to `wait` and leases them. Role instrument.
    struct Taking {
        std::vector<std::string> instruments;
        std::chrono::seconds wait{0};
        std::chrono::seconds lease{60};
        std::int64_t most = 20;
    };
    [[nodiscard]] std::vector<CommandView> take(const Actor& actor, const Taking& taking);
    /// What a gateway says of a command: waiting (given back), sent, acknowledged, rejected, failed.
    struct Outcome {
        CommandId id;
        CommandState state = CommandState::failed;
        std::string note;
    };
    /// The state of each command as it stands then; unknown ones are left out. A word about what is closed changes
    /// nothing. Role instrument.
    [[nodiscard]] std::vector<LockedCommand> report(const Actor& actor, const std::vector<Outcome>& outcomes);
    /// The waiting tests of the specimens, or of the `limit` oldest samples, in the instrument's codes. Role instrument.
    [[nodiscard]] std::vector<OpenTest> query(const Actor& actor, const std::string& instrument, const std::vector<std::string>& specimens,
                                              bool all, std::int64_t limit);

    /// Those who wait in take are answered now; for the end of the server.
    void stop();

private:
    [[nodiscard]] std::vector<CommandView> takeNow(const Actor& actor, const Taking& taking);

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable made_;
    std::uint64_t makings_ = 0;
    bool stopping_ = false;
};

}  // namespace touchstone::intake
