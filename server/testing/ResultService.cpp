#include "server/testing/ResultService.h"

#include <set>

namespace touchstone::testing {
namespace {

std::vector<TestId> idsOf(const std::vector<TypedResult>& rows) {
    std::vector<TestId> ids;
    ids.reserve(rows.size());
    for (const TypedResult& row : rows) ids.push_back(row.test);
    return ids;
}

FieldError fault(const TypedResult& row, const std::string& field, ErrorCode code, std::vector<std::string> arguments = {}) {
    return {"rows." + std::to_string(row.row) + "." + field, code, std::move(arguments), row.row};
}

/// Sorts typed rows into results and faults, by the locked state of their tests.
class Sorter {
public:
    Sorter(const std::vector<LockedTest>& tests, const std::map<TestItemId, catalogue::TestItem>& items, std::vector<FieldError>& refused)
        : items_(items), refused_(refused) {
        for (const LockedTest& test : tests) tests_.emplace(test.id, &test);
    }

    [[nodiscard]] std::optional<NewResult> sort(const TypedResult& row) {
        const auto found = tests_.find(row.test);
        if (found == tests_.end()) return refuse(fault(row, "test", ErrorCode::NotKnown, {std::to_string(row.test.value)}));
        const LockedTest& test = *found->second;
        if (!seen_.insert(row.test).second) return refuse(fault(row, "test", ErrorCode::Duplicate));
        if (test.status != TestStatus::waiting && test.status != TestStatus::resulted) {
            return refuse(fault(row, "test", ErrorCode::WrongState,
                                {std::to_string(row.test.value), std::string(name(test.status)), "waiting, resulted"}));
        }
        if (test.version != row.version) return refuse(fault(row, "version", ErrorCode::Conflict));
        if (test.resultVersion > 0 && !row.reason) return refuse(fault(row, "reason", ErrorCode::Required));
        const catalogue::Limit& limit = items_.at(test.item).limit;
        const auto judgement = catalogue::judge(limit, row.value);
        if (!judgement) return refuse(fault(row, "value", ErrorCode::Undecidable, {row.value, limit.requirement}));
        return NewResult{test, row.value, *judgement, std::nullopt, "", row.reason};
    }

private:
    std::optional<NewResult> refuse(FieldError error) {
        refused_.push_back(std::move(error));
        return std::nullopt;
    }

    std::map<TestId, const LockedTest*> tests_;
    const std::map<TestItemId, catalogue::TestItem>& items_;
    std::vector<FieldError>& refused_;
    std::set<TestId> seen_;
};

}  // namespace

Entered ResultService::enter(const Actor& actor, const std::vector<TypedResult>& rows, std::vector<FieldError> refused, bool each) {
    actor.require({Role::technician, Role::analyst});
    return database_.write([&](db::WriteTransaction& tx) {
        Entered out{{}, refused};
        const auto tests = lockTests(tx, idsOf(rows));
        std::vector<TestItemId> itemIds;
        for (const LockedTest& test : tests) itemIds.push_back(test.item);
        const auto items = recorder_.items(tx, itemIds);
        Sorter sorter(tests, items, out.refused);
        std::vector<NewResult> results;
        for (const TypedResult& row : rows) {
            auto result = sorter.sort(row);
            if (!result) continue;
            out.accepted.push_back({row.row, row.test, result->test.version + 1, result->judgement});
            results.push_back(std::move(*result));
        }
        if (!out.refused.empty() && !each) throw Error(ErrorCode::Invalid, {}, out.refused);
        if (results.empty()) return out;
        trail_.append(tx, actor, recorder_.record(tx, actor, results));
        return out;
    });
}

std::vector<Judged> ResultService::judge(const Actor& actor, const std::vector<TypedResult>& rows) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto itemOf = itemsOfTests(tx, idsOf(rows));
        std::vector<TestItemId> itemIds;
        for (const auto& [test, item] : itemOf) itemIds.push_back(item);
        const auto items = recorder_.items(tx, itemIds);
        std::vector<Judged> out;
        std::vector<FieldError> unknown;
        for (const TypedResult& row : rows) {
            const auto item = itemOf.find(row.test);
            if (item == itemOf.end()) {
                unknown.push_back(fault(row, "test", ErrorCode::NotKnown, {std::to_string(row.test.value)}));
                continue;
            }
            const catalogue::Limit& limit = items.at(item->second).limit;
            out.push_back({row.test, catalogue::judge(limit, row.value), limit.requirement});
        }
        if (!unknown.empty()) throw Error(ErrorCode::Invalid, {}, unknown);
        return out;
    });
}

}  // namespace touchstone::testing
