#include "server/intake/CommandService.h"

#include <algorithm>
#include <set>

#include "server/core/Json.h"

namespace touchstone::intake {
namespace {

/// Another server of the same database may have made a command: so often it is looked for.
constexpr std::chrono::seconds kLook{1};

FieldError fault(const std::string& path, std::size_t index, ErrorCode code, std::vector<std::string> arguments = {}) {
    return {path + "." + std::to_string(index), code, std::move(arguments), index};
}

/// Why a command of this kind cannot be made for the test; nothing when it can.
std::optional<FieldError> refusal(const Candidate& candidate, CommandKind kind, std::size_t index) {
    if (candidate.code.empty()) return fault("tests", index, ErrorCode::NotMeasured, {candidate.sampleNumber});
    if (candidate.open) return fault("tests", index, ErrorCode::UnderWay, {candidate.sampleNumber});
    if (kind != CommandKind::cancel && candidate.status != "waiting") {
        return fault("tests", index, ErrorCode::WrongState, {candidate.sampleNumber, candidate.status, "waiting"});
    }
    return std::nullopt;
}

std::string describe(const CommandView& view) {
    json::Writer out;
    out.beginObject().field("instrument", view.instrument).field("sample", view.sample).field("kind", name(view.command.kind));
    out.field("state", name(view.command.state)).key("tests").beginArray();
    for (const CommandTest& test : view.tests) out.integer(test.test.value);
    out.endArray().endObject();
    return out.take();
}

std::string describe(CommandState state, const std::string& note) {
    json::Writer out;
    out.beginObject().field("state", name(state)).field("note", note).endObject();
    return out.take();
}

audit::Entry change(const std::string& action, const LockedCommand& before, const LockedCommand& after,
                    const std::optional<std::string>& reason = std::nullopt) {
    return {action, "command", std::to_string(before.id.value), describe(before.state, before.note), describe(after.state, after.note), reason};
}

std::vector<CommandId> idsOf(const std::vector<LockedCommand>& commands) {
    std::vector<CommandId> ids;
    for (const LockedCommand& command : commands) ids.push_back(command.id);
    return ids;
}

/// Tests of one sample go out together; a reading is one value.
std::vector<NewCommand> grouped(InstrumentId instrument, CommandKind kind, const std::vector<Candidate>& chosen) {
    std::vector<NewCommand> out;
    for (const Candidate& candidate : chosen) {
        const bool together = kind != CommandKind::read && !out.empty() && out.back().sample == candidate.sample;
        if (!together) out.push_back({instrument, candidate.sample, kind, {}});
        out.back().tests.emplace_back(candidate.test, candidate.code);
    }
    return out;
}

}  // namespace

CommandService::Made CommandService::make(const Actor& actor, const std::string& instrument, CommandKind kind,
                                          const std::vector<TestId>& tests) {
    actor.require({Role::technician, Role::analyst});
    auto attempt = [&](db::WriteTransaction& tx) {
        const auto id = enabledInstrument(tx, instrument);
        if (!id) throw Error(ErrorCode::NotFound, {"instrument", instrument});
        std::map<TestId, Candidate> known;
        for (Candidate& candidate : candidates(tx, *id, tests)) known.emplace(candidate.test, std::move(candidate));
        Made made;
        std::vector<Candidate> chosen;
        std::set<TestId> seen;
        for (std::size_t i = 0; i < tests.size(); ++i) {
            const auto found = known.find(tests[i]);
            if (found == known.end()) {
                made.refused.push_back(fault("tests", i, ErrorCode::NotKnown, {std::to_string(tests[i].value)}));
            } else if (!seen.insert(tests[i]).second) {
                made.refused.push_back(fault("tests", i, ErrorCode::Duplicate));
            } else if (auto why = refusal(found->second, kind, i)) {
                made.refused.push_back(std::move(*why));
            } else {
                chosen.push_back(found->second);
            }
        }
        if (chosen.empty()) throw Error(ErrorCode::Invalid, {}, made.refused);
        std::stable_sort(chosen.begin(), chosen.end(), [](const Candidate& a, const Candidate& b) { return a.sample < b.sample; });
        made.commands = commandViews(tx, insertCommands(tx, grouped(*id, kind, chosen), actor.id, clock_.now()));
        std::vector<audit::Entry> entries;
        for (const CommandView& view : made.commands) {
            entries.push_back({"command.make", "command", std::to_string(view.command.id.value), {}, describe(view), {}});
        }
        trail_.append(tx, actor, entries);
        return made;
    };
    try {
        Made made = database_.write(attempt);
        {
            const std::lock_guard lock(mutex_);
            ++makings_;
        }
        made_.notify_all();
        return made;
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() == "command_open") throw Error(ErrorCode::Conflict);  // somebody sent one of them at the same moment
        throw;
    }
}

std::vector<CommandView> CommandService::list(const Actor& actor, const CommandFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        if (!enabledInstrument(tx, filter.instrument)) throw Error(ErrorCode::NotFound, {"instrument", filter.instrument});
        return commandViews(tx, filter);
    });
}

std::vector<CommandView> CommandService::cancel(const Actor& actor, const std::string& instrument, const std::vector<CommandId>& ids,
                                                const std::string& reason) {
    actor.require({Role::technician, Role::analyst});
    return database_.write([&](db::WriteTransaction& tx) {
        const auto at = enabledInstrument(tx, instrument);
        if (!at) throw Error(ErrorCode::NotFound, {"instrument", instrument});
        std::vector<LockedCommand> commands = lockCommands(tx, ids);
        std::erase_if(commands, [&](const LockedCommand& command) { return command.instrument != *at; });
        std::map<CommandId, const LockedCommand*> known;
        for (const LockedCommand& command : commands) known.emplace(command.id, &command);
        std::vector<FieldError> refused;
        std::set<CommandId> seen;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto found = known.find(ids[i]);
            const std::string id = std::to_string(ids[i].value);
            if (found == known.end()) {
                refused.push_back(fault("commands", i, ErrorCode::NotKnown, {id}));
            } else if (!seen.insert(ids[i]).second) {
                refused.push_back(fault("commands", i, ErrorCode::Duplicate));
            } else if (const LockedCommand& c = *found->second;
                       c.state != CommandState::waiting && !(c.kind == CommandKind::read && isOpen(c.state))) {
                refused.push_back(fault("commands", i, ErrorCode::WrongState, {id, std::string(name(c.state)), "waiting"}));
            }
        }
        if (!refused.empty()) throw Error(ErrorCode::Invalid, {}, refused);
        std::vector<audit::Entry> entries;
        for (LockedCommand& command : commands) {
            const LockedCommand before = command;
            command.state = CommandState::cancelled;
            command.closedAt = clock_.now();
            entries.push_back(change("command.cancel", before, command, reason));
        }
        updateCommands(tx, commands);
        auto views = commandViews(tx, idsOf(commands));
        trail_.append(tx, actor, entries);
        return views;
    });
}

std::vector<CommandView> CommandService::take(const Actor& actor, const Taking& taking) {
    actor.require({Role::instrument});
    const auto until = std::chrono::steady_clock::now() + taking.wait;
    while (true) {
        std::uint64_t seen = 0;
        {
            const std::lock_guard lock(mutex_);
            seen = makings_;
        }
        auto taken = takeNow(actor, taking);
        std::unique_lock lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (!taken.empty() || stopping_ || now >= until) return taken;
        const auto next = std::min(until, now + kLook);
        made_.wait_until(lock, next, [&] { return stopping_ || makings_ != seen; });
    }
}

std::vector<CommandView> CommandService::takeNow(const Actor& actor, const Taking& taking) {
    std::vector<InstrumentId> instruments;
    const bool any = database_.read([&](db::ReadTransaction& tx) {
        instruments.clear();
        for (const auto& [id, code] : enabledInstruments(tx, taking.instruments)) instruments.push_back(id);
        return anyTakeable(tx, instruments, clock_.now());
    });
    if (!any) return {};
    return database_.write([&](db::WriteTransaction& tx) {
        const Instant now = clock_.now();
        std::vector<LockedCommand> commands = lockTakeable(tx, instruments, now, taking.most);
        if (commands.empty()) return std::vector<CommandView>{};
        std::vector<audit::Entry> entries;
        for (LockedCommand& command : commands) {
            const LockedCommand before = command;
            command.state = CommandState::taken;
            command.takenAt = now;
            command.leasedUntil = now + taking.lease;
            ++command.attempts;
            entries.push_back(change("command.take", before, command));
        }
        updateCommands(tx, commands);
        auto views = commandViews(tx, idsOf(commands));
        trail_.append(tx, actor, entries);
        return views;
    });
}

std::vector<LockedCommand> CommandService::report(const Actor& actor, const std::vector<Outcome>& outcomes) {
    actor.require({Role::instrument});
    return database_.write([&](db::WriteTransaction& tx) {
        std::vector<CommandId> ids;
        for (const Outcome& outcome : outcomes) ids.push_back(outcome.id);
        std::map<CommandId, LockedCommand> known;
        for (LockedCommand& command : lockCommands(tx, ids)) known.emplace(command.id, std::move(command));
        const Instant now = clock_.now();
        std::set<CommandId> moved;
        std::vector<audit::Entry> entries;
        for (const Outcome& outcome : outcomes) {
            const auto found = known.find(outcome.id);
            if (found == known.end() || !moves(found->second.state, outcome.state)) continue;
            LockedCommand& command = found->second;
            const LockedCommand before = command;
            command.state = outcome.state;
            command.note = outcome.note;
            if (outcome.state == CommandState::sent) command.sentAt = now;
            if (!isOpen(outcome.state)) command.closedAt = now;
            if (outcome.state == CommandState::waiting) command.leasedUntil.reset();
            moved.insert(outcome.id);
            entries.push_back(change("command.outcome", before, command));
        }
        std::vector<LockedCommand> changed, all;
        for (const auto& [id, command] : known) {
            if (moved.contains(id)) changed.push_back(command);
            all.push_back(command);
        }
        if (changed.empty()) return all;
        updateCommands(tx, changed);
        trail_.append(tx, actor, entries);
        return all;
    });
}

std::vector<OpenTest> CommandService::query(const Actor& actor, const std::string& instrument, const std::vector<std::string>& specimens,
                                            bool all, std::int64_t limit) {
    actor.require({Role::instrument});
    return database_.read([&](db::ReadTransaction& tx) {
        const auto id = enabledInstrument(tx, instrument);
        if (!id) return std::vector<OpenTest>{};
        return all ? openTests(tx, *id, limit) : openTests(tx, *id, specimens);
    });
}

void CommandService::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    made_.notify_all();
}

}  // namespace touchstone::intake
