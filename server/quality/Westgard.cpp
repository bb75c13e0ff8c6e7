#include "server/quality/Westgard.h"

#include <algorithm>

namespace touchstone::quality {
namespace {

/// 1 above the line at mean + beyond * sd, -1 below that at mean - beyond * sd, 0 between them. Nothing is divided, so nothing is rounded.
int side(const ControlPoint& point, const Decimal& beyond) {
    const Decimal distance = point.value - point.mean;
    const Decimal line = beyond * point.sd;
    if (distance > line) return 1;
    return distance < -line ? -1 : 0;
}

bool breaks(const ControlRule& rule, std::span<const ControlPoint> points) {
    if (points.size() < rule.points) return false;
    const auto last = points.last(rule.points);
    const int first = side(last.front(), rule.beyond);
    if (first == 0) return false;
    const int wanted = rule.pattern == Pattern::SameSide ? first : -first;
    return std::ranges::all_of(last.subspan(1), [&](const ControlPoint& point) { return side(point, rule.beyond) == wanted; });
}

}  // namespace

std::string_view name(Severity severity) { return severity == Severity::Warning ? "warning" : "reject"; }

std::vector<Violation> violations(std::span<const ControlRule> rules, std::span<const ControlPoint> points) {
    std::vector<Violation> out;
    for (const ControlRule& rule : rules) {
        if (breaks(rule, points)) out.push_back({rule.code, rule.severity});
    }
    return out;
}

std::string deviation(const ControlPoint& point) { return ((point.value - point.mean) / point.sd).rounded(2).text(); }

}  // namespace touchstone::quality
