#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/intake/Command.h"

/// All SQL on commands to instruments.
namespace touchstone::intake {

[[nodiscard]] std::optional<InstrumentId> enabledInstrument(db::ReadTransaction& tx, const std::string& code);
/// Enabled ones, by id; unknown codes are left out.
[[nodiscard]] std::map<InstrumentId, std::string> enabledInstruments(db::ReadTransaction& tx, const std::vector<std::string>& codes);

/// A test as one instrument could do it.
struct Candidate {
    TestId test;
    SampleId sample;
    std::string sampleNumber;
    std::string status;
    std::string code;     ///< the instrument's; empty: it does not do this
    bool open = false;    ///< a command for it is open
};
/// In order of id; unknown ids are left out.
[[nodiscard]] std::vector<Candidate> candidates(db::ReadTransaction& tx, InstrumentId instrument, const std::vector<TestId>& tests);

struct NewCommand {
    InstrumentId instrument;
    SampleId sample;
    CommandKind kind = CommandKind::order;
    std::vector<std::pair<TestId, std::string>> tests;   ///< with the instrument's codes
};
/// Throws db::DuplicateKey "command_open" when one of the tests has an open command at the instrument.
[[nodiscard]] std::vector<CommandId> insertCommands(db::WriteTransaction& tx, const std::vector<NewCommand>& commands, PersonId person,
                                                    Instant at);

/// A command as it stands, locked.
struct LockedCommand {
    CommandId id;
    InstrumentId instrument;
    SampleId sample;
    CommandKind kind = CommandKind::order;
    CommandState state = CommandState::waiting;
    std::int64_t attempts = 0;
    std::string note;
    PersonId person;
    Instant madeAt;
    std::optional<Instant> takenAt, leasedUntil, sentAt, closedAt;
};
/// In order of id; unknown ids are left out.
[[nodiscard]] std::vector<LockedCommand> lockCommands(db::WriteTransaction& tx, const std::vector<CommandId>& ids);
/// Those that wait or whose lease has run out, oldest first; what another gateway is just taking is left out.
[[nodiscard]] std::vector<LockedCommand> lockTakeable(db::WriteTransaction& tx, const std::vector<InstrumentId>& instruments, Instant now,
                                                      std::int64_t most);
[[nodiscard]] bool anyTakeable(db::ReadTransaction& tx, const std::vector<InstrumentId>& instruments, Instant now);
/// Writes all but what a command is and who made it; frees the tests of those that are closed.
void updateCommands(db::WriteTransaction& tx, const std::vector<LockedCommand>& commands);

struct CommandTest {
    TestId test;
    std::string code;
    std::string item;
    std::string status;
};
struct CommandView {
    LockedCommand command;
    std::string instrument;
    std::string sample;
    std::string person;
    std::vector<CommandTest> tests;
};
struct CommandFilter {
    std::string instrument;
    std::optional<std::string> state = {};
    std::optional<std::string> sample = {};
    std::optional<std::int64_t> after = {};
    std::int64_t limit = 50;
};
/// Newest first.
[[nodiscard]] std::vector<CommandView> commandViews(db::ReadTransaction& tx, const CommandFilter& filter);
/// In order of id.
[[nodiscard]] std::vector<CommandView> commandViews(db::ReadTransaction& tx, const std::vector<CommandId>& ids);

struct OpenTest {
    std::string sample;
    std::string code;
    std::string item;
};
/// The waiting tests that the instrument can do, by sample: of the samples named, or of the oldest samples.
[[nodiscard]] std::vector<OpenTest> openTests(db::ReadTransaction& tx, InstrumentId instrument, const std::vector<std::string>& samples);
[[nodiscard]] std::vector<OpenTest> openTests(db::ReadTransaction& tx, InstrumentId instrument, std::int64_t mostSamples);

/// What a reading was asked for.
struct ReadingTarget {
    std::string instrument;
    std::string specimen;
    std::string code;
};
/// Of commands of kind read that were not cancelled; others are left out.
[[nodiscard]] std::map<CommandId, ReadingTarget> readingTargets(db::ReadTransaction& tx, const std::vector<CommandId>& ids);
/// Message and command, both there.
/// By message; messages that no command asked for are left out.
[[nodiscard]] std::map<std::int64_t, CommandId> contextsOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages);
void insertContexts(db::WriteTransaction& tx, const std::vector<std::pair<std::int64_t, CommandId>>& contexts);

}  // namespace touchstone::intake
