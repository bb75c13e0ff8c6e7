#include "server/intake/ReplayService.h"

#include <algorithm>
#include <set>

#include "server/core/Json.h"

namespace touchstone::intake {
namespace {

constexpr std::initializer_list<Role> kHands{Role::technician, Role::administrator};

/// In order of id, each once. Error(Invalid) with the rows that name none.
std::vector<StoredMessage> locked(db::WriteTransaction& tx, const std::vector<std::string>& uids) {
    std::vector<StoredMessage> found = lockMessages(tx, uids);
    std::set<std::string> known;
    for (const StoredMessage& message : found) known.insert(message.uid);
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < uids.size(); ++i) {
        if (!known.contains(uids[i])) errors.push_back({"messages." + std::to_string(i), ErrorCode::NotKnown, {uids[i]}, i});
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));
    return found;
}

std::vector<Again> againOf(db::ReadTransaction& tx, std::vector<StoredMessage> messages, const std::string& reason) {
    std::map<std::int64_t, Prior> priors;
    std::vector<std::int64_t> ids;
    for (const StoredMessage& message : messages) ids.push_back(message.id);
    for (const ImportedSpan& span : importedSpans(tx, ids)) priors[span.message].add(span);
    for (const ChartedSpan& span : chartedSpans(tx, ids)) priors[span.message].add(span);
    for (const Correction& correction : corrections(tx, ids)) priors[correction.message].add(correction);
    std::vector<Again> out;
    for (StoredMessage& message : messages) {
        const std::int64_t id = message.id;
        const std::int64_t version = message.newest + 1;
        out.push_back({std::move(message), std::move(priors[id]), version, reason});
    }
    return out;
}

NewReading setAsideOf(const StoredMessage& message, const std::string& reason) {
    NewReading out;
    out.message = message.id;
    out.version = message.newest + 1;
    out.why = reason;
    out.state = "set_aside";
    out.controlId = message.controlId;
    out.observations = message.observations;
    out.imported = message.imported;
    return out;
}

/// The correction that a person's words make of an observation as it stands, which may itself have been corrected.
Correction correctionOf(const ReplayService::Said& said, const NewObservation& o, const std::map<std::int64_t, Correction>& earlier) {
    Correction out;
    out.message = o.message;
    out.offset = o.spanOffset;
    out.length = o.spanLength;
    const auto before = o.correction ? earlier.find(*o.correction) : earlier.end();
    out.wasSpecimen = before == earlier.end() ? o.specimen : before->second.wasSpecimen;
    out.wasCode = before == earlier.end() ? o.code : before->second.wasCode;
    out.specimen = said.specimen.value_or(o.specimen);
    out.code = said.code.value_or(o.code);
    return out;
}

std::string describe(const std::vector<Correction>& corrections) {
    json::Writer out;
    out.beginObject().key("corrections").beginArray();
    for (const Correction& c : corrections) {
        out.beginObject().field("offset", c.offset).field("read_specimen", c.wasSpecimen).field("read_code", c.wasCode);
        out.field("specimen", c.specimen).field("code", c.code).endObject();
    }
    out.endArray().endObject();
    return out.take();
}

}  // namespace

std::vector<Replayed> ReplayService::replay(const Actor& actor, const std::vector<std::string>& uids, const std::string& reason) {
    actor.require(kHands);
    return database_.write([&](db::WriteTransaction& tx) { return intake_.readAgain(tx, actor, againOf(tx, locked(tx, uids), reason)); });
}

void ReplayService::setAside(const Actor& actor, const std::vector<std::string>& uids, const std::string& reason) {
    actor.require(kHands);
    database_.write([&](db::WriteTransaction& tx) {
        const auto messages = locked(tx, uids);
        std::vector<FieldError> errors;
        std::vector<NewReading> readings;
        std::vector<std::int64_t> ids;
        std::vector<audit::Entry> entries;
        for (const StoredMessage& message : messages) {
            if (!message.reason) {
                const auto row = static_cast<std::size_t>(std::find(uids.begin(), uids.end(), message.uid) - uids.begin());
                errors.push_back({"messages." + std::to_string(row), ErrorCode::WrongState, {message.uid, message.state, "held"}, row});
            }
            readings.push_back(setAsideOf(message, reason));
            ids.push_back(message.id);
            json::Writer before;
            before.beginObject().field("state", message.state).field("reason", message.reason).field("detail", message.detail).endObject();
            entries.push_back({"message.set_aside", "message", message.uid, before.take(), R"({"state":"set_aside"})", reason});
        }
        if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));
        insertReadings(tx, readings, actor.id, clock_.now());
        takeNewestReadings(tx, ids);
        trail_.append(tx, actor, entries);
    });
}

Replayed ReplayService::correct(const Actor& actor, const std::string& uid, const std::vector<Said>& said, const std::string& reason) {
    actor.require(kHands);
    return database_.write([&](db::WriteTransaction& tx) {
        std::vector<StoredMessage> messages = lockMessages(tx, {uid});
        if (messages.empty()) throw Error(ErrorCode::NotFound, {"message", uid});
        std::map<std::int64_t, NewObservation> stored;
        for (const ObservationView& view : observationViews(tx, messages.front().id, messages.front().reading)) {
            stored.emplace(view.stored.ordinal, view.stored);
        }
        std::map<std::int64_t, Correction> earlier;
        for (const Correction& c : corrections(tx, {messages.front().id})) earlier.emplace(c.id, c);
        std::vector<FieldError> errors;
        std::vector<Correction> fresh;
        for (const Said& one : said) {
            const std::string field = "rows." + std::to_string(one.row) + ".ordinal";
            const auto found = stored.find(one.ordinal);
            if (found == stored.end()) {
                errors.push_back({field, ErrorCode::NotKnown, {std::to_string(one.ordinal)}, one.row});
            } else if (found->second.state != "held") {
                errors.push_back({field, ErrorCode::WrongState, {std::to_string(one.ordinal), found->second.state, "held"}, one.row});
            } else {
                fresh.push_back(correctionOf(one, found->second, earlier));
            }
        }
        if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));
        insertCorrections(tx, fresh, actor.id, clock_.now(), reason);
        const audit::Entry entry{"message.correct", "message", uid, {}, describe(fresh), reason};
        auto replayed = intake_.readAgain(tx, actor, againOf(tx, std::move(messages), reason));
        trail_.append(tx, actor, {entry});
        return replayed.front();
    });
}

}  // namespace touchstone::intake
