#include "server/quality/Controls.h"

#include <algorithm>

#include "server/core/Json.h"

namespace touchstone::quality {
namespace {

constexpr std::chrono::seconds kRemember{5};

std::string describe(const NewControlResult& result) {
    json::Writer out;
    out.beginObject().field("ordinal", result.ordinal).field("value", result.point.value.text());
    out.field("mean", result.point.mean.text()).field("sd", result.point.sd.text()).key("violations").beginArray();
    for (const Violation& one : result.violations) out.string(one.rule);
    return out.endArray().field("observation", result.observation).endObject().take();
}

}  // namespace

std::shared_ptr<const ControlPlan> Controls::plan(db::ReadTransaction& tx, Date day) {
    const Instant now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        if (plan_ && until_ > now) return plan_;
    }
    auto fresh = std::make_shared<const ControlPlan>(controlPlan(tx, day));
    const std::lock_guard lock(mutex_);
    plan_ = fresh;
    until_ = now + kRemember;
    return fresh;
}

ControlBoard Controls::board(db::WriteTransaction& tx, const std::set<std::string>& specimens) {
    const Date day = Zone().dateOf(clock_.now());
    const auto known = plan(tx, day);
    std::set<std::string> named;
    std::ranges::set_intersection(specimens, known->codes, std::inserter(named, named.end()));
    std::vector<LockedChart> charts;
    std::vector<ControlRule> rules;
    if (!named.empty()) {
        charts = lockCharts(tx, named, day);
        rules = controlRules(tx, day);
        std::size_t longest = 1;
        for (const ControlRule& rule : rules) longest = std::max(longest, rule.points);
        addHistory(tx, charts, longest - 1);
    }
    return {known->codes, std::move(charts), std::move(rules), known->blocking ? blockingCharts(tx, day) : ControlBoard::Blocking()};
}

std::vector<audit::Entry> Controls::record(db::WriteTransaction& tx, const std::vector<NewControlResult>& results) {
    if (results.empty()) return {};
    insertControls(tx, results, clock_.now());
    std::vector<audit::Entry> entries;
    for (const NewControlResult& result : results) {
        entries.push_back({"control.record", "control", result.subject, {}, describe(result), {}});
    }
    return entries;
}

}  // namespace touchstone::quality
