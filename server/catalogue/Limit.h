#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Decimal.h"

namespace touchstone::catalogue {

enum class LimitKind : std::uint8_t { Range, Text, List, NotDetected };
/// 极限数值比较方法, GB/T 8170-2008 4.3: Full compares the value as it is, Rounded rounds it once to the decimals of the limit.
enum class ComparisonRule : std::uint8_t { Full, Rounded };
enum class Verdict : std::uint8_t { Conforms, Fails };

[[nodiscard]] std::string_view name(LimitKind kind);
[[nodiscard]] std::string_view name(ComparisonRule rule);
[[nodiscard]] std::string_view name(Verdict verdict);
[[nodiscard]] std::optional<LimitKind> limitKindOf(std::string_view name);
[[nodiscard]] std::optional<ComparisonRule> comparisonRuleOf(std::string_view name);
[[nodiscard]] std::optional<Verdict> verdictOf(std::string_view name);

struct Bound {
    std::string text;          ///< of the standard: 95.0 has one decimal
    bool inclusive = true;
};

/// A requirement (标准规定) with the rule by which a value is compared with it.
struct Limit {
    LimitKind kind = LimitKind::Range;
    std::string requirement;               ///< as printed
    std::optional<Bound> lower;
    std::optional<Bound> upper;
    std::vector<std::string> accepted;     ///< texts that conform, for Text and List
    std::vector<std::string> rejected;     ///< texts that fail
    ComparisonRule comparison = ComparisonRule::Full;
};

struct Judgement {
    Verdict verdict;
    std::string compared;      ///< what was compared: the value, or the value once rounded
    std::string rounding;      ///< "none", or "GB/T 8170-2008 to N decimals"
};

/// Judges a reported value: a decimal with an optional <, ≤, >, ≥ before it ("<0.05"), 未检出 / ND / "not detected", or text.
/// Nothing when it cannot be decided: not a number for a range, "<0.5" against at most 0.3, a text that the limit lists
/// neither as conforming nor as failing.
[[nodiscard]] std::optional<Judgement> judge(const Limit& limit, const std::string& value);

}  // namespace touchstone::catalogue
