#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/core/Decimal.h"

namespace touchstone::quality {

enum class Severity : std::uint8_t { Warning, Reject };
/// SameSide: so many points in a row, all further from the mean than the limit and all on one side of it. OppositeSides:
/// two in a row, one further above and one further below.
enum class Pattern : std::uint8_t { SameSide, OppositeSides };

[[nodiscard]] std::string_view name(Severity severity);

/// One rule of the multirule procedure of Westgard; which there are, and since when, are rows of control_rule.
struct ControlRule {
    std::string code;      ///< 1-3s, 10x …
    Pattern pattern = Pattern::SameSide;
    std::size_t points = 1;
    Decimal beyond;        ///< in standard deviations; a point exactly on the line is not beyond it
    Severity severity = Severity::Reject;
};

/// A control value with the target that held when it came. Value and target are exact decimals.
struct ControlPoint {
    Decimal value;
    Decimal mean;
    Decimal sd;            ///< above 0
};

struct Violation {
    std::string rule;
    Severity severity;
    friend bool operator==(const Violation&, const Violation&) = default;
};

/// The rules that the last of the points breaks, in the order of the rules. Points stand in the order in which they came.
[[nodiscard]] std::vector<Violation> violations(std::span<const ControlRule> rules, std::span<const ControlPoint> points);

/// How far a point lies from its mean, in standard deviations, to two decimals: "-1.25".
[[nodiscard]] std::string deviation(const ControlPoint& point);

}  // namespace touchstone::quality
