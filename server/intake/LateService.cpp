#include "server/intake/LateService.h"

#include <functional>
#include <map>
#include <set>

#include "server/core/Json.h"

namespace touchstone::intake {
namespace {

using testing::LockedTest;
using testing::TestStatus;

constexpr std::initializer_list<Role> kDeciders{Role::analyst, Role::checker, Role::signatory};

FieldError fault(std::size_t row, const std::string& field, ErrorCode code, std::vector<std::string> arguments = {}) {
    return {"rows." + std::to_string(row) + "." + field, code, std::move(arguments), row};
}

FieldError faultOfItem(std::size_t item, ErrorCode code, std::vector<std::string> arguments) {
    return {"observations." + std::to_string(item), code, std::move(arguments), item};
}

[[noreturn]] void refuse(const std::vector<FieldError>& faults) {
    const bool state = faults.front().code == ErrorCode::WrongState;
    throw Error(state ? ErrorCode::WrongState : ErrorCode::Invalid, state ? faults.front().arguments : std::vector<std::string>(), faults);
}

/// The late results of a request, their tests locked; Error when one is unknown, named twice, or decided already.
class Chosen {
public:
    using Fault = std::function<FieldError(std::size_t, ErrorCode, std::vector<std::string>)>;
    Chosen(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, const Fault& faultAt) {
        std::vector<TestId> tests;
        for (StoredLate& late : lateResults(tx, ids)) {
            tests.push_back(late.test);
            const std::int64_t id = late.observation;
            late_.emplace(id, std::move(late));
        }
        for (LockedTest& test : testing::lockTests(tx, tests)) tests_.emplace(test.id, std::move(test));
        const auto decided = decidedOf(tx, ids);
        const std::set<std::int64_t> done(decided.begin(), decided.end());
        std::set<std::int64_t> seen;
        std::vector<FieldError> faults;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string name = std::to_string(ids[i]);
            if (!late_.contains(ids[i])) faults.push_back(faultAt(i, ErrorCode::NotKnown, {name}));
            if (!seen.insert(ids[i]).second) faults.push_back(faultAt(i, ErrorCode::Duplicate, {}));
            if (done.contains(ids[i])) faults.push_back(faultAt(i, ErrorCode::WrongState, {name, "decided", "open"}));
        }
        if (!faults.empty()) refuse(faults);
    }

    [[nodiscard]] const StoredLate& late(std::int64_t id) const { return late_.at(id); }
    [[nodiscard]] const LockedTest& testOf(std::int64_t id) const { return tests_.at(late(id).test); }
    [[nodiscard]] std::vector<TestItemId> items() const {
        std::vector<TestItemId> out;
        for (const auto& [id, test] : tests_) out.push_back(test.item);
        return out;
    }

private:
    std::map<std::int64_t, StoredLate> late_;
    std::map<TestId, LockedTest> tests_;
};

bool isReviewed(TestStatus status) { return status == TestStatus::submitted || status == TestStatus::checked; }

/// Sorts what is to be taken into results and faults.
class Sorter {
public:
    Sorter(const Chosen& chosen, std::map<TestItemId, catalogue::TestItem> items) : chosen_(chosen), items_(std::move(items)) {}

    void sort(const LateChoice& choice, std::size_t row, const std::string& reason) {
        const StoredLate& late = chosen_.late(choice.observation);
        LockedTest test = chosen_.testOf(choice.observation);
        const catalogue::Limit& limit = items_.at(test.item).limit;
        const auto judgement = catalogue::judge(limit, late.value);
        if (test.status == TestStatus::released) {
            faults.push_back(fault(row, "observation", ErrorCode::WrongState, {test.sampleNumber, "released", "waiting, resulted, submitted, checked"}));
        } else if (test.version != choice.version) {
            faults.push_back(fault(row, "version", ErrorCode::Conflict));
        } else if (!seen_.insert(test.id).second) {
            faults.push_back(fault(row, "observation", ErrorCode::Duplicate));
        } else if (!judgement) {
            faults.push_back(fault(row, "observation", ErrorCode::Undecidable, {late.value, limit.requirement}));
        } else {
            if (isReviewed(test.status)) ++test.round;
            samples.insert(test.sample);
            results.push_back({std::move(test), late.value, *judgement, late.observation, late.message, reason});
        }
    }

    std::vector<FieldError> faults;
    std::vector<testing::NewResult> results;
    std::set<SampleId> samples;

private:
    const Chosen& chosen_;
    std::map<TestItemId, catalogue::TestItem> items_;
    std::set<TestId> seen_;
};

audit::Entry entryOf(const std::string& action, const StoredLate& late, const LockedTest& test, const std::string& reason) {
    json::Writer before;
    before.beginObject().field("test", test.id.value).field("status", testing::name(test.status)).field("version", test.resultVersion).endObject();
    json::Writer after;
    after.beginObject().field("test", test.id.value).field("value", late.value).field("message", late.message);
    after.field("observation", late.observation).endObject();
    return {action, "sample", test.sampleNumber, before.take(), after.take(), reason};
}

std::vector<std::int64_t> idsOf(const std::vector<LateChoice>& rows) {
    std::vector<std::int64_t> ids;
    for (const LateChoice& row : rows) ids.push_back(row.observation);
    return ids;
}

}  // namespace

std::vector<LateView> LateService::list(const Actor& actor, const LateFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return lateViews(tx, filter); });
}

void LateService::take(const Actor& actor, const std::vector<LateChoice>& rows, const std::string& reason) {
    actor.require(kDeciders);
    database_.write([&](db::WriteTransaction& tx) {
        const Chosen chosen(tx, idsOf(rows), [](std::size_t i, ErrorCode code, std::vector<std::string> arguments) {
            return fault(i, "observation", code, std::move(arguments));
        });
        Sorter sorter(chosen, recorder_.items(tx, chosen.items()));
        std::vector<audit::Entry> entries;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const LockedTest& test = chosen.testOf(rows[i].observation);
            if (isReviewed(test.status)) actor.require({Role::checker, Role::signatory});
            sorter.sort(rows[i], i, reason);
            entries.push_back(entryOf("late.take", chosen.late(rows[i].observation), test, reason));
        }
        if (!sorter.faults.empty()) refuse(sorter.faults);
        auto recorded = recorder_.record(tx, actor, sorter.results);
        std::move(recorded.begin(), recorded.end(), std::back_inserter(entries));
        testing::settleSamples(tx, {sorter.samples.begin(), sorter.samples.end()});
        insertDecisions(tx, idsOf(rows), "take", actor.id, clock_.now(), reason);
        trail_.append(tx, actor, entries);
    });
}

void LateService::dismiss(const Actor& actor, const std::vector<std::int64_t>& observations, const std::string& reason) {
    actor.require(kDeciders);
    database_.write([&](db::WriteTransaction& tx) {
        const Chosen chosen(tx, observations, faultOfItem);
        std::vector<audit::Entry> entries;
        for (const std::int64_t id : observations) entries.push_back(entryOf("late.dismiss", chosen.late(id), chosen.testOf(id), reason));
        insertDecisions(tx, observations, "dismiss", actor.id, clock_.now(), reason);
        trail_.append(tx, actor, entries);
    });
}

}  // namespace touchstone::intake
