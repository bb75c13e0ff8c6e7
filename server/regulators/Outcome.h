#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "server/catalogue/Catalogue.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"

namespace touchstone::regulators {

/// One line of a certificate.
struct OutcomeItem {
    std::int64_t seq;
    std::string edition;  ///< with product and seq it names a test item of the catalogue
    std::string item, requirement, value, unit, verdict;
    std::optional<std::int64_t> analyte;  ///< of the catalogue's item; nothing when the catalogue has no such item
};

/// What a certificate says, from what was frozen into it.
struct Outcome {
    CertificateId certificate;
    std::string number, sample, laboratory;
    std::string productCode, productName, productKind, specification, batchNo, maker, approvalNo, client;
    std::string businessKind, regionCode, edition, sampledOn;
    Date issuedOn;  ///< as printed
    std::string verdict;
    std::vector<OutcomeItem> items;

    [[nodiscard]] bool fails() const { return verdict == "fails"; }
};

/// Reads certificate.frozen. std::runtime_error naming a member that is missing, Error(MalformedJson).
[[nodiscard]] Outcome readOutcome(CertificateId certificate, const std::string& frozen, Date issuedOn);

/// region, first day of the month, analyte, maker.
using TallyKey = std::tuple<std::string, std::string, std::int64_t, std::string>;
struct Tally {
    std::int64_t tested = 0, failing = 0;
};

/// What outcomes change of the counts: once for each level of region, the empty one being all. sign: 1 counts, -1 takes
/// back.
void addTo(std::map<TallyKey, Tally>& tallies, const Outcome& outcome, std::int64_t sign);

/// The first day of a day's month.
[[nodiscard]] Date monthOf(Date day);

/// When a regulator has to be told of a failing certificate, and by which rule. Nothing when no rule is in force: the
/// newest of the rules comes first.
struct RiskTerm {
    Date due;
    std::string rule;
};
[[nodiscard]] std::optional<RiskTerm> riskTerm(const std::vector<catalogue::DeadlineRule>& rules,
                                               const Calendar& calendar, const std::string& productKind, Date issued);

}  // namespace touchstone::regulators
