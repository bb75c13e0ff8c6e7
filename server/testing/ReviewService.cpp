#include "server/testing/ReviewService.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "server/core/Json.h"
#include "server/testing/TestStore.h"

namespace touchstone::testing {
namespace {

std::string label(const LockedTest& test) { return test.sampleNumber + "/" + std::to_string(test.id.value); }

using FieldOf = std::function<std::string(const LockedTest&)>;

void requireStatus(const std::vector<LockedTest>& tests, std::initializer_list<TestStatus> allowed, const FieldOf& fieldOf) {
    std::string wanted;
    for (const TestStatus status : allowed) wanted += (wanted.empty() ? "" : ", ") + std::string(name(status));
    std::vector<FieldError> faults;
    for (const LockedTest& test : tests) {
        if (std::find(allowed.begin(), allowed.end(), test.status) == allowed.end()) {
            faults.push_back({fieldOf(test), ErrorCode::WrongState, {label(test), std::string(name(test.status)), wanted}, {}});
        }
    }
    if (!faults.empty()) throw Error(ErrorCode::WrongState, faults.front().arguments, faults);
}

/// Locks the tests of a request; tells which are unknown, named twice, or in none of the allowed states.
std::vector<LockedTest> lockAll(db::WriteTransaction& tx, const std::vector<TestId>& ids, std::initializer_list<TestStatus> allowed) {
    auto tests = lockTests(tx, ids);
    std::set<TestId> found;
    for (const LockedTest& test : tests) found.insert(test.id);
    std::vector<FieldError> faults;
    std::map<TestId, std::string> fields;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string field = "tests." + std::to_string(i);
        if (!found.contains(ids[i])) faults.push_back({field, ErrorCode::NotKnown, {std::to_string(ids[i].value)}, i});
        if (!fields.emplace(ids[i], field).second) faults.push_back({field, ErrorCode::Duplicate, {}, i});
    }
    if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, faults);
    requireStatus(tests, allowed, [&](const LockedTest& test) { return fields.at(test.id); });
    return tests;
}

/// One entry a sample and former status, with the tests that moved from it.
std::vector<audit::Entry> entriesOf(const std::string& action, const std::vector<LockedTest>& tests, TestStatus to,
                                    const std::optional<std::string>& reason, std::optional<std::int64_t> signature = {}) {
    std::map<std::pair<std::string, TestStatus>, std::vector<const LockedTest*>> groups;
    for (const LockedTest& test : tests) groups[{test.sampleNumber, test.status}].push_back(&test);
    std::vector<audit::Entry> entries;
    for (const auto& [group, list] : groups) {
        json::Writer before;
        json::Writer after;
        before.beginObject().field("status", name(group.second)).endObject();
        after.beginObject().field("status", name(to)).key("tests").beginArray();
        for (const LockedTest* test : list) after.integer(test->id.value);
        after.endArray();
        if (signature) after.field("signature", *signature);
        after.endObject();
        entries.push_back({action, "sample", group.first, before.take(), after.take(), reason});
    }
    return entries;
}

std::vector<SampleId> samplesOf(const std::vector<LockedTest>& tests) {
    std::set<SampleId> ids;
    for (const LockedTest& test : tests) ids.insert(test.sample);
    return {ids.begin(), ids.end()};
}

std::string samplesText(const std::vector<LockedTest>& tests) {
    std::set<std::string> numbers;
    for (const LockedTest& test : tests) numbers.insert(test.sampleNumber);
    std::string out;
    for (const std::string& number : numbers) out += (out.empty() ? "" : ", ") + number;
    return out;
}

std::vector<LockedTest> moved(std::vector<LockedTest> tests, TestStatus to) {
    for (LockedTest& test : tests) test.status = to;
    return tests;
}

/// The step of one person on tests; a second step of the same person meets the key of the schema.
void takeStep(db::WriteTransaction& tx, const std::vector<LockedTest>& tests, const std::string& step, const Actor& actor,
              std::optional<std::int64_t> signature, Instant at) {
    try {
        insertSteps(tx, tests, step, actor.id, signature, at);
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() != "review_separation") throw;
        throw Error(ErrorCode::SameHand, {samplesText(tests)});
    }
}

}  // namespace

void ReviewService::submit(const Actor& actor, const std::vector<TestId>& ids) {
    actor.require({Role::analyst});
    database_.write([&](db::WriteTransaction& tx) {
        const auto tests = lockAll(tx, ids, {TestStatus::resulted});
        takeStep(tx, tests, "submit", actor, {}, clock_.now());
        updateTests(tx, moved(tests, TestStatus::submitted));
        settleSamples(tx, samplesOf(tests));
        trail_.append(tx, actor, entriesOf("test.submit", tests, TestStatus::submitted, {}));
    });
}

void ReviewService::check(const Actor& actor, const std::vector<TestId>& ids) {
    actor.require({Role::checker});
    database_.write([&](db::WriteTransaction& tx) {
        const auto tests = lockAll(tx, ids, {TestStatus::submitted});
        for (const LockedTest& test : tests) {
            if (test.resultBy == actor.id) throw Error(ErrorCode::SameHand, {test.sampleNumber});
        }
        takeStep(tx, tests, "check", actor, {}, clock_.now());
        updateTests(tx, moved(tests, TestStatus::checked));
        settleSamples(tx, samplesOf(tests));
        trail_.append(tx, actor, entriesOf("test.check", tests, TestStatus::checked, {}));
    });
}

void ReviewService::giveBack(const Actor& actor, const std::vector<TestId>& ids, const std::string& reason) {
    actor.require({Role::checker, Role::signatory});
    database_.write([&](db::WriteTransaction& tx) {
        const auto tests = lockAll(tx, ids, {TestStatus::submitted, TestStatus::checked});
        auto returned = moved(tests, TestStatus::resulted);
        for (LockedTest& test : returned) ++test.round;
        updateTests(tx, returned);
        settleSamples(tx, samplesOf(tests));
        trail_.append(tx, actor, entriesOf("test.return", tests, TestStatus::resulted, reason));
    });
}

std::map<std::string, Error> ReviewService::hindrances(db::ReadTransaction& tx, const Actor& actor,
                                                       const std::vector<std::string>& sampleNumbers) const {
    std::map<std::string, ReleaseState> found;
    for (ReleaseState& state : releaseStates(tx, sampleNumbers, actor.id)) found.emplace(state.number, state);
    std::map<std::string, Error> out;
    for (const std::string& number : sampleNumbers) {
        const auto state = found.find(number);
        if (state == found.end()) {
            out.emplace(number, Error(ErrorCode::NotKnown, {number}));
        } else if (state->second.status != "releasing") {
            out.emplace(number, Error(ErrorCode::WrongState, {number, state->second.status, "releasing"}));
        } else if (state->second.unchecked > 0) {
            out.emplace(number, Error(ErrorCode::WrongState, {number, "checking", "checked"}));
        } else if (state->second.ownHands > 0) {
            out.emplace(number, Error(ErrorCode::SameHand, {number}));
        }
    }
    return out;
}

void ReviewService::release(db::WriteTransaction& tx, const Actor& actor, const std::vector<std::string>& sampleNumbers,
                            std::int64_t signatureId) const {
    actor.require({Role::signatory});
    const auto samples = lockSamples(tx, sampleNumbers);
    std::map<std::string, const SampleState*> byNumber;
    for (const SampleState& sample : samples) byNumber.emplace(sample.number, &sample);
    std::vector<FieldError> faults;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < sampleNumbers.size(); ++i) {
        const std::string& number = sampleNumbers[i];
        const std::string field = "samples." + std::to_string(i);
        const auto found = byNumber.find(number);
        if (!seen.insert(number).second) {
            faults.push_back({field, ErrorCode::Duplicate, {}, i});
        } else if (found == byNumber.end()) {
            faults.push_back({field, ErrorCode::NotKnown, {number}, i});
        } else if (found->second->status != "releasing") {
            faults.push_back({field, ErrorCode::WrongState, {number, found->second->status, "releasing"}, i});
        }
    }
    if (!faults.empty()) throw Error(faults.front().code == ErrorCode::WrongState ? ErrorCode::WrongState : ErrorCode::Invalid,
                                     faults.front().arguments, faults);
    const auto tests = lockTestsOfSamples(tx, sampleNumbers);
    requireStatus(tests, {TestStatus::checked}, [](const LockedTest&) { return "samples"; });
    for (const LockedTest& test : tests) {
        if (test.resultBy == actor.id) throw Error(ErrorCode::SameHand, {test.sampleNumber});
    }
    takeStep(tx, tests, "release", actor, signatureId, clock_.now());
    updateTests(tx, moved(tests, TestStatus::released));
    releaseSamples(tx, samplesOf(tests));
    trail_.append(tx, actor, entriesOf("test.release", tests, TestStatus::released, {}, signatureId));
}

}  // namespace touchstone::testing
