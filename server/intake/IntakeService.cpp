#include "server/intake/IntakeService.h"

#include "instruments/formats/AstmOrders.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7Orders.h"
#include "server/core/Json.h"

namespace touchstone::intake {
namespace {

constexpr std::chrono::seconds kRemember{5};
constexpr std::size_t kMostObservations = 20'000;
constexpr std::size_t kMostSpecimens = 10'000;  // of one query
constexpr int kMostRaces = 5;

/// Cuts at a character, for columns of limited width; the raw bytes keep the whole.
std::string clipped(const std::string& utf8, std::size_t most) {
    if (!isUtf8(utf8)) return "";
    std::size_t at = 0;
    for (std::size_t count = 0; at < utf8.size() && count < most; ++count) {
        ++at;
        while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80U) ++at;
    }
    return utf8.substr(0, at);
}

/// A message on its way: what was read of it, and why it is held as a whole, if it is.
struct Reading {
    const Message* message = nullptr;
    const Instrument* instrument = nullptr;
    instruments::Reading read;
    std::optional<std::string> reason;
    std::string detail;
};

bool isQuestion(const std::string& raw) {
    return instruments::readAstmQuery(raw).has_value() || instruments::readHl7Query(raw).has_value();
}

Reading readMessage(const Message& message, const std::map<std::string, Instrument>& known) {
    Reading out;
    out.message = &message;
    const auto found = known.find(message.instrument);
    if (found == known.end() || !found->second.enabled) {
        out.reason = reason::kUnknownInstrument;
        out.detail = message.instrument;
        return out;
    }
    out.instrument = &found->second;
    if (message.linkState != "complete") {
        out.reason = message.linkState == "incomplete" ? reason::kIncomplete : reason::kUnreadable;
        out.detail = "the link ended before the message did, or the bytes were not of the protocol";
        return out;
    }
    const auto mapping = instruments::Mapping::parse(found->second.mapping.empty() ? "{}" : found->second.mapping);
    if (const auto* wrong = std::get_if<instruments::Finding>(&mapping)) {
        out.reason = reason::kUnreadable;
        out.detail = "mapping of the instrument: " + wrong->message;
        return out;
    }
    out.read = instruments::read(found->second.protocol, message.raw, std::get<instruments::Mapping>(mapping));
    if (out.read.refused) {
        out.reason = reason::kUnreadable;
        out.detail = out.read.refused->code + ": " + out.read.refused->message;
        out.read.observations.clear();
    } else if (out.read.observations.empty() && isQuestion(message.raw)) {
        out.detail = "a question of the instrument, answered by the gateway";
    } else if (out.read.observations.empty()) {
        out.reason = reason::kNothingInIt;
    } else if (out.read.observations.size() > kMostObservations) {
        out.reason = reason::kTooLong;
        out.detail = std::to_string(out.read.observations.size()) + " observations";
        out.read.observations.clear();
    }
    return out;
}

/// What a balance says of no specimen is of the one it was asked for.
void place(Reading& reading, const std::map<CommandId, ReadingTarget>& targets) {
    if (!reading.message->command) return;
    const auto target = targets.find(*reading.message->command);
    if (target == targets.end() || target->second.instrument != reading.message->instrument) return;
    for (instruments::Observation& observation : reading.read.observations) {
        if (!observation.specimen.empty()) continue;
        observation.specimen = target->second.specimen;
        observation.code = target->second.code;
    }
}

std::map<CommandId, ReadingTarget> targetsOf(db::ReadTransaction& tx, const std::vector<Message>& messages) {
    std::vector<CommandId> commands;
    for (const Message& message : messages) {
        if (message.command) commands.push_back(*message.command);
    }
    return readingTargets(tx, commands);
}

/// The rows of one batch, gathered before anything is written.
class Batch {
public:
    explicit Batch(const std::map<CommandId, ReadingTarget>& targets) : targets_(targets) {}

    void add(const Reading& reading, Tests& tests) {
        NewMessage row = header(reading);
        std::int64_t ordinal = 0;
        for (const instruments::Observation& observation : reading.read.observations) {
            const Match found = match(observation, *reading.instrument, tests);
            observations_.push_back(line(observation, found, ordinal++));
            owners_.push_back(messages_.size());
            if (found.state == "imported") {
                ++row.imported;
                results_.push_back({*found.test, found.value, *found.judgement, std::nullopt, row.uid, std::nullopt});
                sources_.push_back(observations_.size() - 1);
            } else if (found.state == "held" && !row.reason) {
                row.reason = found.reason;
                row.detail = clipped(observation.specimen + " " + observation.code + " " + observation.value, 500);
            }
        }
        if (row.reason) row.state = row.imported > 0 ? "partly_held" : "held";
        messages_.push_back(std::move(row));
        const auto& command = reading.message->command;
        if (command && targets_.contains(*command)) contexts_.emplace_back(static_cast<std::int64_t>(messages_.size() - 1), *command);
    }

    void write(db::WriteTransaction& tx, const Actor& actor, testing::Recorder& recorder, const audit::Trail& trail, Instant now) {
        const auto messageIds = insertMessages(tx, messages_, actor.id, now);
        for (std::size_t i = 0; i < observations_.size(); ++i) observations_[i].message = messageIds[owners_[i]];
        for (auto& [message, command] : contexts_) message = messageIds[static_cast<std::size_t>(message)];
        insertContexts(tx, contexts_);
        const auto observationIds = insertObservations(tx, observations_);
        for (std::size_t i = 0; i < results_.size(); ++i) results_[i].observation = observationIds[sources_[i]];
        std::vector<audit::Entry> entries;
        entries.reserve(messages_.size() + results_.size());
        for (const NewMessage& message : messages_) {
            entries.push_back({"message.store", "message", message.uid, {}, describe(message), message.reason});
        }
        auto recorded = recorder.record(tx, actor, results_);
        std::move(recorded.begin(), recorded.end(), std::back_inserter(entries));
        trail.append(tx, actor, entries);
    }

private:
    static NewMessage header(const Reading& reading) {
        const Message& message = *reading.message;
        NewMessage row;
        row.uid = message.uid;
        if (reading.instrument != nullptr) row.instrumentId = reading.instrument->id.value;
        row.instrument = message.instrument;
        row.protocol = message.protocol;
        row.receivedAt = message.receivedAt;
        row.sha256 = message.sha256;
        row.raw = message.raw;
        row.controlId = clipped(reading.read.controlId, 64);
        row.state = "imported";
        row.reason = reading.reason;
        if (!reading.detail.empty()) row.detail = clipped(reading.detail, 500);
        row.observations = static_cast<std::int64_t>(reading.read.observations.size());
        return row;
    }

    static NewObservation line(const instruments::Observation& o, const Match& found, std::int64_t ordinal) {
        NewObservation row;
        row.ordinal = ordinal;
        row.specimen = clipped(o.specimen, 64);
        row.code = clipped(o.code, 64);
        row.value = clipped(o.value, 200);
        row.unit = clipped(o.unit, 32);
        row.flags = clipped(o.flags, 64);
        row.observedAt = clipped(o.observedAt, 40);
        row.spanOffset = static_cast<std::int64_t>(o.span.offset);
        row.spanLength = static_cast<std::int64_t>(o.span.length);
        row.state = found.state;
        row.reason = found.reason;
        if (found.test != nullptr) row.test = found.test->id.value;
        return row;
    }

    static std::string describe(const NewMessage& message) {
        json::Writer out;
        out.beginObject()
            .field("instrument", message.instrument)
            .field("sha256", toHex(message.sha256))
            .field("state", message.state)
            .field("observations", message.observations)
            .field("imported", message.imported)
            .endObject();
        return out.take();
    }

    const std::map<CommandId, ReadingTarget>& targets_;
    std::vector<NewMessage> messages_;
    std::vector<std::pair<std::int64_t, CommandId>> contexts_;  ///< index of the message, then its id
    std::vector<NewObservation> observations_;
    std::vector<std::size_t> owners_;      ///< index of the message of each observation
    std::vector<testing::NewResult> results_;
    std::vector<std::size_t> sources_;     ///< index of the observation of each result
};

}  // namespace

IntakeService::Instruments IntakeService::knownInstruments(db::ReadTransaction& tx) {
    const Instant now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        if (instruments_ && instrumentsUntil_ > now) return instruments_;
    }
    auto fresh = std::make_shared<const std::map<std::string, Instrument>>(intake::instruments(tx));
    const std::lock_guard lock(mutex_);
    instruments_ = fresh;
    instrumentsUntil_ = now + kRemember;
    return fresh;
}

std::vector<Receipt> IntakeService::bring(const Actor& actor, const std::vector<Message>& messages) {
    actor.require({Role::instrument});
    std::vector<std::string> uids;
    for (const Message& message : messages) uids.push_back(message.uid);
    auto attempt = [&](db::WriteTransaction& tx) {
        std::set<std::string> known = knownUids(tx, uids);
        const Instruments instruments = knownInstruments(tx);
        const auto targets = targetsOf(tx, messages);
        std::vector<Receipt> receipts;
        std::vector<Reading> readings;
        std::set<std::string> specimens;
        for (const Message& message : messages) {
            const bool duplicate = !known.insert(message.uid).second;
            receipts.push_back({message.uid, duplicate});
            if (duplicate) continue;
            readings.push_back(readMessage(message, *instruments));
            place(readings.back(), targets);
            for (const auto& observation : readings.back().read.observations) {
                if (!observation.specimen.empty() && observation.specimen.size() <= 64) specimens.insert(observation.specimen);
            }
        }
        if (readings.empty()) return receipts;
        Tests tests = testsOf(tx, specimens);
        Batch batch(targets);
        for (const Reading& reading : readings) batch.add(reading, tests);
        batch.write(tx, actor, recorder_, trail_, clock_.now());
        return receipts;
    };
    for (int race = 0;; ++race) {
        try {
            return database_.write(attempt);
        } catch (const db::DuplicateKey& duplicate) {
            // The same message came on another connection at once: now it is known.
            if (duplicate.key() != "message_uid" || race == kMostRaces) throw;
        }
    }
}

Tests IntakeService::testsOf(db::WriteTransaction& tx, const std::set<std::string>& specimens) {
    std::vector<testing::LockedTest> locked;
    std::set<std::string> samples;
    for (auto next = specimens.begin(); next != specimens.end();) {
        std::vector<std::string> numbers;
        while (next != specimens.end() && numbers.size() < kMostSpecimens) numbers.push_back(*next++);
        auto some = testing::lockTestsOfSamples(tx, numbers);
        std::move(some.begin(), some.end(), std::back_inserter(locked));
        samples.merge(knownSamples(tx, numbers));
    }
    std::vector<TestItemId> items;
    for (const testing::LockedTest& test : locked) items.push_back(test.item);
    return {locked, recorder_.items(tx, items), std::move(samples)};
}

std::vector<InstrumentView> IntakeService::instruments(const Actor& actor) {
    actor.require(kStaff);
    const Zone zone;
    const Instant today = std::chrono::time_point_cast<std::chrono::microseconds>(zone.dateOf(clock_.now())) - zone.offset;
    return database_.read([&](db::ReadTransaction& tx) { return instrumentViews(tx, today); });
}

std::vector<MessageView> IntakeService::list(const Actor& actor, const MessageFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return messageViews(tx, filter); });
}

IntakeService::Detail IntakeService::message(const Actor& actor, const std::string& uid) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto view = messageView(tx, uid);
        if (!view) throw Error(ErrorCode::NotFound, {"message", uid});
        return Detail{*view, messageRaw(tx, uid).value_or(""), observationViews(tx, view->id)};
    });
}

}  // namespace touchstone::intake
