#include "server/catalogue/Limit.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "server/core/Rounding.h"

namespace touchstone::catalogue {
namespace {

/// Where the true value lies: a single number, or all below or above one ("<0.05").
struct Edge {
    Decimal value;
    bool inclusive;
};
struct Reported {
    std::optional<Edge> from;
    std::optional<Edge> to;

    [[nodiscard]] bool exact() const { return from && to; }
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kComparators{{{"<=", "<="},
                                                                                     {">=", ">="},
                                                                                     {"≤", "<="},
                                                                                     {"≥", ">="},
                                                                                     {"＜", "<"},
                                                                                     {"＞", ">"},
                                                                                     {"<", "<"},
                                                                                     {">", ">"}}};

constexpr std::array<std::string_view, 5> kNotDetected{"未检出", "nd", "n.d.", "not detected", "<lod"};
constexpr std::array<std::string_view, 2> kDetected{"检出", "detected"};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string lowerCase(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::optional<Reported> parseReported(std::string_view text) {
    std::string_view comparator;
    for (const auto& [written, meaning] : kComparators) {
        if (!text.starts_with(written)) continue;
        comparator = meaning;
        text = trimmed(text.substr(written.size()));
        break;
    }
    const std::optional<Decimal> number = Decimal::parse(text);
    if (!number) return std::nullopt;
    if (comparator.empty()) return Reported{Edge{*number, true}, Edge{*number, true}};
    const Edge edge{*number, comparator.size() == 2};
    return comparator.front() == '<' ? Reported{std::nullopt, edge} : Reported{edge, std::nullopt};
}

/// Rounding is monotonous, so all below x round to at most x rounded, and may reach it: the edge becomes inclusive.
Reported roundedTo(const Reported& reported, int places) {
    const auto round = [places](const std::optional<Edge>& edge) {
        return edge ? std::optional(Edge{rounding::toPlaces(edge->value, places), true}) : std::nullopt;
    };
    return {round(reported.from), round(reported.to)};
}

Reported mirrored(const Reported& reported) {
    const auto negate = [](const std::optional<Edge>& edge) {
        return edge ? std::optional(Edge{-edge->value, edge->inclusive}) : std::nullopt;
    };
    return {negate(reported.to), negate(reported.from)};
}

bool surelyBelow(const Reported& reported, const Edge& upper) {
    if (!reported.to) return false;
    if (reported.to->value != upper.value) return reported.to->value < upper.value;
    return upper.inclusive || !reported.to->inclusive;
}

bool surelyAbove(const Reported& reported, const Edge& upper) {
    if (!reported.from) return false;
    if (reported.from->value != upper.value) return reported.from->value > upper.value;
    return !upper.inclusive || !reported.from->inclusive;
}

/// Against all bounds at once; a lower bound is an upper bound of the mirrored number line.
std::optional<Verdict> compare(const Reported& reported, const std::optional<Edge>& lower, const std::optional<Edge>& upper) {
    const Reported mirror = mirrored(reported);
    const auto negated = lower ? std::optional(Edge{-lower->value, lower->inclusive}) : std::nullopt;
    if ((upper && surelyAbove(reported, *upper)) || (negated && surelyAbove(mirror, *negated))) return Verdict::Fails;
    if ((!upper || surelyBelow(reported, *upper)) && (!negated || surelyBelow(mirror, *negated))) return Verdict::Conforms;
    return std::nullopt;
}

std::optional<Judgement> judgeRange(const Limit& limit, std::string_view value) {
    const std::optional<Reported> reported = parseReported(value);
    if (!reported || (!limit.lower && !limit.upper)) return std::nullopt;
    const auto edge = [](const std::optional<Bound>& bound) {
        return bound ? std::optional(Edge{Decimal::of(bound->text), bound->inclusive}) : std::nullopt;
    };
    const std::optional<Edge> lower = edge(limit.lower);
    const std::optional<Edge> upper = edge(limit.upper);

    const bool rounds = limit.comparison == ComparisonRule::Rounded;
    const int places = std::max(lower ? lower->value.decimals() : 0, upper ? upper->value.decimals() : 0);
    const Reported compared = rounds ? roundedTo(*reported, places) : *reported;
    const std::optional<Verdict> verdict = compare(compared, lower, upper);
    if (!verdict) return std::nullopt;
    if (rounds && reported->exact()) {
        return Judgement{*verdict, compared.from->value.text(), "GB/T 8170-2008 to " + std::to_string(places) + " decimals"};
    }
    return Judgement{*verdict, std::string(value), "none"};
}

std::optional<Judgement> judgeText(const Limit& limit, std::string_view value) {
    const auto listed = [value](const std::vector<std::string>& texts) { return std::ranges::find(texts, value) != texts.end(); };
    if (listed(limit.accepted)) return Judgement{Verdict::Conforms, std::string(value), "none"};
    if (listed(limit.rejected)) return Judgement{Verdict::Fails, std::string(value), "none"};
    return std::nullopt;
}

/// A count of zero, or a value below some number, says nothing of the limit of detection: a person words it.
std::optional<Judgement> judgeNotDetected(std::string_view value) {
    const std::string word = lowerCase(value);
    if (std::ranges::find(kNotDetected, word) != kNotDetected.end()) {
        return Judgement{Verdict::Conforms, std::string(value), "none"};
    }
    const std::optional<Reported> reported = parseReported(value);
    const bool found = reported && reported->from && !reported->from->value.isNegative() && !reported->from->value.isZero();
    if (found || std::ranges::find(kDetected, word) != kDetected.end()) {
        return Judgement{Verdict::Fails, std::string(value), "none"};
    }
    return std::nullopt;
}

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view wanted) {
    const auto found = std::ranges::find(names, wanted);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

constexpr std::array<std::string_view, 4> kLimitKinds{"range", "text", "list", "not_detected"};
constexpr std::array<std::string_view, 2> kComparisonRules{"full", "rounded"};
constexpr std::array<std::string_view, 2> kVerdicts{"conforms", "fails"};

}  // namespace

std::string_view name(LimitKind kind) { return kLimitKinds.at(static_cast<std::size_t>(kind)); }
std::string_view name(ComparisonRule rule) { return kComparisonRules.at(static_cast<std::size_t>(rule)); }
std::string_view name(Verdict verdict) { return kVerdicts.at(static_cast<std::size_t>(verdict)); }
std::optional<LimitKind> limitKindOf(std::string_view name) { return named<LimitKind>(kLimitKinds, name); }
std::optional<ComparisonRule> comparisonRuleOf(std::string_view name) { return named<ComparisonRule>(kComparisonRules, name); }
std::optional<Verdict> verdictOf(std::string_view name) { return named<Verdict>(kVerdicts, name); }

std::optional<Judgement> judge(const Limit& limit, const std::string& value) {
    const std::string_view text = trimmed(value);
    switch (limit.kind) {
        case LimitKind::Range: return judgeRange(limit, text);
        case LimitKind::NotDetected: return judgeNotDetected(text);
        case LimitKind::Text:
        case LimitKind::List: return judgeText(limit, text);
    }
    return std::nullopt;
}

}  // namespace touchstone::catalogue
