#include "server/intake/IntakeService.h"

#include <algorithm>

#include "instruments/formats/AstmOrders.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7Orders.h"
#include "server/core/Json.h"
#include "server/intake/LateStore.h"
#include "server/intake/SeriesStore.h"

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
    SeriesCollector series;
    std::optional<std::string> reason;
    std::string detail;
    const Again* again = nullptr;                                   ///< set when it was read before
    std::vector<std::optional<std::int64_t>> corrections{};
};

bool isQuestion(const std::string& raw) {
    return instruments::readAstmQuery(raw).has_value() || instruments::readHl7Query(raw).has_value();
}

/// "time_unread: 31.02.2026": a code that the page has words for, and what it is about.
std::string worded(const instruments::Finding& finding) {
    return finding.about.empty() ? finding.code : finding.code + ": " + finding.about;
}

Reading readMessage(const Message& message, const std::map<std::string, Instrument>& known, bool again = false) {
    Reading out;
    out.message = &message;
    const auto found = known.find(message.instrument);
    if (found == known.end() || !found->second.enabled) {
        out.reason = reason::kUnknownInstrument;
        out.detail = message.instrument;
        return out;
    }
    out.instrument = &found->second;
    // Bytes that the link did not know may be readable under what the instrument is known by now.
    if (message.linkState != "complete" && (message.linkState != "unframed" || !again)) {
        out.reason = message.linkState == "incomplete" ? reason::kIncomplete : reason::kUnreadable;
        if (message.linkState != "incomplete") out.detail = "not_framed";
        return out;
    }
    const auto mapping = instruments::Mapping::parse(found->second.mapping.empty() ? "{}" : found->second.mapping);
    if (const auto* wrong = std::get_if<instruments::Finding>(&mapping)) {
        out.reason = reason::kUnreadable;
        out.detail = wrong->code + ": " + wrong->message();
        return out;
    }
    out.read = instruments::read(found->second.protocol, message.raw, std::get<instruments::Mapping>(mapping),
                                 [&out](const instruments::Series& series) { out.series.take(series); });
    if (out.read.refused) {
        out.reason = out.read.refused->code == "no_results" ? reason::kNothingInIt : reason::kUnreadable;
        out.detail = worded(*out.read.refused);
        out.read.observations.clear();
        out.series = {};
    } else if (out.read.observations.empty() && isQuestion(message.raw)) {
        out.detail = "question";
    } else if (out.read.observations.empty() && out.series.found() == 0) {
        out.reason = reason::kNothingInIt;
    } else if (out.read.observations.size() > kMostObservations) {
        out.reason = reason::kTooLong;
        out.detail = std::to_string(out.read.observations.size());
        out.read.observations.clear();
    }
    return out;
}

bool isForeign(const Message& message, const Actor& actor, const GatewayScopes& scopes) {
    const auto scope = scopes.find(actor.id);
    return scope != scopes.end() && !scope->second.contains(message.instrument);
}

/// Nothing of it becomes a result; the bytes are kept. An unknown instrument stays the reason that it is.
void hold(Reading& reading, const char* why, const std::string& detail) {
    if (reading.instrument == nullptr) return;
    reading.reason = why;
    reading.detail = detail;
    reading.read.observations.clear();
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

    void add(Reading& reading, Tests& tests, quality::ControlBoard& controls) {
        NewMessage row = header(reading);
        std::vector<Match> again;
        if (reading.again != nullptr && reading.instrument != nullptr) {
            again = reading.again->prior.match(reading.read.observations, *reading.instrument, tests, controls);
        }
        for (std::size_t i = 0; i < reading.read.observations.size(); ++i) {
            const instruments::Observation& observation = reading.read.observations[i];
            const Match found = again.empty() ? match(observation, *reading.instrument, tests, controls) : again[i];
            observations_.push_back(line(observation, found, static_cast<std::int64_t>(i)));
            owners_.push_back(messages_.size());
            const bool corrected = i < reading.corrections.size() && reading.corrections[i];
            if (reading.again != nullptr) observations_.back().reading = reading.again->version;
            if (corrected) observations_.back().correction = reading.corrections[i];
            if (found.state == "held" && !found.value.empty()) late_.push_back({0, found.test->id, found.value, observations_.size() - 1});
            if (found.control) {
                ++row.imported;
                controls_.push_back(*found.control);
                controlSources_.push_back(observations_.size() - 1);
            } else if (found.state == "imported") {
                ++row.imported;
                if (!found.judgement) continue;  // it is a result already
                const auto why = corrected ? std::optional(reading.again->why) : std::nullopt;
                results_.push_back({*found.test, found.value, *found.judgement, std::nullopt, row.uid, why});
                sources_.push_back(observations_.size() - 1);
            } else if (found.state == "held" && !row.reason) {
                row.reason = found.reason;
                row.detail = clipped(observation.specimen + " " + observation.code + " " + observation.value, 500);
            }
        }
        addSeries(reading);
        if (row.reason) row.state = row.imported > 0 ? "partly_held" : "held";
        NewReading version = versionOf(row);
        if (reading.instrument != nullptr && reading.instrument->mappingVersion > 0) version.mappingVersion = reading.instrument->mappingVersion;
        if (reading.again != nullptr) {
            version.message = reading.again->message.id;
            version.version = reading.again->version;
            version.why = reading.again->why;
        }
        versions_.push_back(std::move(version));
        messages_.push_back(std::move(row));
        const auto& command = reading.message->command;
        if (command && targets_.contains(*command)) contexts_.emplace_back(static_cast<std::int64_t>(messages_.size() - 1), *command);
    }

    void write(db::WriteTransaction& tx, const Actor& actor, testing::Recorder& recorder, quality::Controls& controls,
               const audit::Trail& trail, Instant now) {
        const auto messageIds = insertMessages(tx, messages_, actor.id, now);
        for (std::size_t i = 0; i < versions_.size(); ++i) versions_[i].message = messageIds[i];
        for (auto& [message, command] : contexts_) message = messageIds[static_cast<std::size_t>(message)];
        insertContexts(tx, contexts_);
        writeReadings(tx, actor, now);
        writeSeries(tx);
        std::vector<audit::Entry> entries;
        entries.reserve(messages_.size() + results_.size());
        for (const NewMessage& message : messages_) {
            entries.push_back({"message.store", "message", message.uid, {}, describe(message), message.reason});
        }
        record(tx, actor, recorder, controls, trail, std::move(entries));
    }

    /// New versions of messages that are stored; gives what became of each.
    std::vector<Replayed> writeAgain(db::WriteTransaction& tx, const Actor& actor, testing::Recorder& recorder, quality::Controls& controls,
                                     const audit::Trail& trail, Instant now, const std::vector<Again>& agains) {
        writeReadings(tx, actor, now);
        std::vector<std::int64_t> ids;
        for (const Again& again : agains) ids.push_back(again.message.id);
        const std::set<std::int64_t> known = messagesWithSeries(tx, ids);
        const auto isKnown = [&](const auto& one) { return known.contains(ids[static_cast<std::size_t>(one.message)]); };
        std::erase_if(foundSeries_, isKnown);
        std::erase_if(series_, isKnown);
        writeSeries(tx);
        std::vector<Replayed> out;
        std::vector<audit::Entry> entries;
        for (std::size_t i = 0; i < agains.size(); ++i) {
            const StoredMessage& before = agains[i].message;
            const NewMessage& row = messages_[i];
            entries.push_back({"message.replay", "message", row.uid, describe(before), describe(row), agains[i].why});
            out.push_back({row.uid, agains[i].version, before.state, before.imported, row.state, row.reason, row.detail, row.observations,
                           row.imported});
        }
        takeNewestReadings(tx, ids);
        carryDecisions(tx, ids);
        record(tx, actor, recorder, controls, trail, std::move(entries));
        return out;
    }

private:
    void writeReadings(db::WriteTransaction& tx, const Actor& actor, Instant now) {
        insertReadings(tx, versions_, actor.id, now);
        for (std::size_t i = 0; i < observations_.size(); ++i) observations_[i].message = versions_[owners_[i]].message;
        const auto observationIds = insertObservations(tx, observations_);
        for (std::size_t i = 0; i < results_.size(); ++i) results_[i].observation = observationIds[sources_[i]];
        for (std::size_t i = 0; i < controls_.size(); ++i) controls_[i].observation = observationIds[controlSources_[i]];
        for (NewLate& late : late_) late.observation = observationIds[late.place];
        insertLate(tx, late_);
    }

    void writeSeries(db::WriteTransaction& tx) {
        for (FoundSeries& found : foundSeries_) found.message = versions_[static_cast<std::size_t>(found.message)].message;
        for (NewSeries& series : series_) series.message = versions_[static_cast<std::size_t>(series.message)].message;
        insertSeries(tx, foundSeries_, series_);
    }

    void record(db::WriteTransaction& tx, const Actor& actor, testing::Recorder& recorder, quality::Controls& controls,
                const audit::Trail& trail, std::vector<audit::Entry> entries) {
        auto recorded = recorder.record(tx, actor, results_);
        std::move(recorded.begin(), recorded.end(), std::back_inserter(entries));
        auto charted = controls.record(tx, controls_);
        std::move(charted.begin(), charted.end(), std::back_inserter(entries));
        trail.append(tx, actor, entries);
    }

    static NewReading versionOf(const NewMessage& row) {
        NewReading out;
        out.instrument = row.instrumentId;
        out.state = row.state;
        out.cause = row.reason;
        out.detail = row.detail;
        out.controlId = row.controlId;
        out.observations = row.observations;
        out.imported = row.imported;
        return out;
    }

    /// Until the messages have ids, series name them by their place in the batch.
    void addSeries(Reading& reading) {
        if (reading.series.found() == 0) return;
        const auto place = static_cast<std::int64_t>(messages_.size());
        foundSeries_.push_back({place, reading.series.found()});
        std::set<std::string> specimens;
        for (const auto& observation : reading.read.observations) specimens.insert(observation.specimen);
        const std::string only = specimens.size() == 1 ? clipped(*specimens.begin(), 64) : "";
        for (NewSeries& series : reading.series.release()) {
            series.message = place;
            series.view.specimen = only;
            series_.push_back(std::move(series));
        }
    }

    static NewMessage header(const Reading& reading) {
        const Message& message = *reading.message;
        NewMessage row;
        row.uid = message.uid;
        if (reading.instrument != nullptr) row.instrumentId = reading.instrument->id.value;
        row.instrument = message.instrument;
        row.protocol = message.protocol;
        row.linkState = message.linkState;
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

    static std::string describe(const StoredMessage& message) {
        json::Writer out;
        out.beginObject().field("reading", message.reading).field("state", message.state).field("reason", message.reason);
        out.field("observations", message.observations).field("imported", message.imported).endObject();
        return out.take();
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
    std::vector<NewReading> versions_;     ///< one a message
    std::vector<std::pair<std::int64_t, CommandId>> contexts_;  ///< index of the message, then its id
    std::vector<NewObservation> observations_;
    std::vector<std::size_t> owners_;      ///< index of the message of each observation
    std::vector<testing::NewResult> results_;
    std::vector<std::size_t> sources_;     ///< index of the observation of each result
    std::vector<quality::NewControlResult> controls_;
    std::vector<std::size_t> controlSources_;
    std::vector<NewLate> late_;
    std::vector<FoundSeries> foundSeries_;
    std::vector<NewSeries> series_;
};

}  // namespace

IntakeService::Instruments IntakeService::knownInstruments(db::ReadTransaction& tx) {
    const Instant now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        if (instruments_ && instrumentsUntil_ > now) return instruments_;
    }
    auto fresh = std::make_shared<const std::map<std::string, Instrument>>(intake::instruments(tx));
    auto scopes = std::make_shared<const GatewayScopes>(gatewayScopes(tx));
    const std::lock_guard lock(mutex_);
    instruments_ = fresh;
    scopes_ = std::move(scopes);
    instrumentsUntil_ = now + kRemember;
    return fresh;
}

IntakeService::Scopes IntakeService::knownScopes() {
    const std::lock_guard lock(mutex_);
    return scopes_;
}

std::vector<Receipt> IntakeService::bring(const Actor& actor, const std::vector<Message>& messages) {
    actor.require({Role::instrument});
    std::vector<std::string> uids;
    for (const Message& message : messages) uids.push_back(message.uid);
    auto attempt = [&](db::WriteTransaction& tx) {
        std::set<std::string> known = knownUids(tx, uids);
        const Instruments instruments = knownInstruments(tx);
        const Scopes scopes = knownScopes();
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
            if (isForeign(message, actor, *scopes)) hold(readings.back(), reason::kForeignGateway, actor.login);
            for (const auto& observation : readings.back().read.observations) {
                if (!observation.specimen.empty() && observation.specimen.size() <= 64) specimens.insert(observation.specimen);
            }
        }
        if (readings.empty()) return receipts;
        Tests tests = testsOf(tx, specimens);
        Batch batch(targets);
        quality::ControlBoard controls = controls_.board(tx, specimens);
        for (Reading& reading : readings) batch.add(reading, tests, controls);
        batch.write(tx, actor, recorder_, controls_, trail_, clock_.now());
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

std::vector<Replayed> IntakeService::readAgain(db::WriteTransaction& tx, const Actor& actor, const std::vector<Again>& agains) {
    const std::map<std::string, Instrument> instruments = intake::instruments(tx);
    std::vector<Message> messages;
    std::vector<std::int64_t> ids;
    for (const Again& again : agains) {
        const StoredMessage& m = again.message;
        messages.push_back({m.uid, m.instrument, m.protocol, m.linkState, {}, {}, m.raw, {}});
        ids.push_back(m.id);
    }
    const std::map<std::int64_t, CommandId> contexts = contextsOf(tx, ids);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (const auto context = contexts.find(ids[i]); context != contexts.end()) messages[i].command = context->second;
    }
    const auto targets = targetsOf(tx, messages);
    std::vector<Reading> readings;
    std::set<std::string> specimens;
    for (std::size_t i = 0; i < agains.size(); ++i) {
        Reading reading = readMessage(messages[i], instruments, true);
        place(reading, targets);
        reading.again = &agains[i];
        reading.corrections = agains[i].prior.correct(reading.read.observations);
        for (const auto& observation : reading.read.observations) {
            if (!observation.specimen.empty() && observation.specimen.size() <= 64) specimens.insert(observation.specimen);
        }
        readings.push_back(std::move(reading));
    }
    Tests tests = testsOf(tx, specimens);
    Batch batch(targets);
    quality::ControlBoard controls = controls_.board(tx, specimens);
    for (Reading& reading : readings) batch.add(reading, tests, controls);
    return batch.writeAgain(tx, actor, recorder_, controls_, trail_, clock_.now(), agains);
}

void IntakeService::forgetInstruments() {
    const std::lock_guard lock(mutex_);
    instruments_.reset();
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

MessagePage IntakeService::list(const Actor& actor, const MessageFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return findMessages(tx, filter); });
}

std::vector<HeldReason> IntakeService::held(const Actor& actor, const std::optional<std::string>& instrument) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return heldReasons(tx, instrument); });
}

std::vector<ObservationView> IntakeService::observations(const Actor& actor, const std::string& uid, std::int64_t reading) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto view = messageView(tx, uid);
        if (!view) throw Error(ErrorCode::NotFound, {"message", uid});
        const auto readings = readingViews(tx, view->id);
        const bool known = std::any_of(readings.begin(), readings.end(), [&](const ReadingView& r) { return r.version == reading; });
        if (!known) throw Error(ErrorCode::NotFound, {"reading", std::to_string(reading)});
        return observationViews(tx, view->id, reading);
    });
}

instruments::Outline IntakeService::outline(const Actor& actor, const std::string& uid) {
    actor.require(kStaff);
    const auto [raw, by] = database_.read([&](db::ReadTransaction& tx) {
        const auto view = messageView(tx, uid);
        if (!view) throw Error(ErrorCode::NotFound, {"message", uid});
        return std::pair(messageRaw(tx, uid).value_or(""), understandingOf(tx, view->id, view->reading));
    });
    const auto parsed = instruments::Mapping::parse(by.mapping.empty() ? "{}" : by.mapping);
    const auto* mapping = std::get_if<instruments::Mapping>(&parsed);
    return instruments::outline(by.protocol, raw, mapping == nullptr ? instruments::Mapping() : *mapping);
}

IntakeService::Detail IntakeService::message(const Actor& actor, const std::string& uid) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto view = messageView(tx, uid);
        if (!view) throw Error(ErrorCode::NotFound, {"message", uid});
        return Detail{*view, messageRaw(tx, uid).value_or(""), observationViews(tx, view->id, view->reading), readingViews(tx, view->id)};
    });
}

}  // namespace touchstone::intake
