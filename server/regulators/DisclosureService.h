#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/regulators/Disclosure.h"

namespace touchstone::regulators {

/// Disclosure of sampling results (抽检结果信息公开). A regulator publishes, not the laboratory: 药品管理法 (2019) Art
/// 101 lays the bulletins on the authorities. A person of a regulator drafts an issue from issued certificates of
/// supervision sampling of its region, another person of the same organisation signs and publishes it; only then
/// anybody sees it. What becomes of a certificate later stands beside its row, which stays. Safe to use from many
/// threads.
class DisclosureService {
public:
    DisclosureService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                      const Clock& clock)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock) {}

    using Issue = std::pair<Disclosure, std::vector<DisclosureRow>>;

    /// The filter's region and organisation are the actor's, whatever it says. Role regulator, as for all that follow
    /// here.
    [[nodiscard]] std::vector<DisclosureRow> candidates(const Actor& actor, CandidateFilter filter);
    /// Error(Invalid) for numbers that are no candidates.
    [[nodiscard]] Disclosure draft(const Actor& actor, const std::string& title,
                                   const std::vector<std::string>& numbers);
    [[nodiscard]] std::vector<Disclosure> list(const Actor& actor, std::optional<std::int64_t> after,
                                               std::int64_t limit);
    /// With its signature. Error(NotFound) for those of other organisations.
    [[nodiscard]] Issue get(const Actor& actor, std::int64_t id, const RowFilter& filter);
    /// draft → published by electronic signature, with the next number of the organisation and year. Error(OwnDraft)
    /// for who drafted it; Error(WrongState), also when a certificate of a row has been superseded or withdrawn
    /// meanwhile; Error(SignatureRefused), Error(AccountLocked).
    [[nodiscard]] Disclosure publish(const Actor& actor, std::int64_t id, const std::string& reason,
                                     const std::string& password);
    /// draft → discarded; its certificates are candidates again.
    void discard(const Actor& actor, std::int64_t id, const std::string& reason);

    /// For anybody: what is published and nothing else.
    [[nodiscard]] std::vector<Disclosure> published(std::optional<std::int64_t> after, std::int64_t limit);
    /// Error(NotFound) for what is not published, as for what does not exist.
    [[nodiscard]] Issue publishedIssue(std::int64_t id, const RowFilter& filter);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const Clock& clock_;
};

}  // namespace touchstone::regulators
