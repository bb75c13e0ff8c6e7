#include "server/regulators/Outcome.h"

#include <array>

#include "server/certificates/CertificateText.h"
#include "server/core/Json.h"

namespace touchstone::regulators {
namespace {

using certificates::member;
using certificates::textOf;

constexpr std::string_view kTerm = "risk_report";
/// Of GB/T 2260: all, province, city, county.
constexpr std::array<std::size_t, 4> kLevels{0, 2, 4, 6};

OutcomeItem readItem(const json::Value& test) {
    return {std::stoll(member(test, "seq").text()),
            textOf(test, "edition"),
            textOf(test, "item"),
            textOf(test, "requirement"),
            textOf(test, "value"),
            textOf(test, "unit"),
            textOf(test, "verdict"),
            std::nullopt};
}

}  // namespace

Outcome readOutcome(CertificateId certificate, const std::string& frozen, Date issuedOn) {
    const json::Value root = json::parse(frozen);
    const json::Value& content = member(root, "content");
    const json::Value& sample = member(content, "sample");
    Outcome out;
    out.certificate = certificate;
    out.number = textOf(root, "number");
    out.sample = textOf(sample, "number");
    out.laboratory = textOf(member(content, "laboratory"), "name");
    out.productCode = textOf(sample, "product");
    out.productName = textOf(sample, "product_name");
    out.productKind = textOf(sample, "kind");
    out.specification = textOf(sample, "specification");
    out.batchNo = textOf(sample, "batch_no");
    out.maker = textOf(sample, "maker");
    out.approvalNo = textOf(sample, "approval_no");
    out.client = textOf(sample, "client");
    out.businessKind = textOf(sample, "business_kind");
    out.regionCode = textOf(sample, "region_code");
    out.edition = textOf(sample, "edition");
    out.sampledOn = textOf(sample, "sampled_on");
    out.issuedOn = issuedOn;
    out.verdict = textOf(content, "verdict");
    for (const json::Value& test : member(content, "tests").items()) out.items.push_back(readItem(test));
    return out;
}

Date monthOf(Date day) {
    const std::chrono::year_month_day parts(day);
    return Date(parts.year() / parts.month() / std::chrono::day(1));
}

void addTo(std::map<TallyKey, Tally>& tallies, const Outcome& outcome, std::int64_t sign) {
    const std::string month = toText(monthOf(outcome.issuedOn));
    for (const OutcomeItem& item : outcome.items) {
        if (!item.analyte) continue;
        for (const std::size_t level : kLevels) {
            if (level > outcome.regionCode.size()) break;
            Tally& tally = tallies[{outcome.regionCode.substr(0, level), month, *item.analyte, outcome.maker}];
            tally.tested += sign;
            if (item.verdict == "fails") tally.failing += sign;
        }
    }
}

std::optional<RiskTerm> riskTerm(const std::vector<catalogue::DeadlineRule>& rules, const Calendar& calendar,
                                 const std::string& productKind, Date issued) {
    for (const catalogue::DeadlineRule& rule : rules) {
        if (rule.businessKind != kTerm || rule.productKind != productKind) continue;
        return RiskTerm{calendar.due(issued, rule.days, rule.counting), rule.source};
    }
    return std::nullopt;
}

}  // namespace touchstone::regulators
