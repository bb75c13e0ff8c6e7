#include "server/quality/ControlBoard.h"

#include <algorithm>

namespace touchstone::quality {

ControlBoard::ControlBoard(std::set<std::string> codes, std::vector<LockedChart> charts, std::vector<ControlRule> rules,
                           Blocking blocking)
    : codes_(std::move(codes)), rules_(std::move(rules)), blocking_(std::move(blocking)) {
    for (LockedChart& chart : charts) {
        const std::int64_t id = chart.id;
        charts_.emplace(id, std::move(chart));
    }
}

const LockedChart* ControlBoard::find(const std::string& code, std::int64_t instrument, std::int64_t analyte) const {
    for (const auto& [id, chart] : charts_) {
        if (chart.material == code && chart.instrument == instrument && chart.analyte == analyte) return &chart;
    }
    return nullptr;
}

bool ControlBoard::blocks(std::int64_t instrument, std::int64_t analyte) const {
    const auto next = blocking_.lower_bound({instrument, analyte, 0});
    return next != blocking_.end() && (*next)[0] == instrument && (*next)[1] == analyte;
}

NewControlResult ControlBoard::judge(std::int64_t id, const Decimal& value) {
    LockedChart& chart = charts_.at(id);
    const auto& [mean, sd] = chart.target.value();
    NewControlResult out;
    out.chart = id;
    out.subject = chart.material + "/" + chart.instrumentCode + "/" + chart.analyteCode;
    out.ordinal = ++chart.points;
    out.point = {value, mean, sd};
    chart.history.push_back(out.point);
    out.violations = violations(rules_, chart.history);
    chart.failing = std::ranges::any_of(out.violations, [](const Violation& one) { return one.severity == Severity::Reject; });
    const std::array<std::int64_t, 3> place{chart.instrument, chart.analyte, id};
    if (chart.blocking && chart.failing) {
        blocking_.insert(place);
    } else {
        blocking_.erase(place);
    }
    return out;
}

}  // namespace touchstone::quality
