#include "server/certificates/Differences.h"

#include <array>

#include "server/certificates/CertificateText.h"
#include "server/core/Decimal.h"

namespace touchstone::certificates {
namespace {

constexpr std::array<std::string_view, 7> kNames{"failing",         "corrected",       "late",   "near_limit",
                                                 "verdict_changed", "edition_changed", "amended"};

/// What was reported, with its unit.
std::string shown(const std::string& value, const std::string& unit) {
    return unit.empty() ? value : value + " " + unit;
}

bool isNear(const FrozenTest& test, Decimal share) {
    if (test.limitKind != "range" || test.verdict != "conforms") return false;
    const auto value = Decimal::parse(test.compared);
    const auto lower = test.lower ? Decimal::parse(*test.lower) : std::nullopt;
    const auto upper = test.upper ? Decimal::parse(*test.upper) : std::nullopt;
    if (!value || (!lower && !upper)) return false;
    const Decimal width = lower && upper ? *upper - *lower : (lower ? *lower : *upper).abs();
    const Decimal margin = width * share;
    // A limit of nothing at all has no neighbourhood.
    if (margin.isZero()) return false;
    return (lower && (*value - *lower).abs() <= margin) || (upper && (*upper - *value).abs() <= margin);
}

/// Analyte lines are known to people by heading and item.
const json::Value* sameItem(const json::Value& frozen, const FrozenTest& test) {
    for (const json::Value& one : member(member(frozen, "content"), "tests").items()) {
        if (textOf(one, "item") == test.item && textOf(one, "heading") == test.heading) return &one;
    }
    return nullptr;
}

void addTest(std::vector<Difference>& out, const FrozenTest& test, const Earlier* previous,
             const std::optional<NearLimitRule>& near) {
    const std::string value = shown(test.value, test.unit);
    if (test.verdict == "fails") out.push_back({Difference::Kind::Failing, test.item, value, test.requirement, "", "", ""});
    if (near && isNear(test, near->share)) {
        out.push_back({Difference::Kind::NearLimit, test.item, value, test.requirement, "", "", ""});
    }
    if (test.version > 1) {
        out.push_back({Difference::Kind::Corrected, test.item, value, test.requirement, "", "", test.reason.value_or("")});
    }
    const json::Value* before = previous != nullptr ? sameItem(previous->frozen, test) : nullptr;
    if (before != nullptr && textOf(*before, "verdict") != test.verdict) {
        out.push_back({Difference::Kind::VerdictChanged, test.item, value, test.requirement,
                       shown(textOf(*before, "value"), textOf(*before, "unit")), previous->number, ""});
    }
}

}  // namespace

std::string_view name(Difference::Kind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::vector<Difference> differencesOf(const FrozenContent& content, const std::vector<LateValue>& late,
                                      const Earlier* previous, const std::optional<std::string>& own,
                                      const std::optional<NearLimitRule>& near) {
    std::vector<Difference> out;
    for (const FrozenTest& test : content.tests) addTest(out, test, previous, near);
    for (const LateValue& one : late) out.push_back({Difference::Kind::Late, one.item, one.value, "", "", "", ""});
    if (previous != nullptr) {
        const std::string& edition = textOf(member(member(previous->frozen, "content"), "sample"), "edition");
        if (edition != content.sample.edition) {
            out.push_back({Difference::Kind::EditionChanged, "", content.sample.edition, "", edition, previous->number, ""});
        }
    }
    if (own) out.push_back({Difference::Kind::Amended, "", "", "", "", *own, ""});
    return out;
}

std::string toJson(const std::vector<Difference>& differences) {
    json::Writer out;
    out.beginArray();
    for (const Difference& one : differences) {
        out.beginObject()
            .field("kind", name(one.kind))
            .field("item", one.item)
            .field("value", one.value)
            .field("requirement", one.requirement)
            .field("previous", one.previous)
            .field("certificate", one.certificate)
            .field("reason", one.reason)
            .endObject();
    }
    out.endArray();
    return out.take();
}

}  // namespace touchstone::certificates
