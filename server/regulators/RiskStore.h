#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"
#include "server/people/Signature.h"

namespace touchstone::regulators {

/// A line of a certificate that fails.
struct FailingItem {
    std::string item, requirement, value, unit;
};

/// A step that somebody took.
struct RiskStep {
    Instant at;
    std::string person;
};

struct Risk {
    std::int64_t id;
    CertificateId certificateId;
    std::string state;  ///< open, notified, acknowledged, closed
    std::string certificate, certificateStatus, sample;
    std::string productName, batchNo, maker, client, regionCode;
    Instant openedAt;
    std::optional<Date> dueOn;
    std::optional<std::string> rule;
    std::optional<RiskStep> notified, acknowledged, closed;
    std::optional<std::string> recipient, recipientName;  ///< code and name of the organisation that was told
    std::optional<std::string> note, measure;
    std::vector<FailingItem> failing;
    std::optional<std::int64_t> signatureId = {};
    std::optional<people::Signature> signature = {};  ///< of who closed; none: from before closing was signed

    /// Nobody was told by the last day of the term.
    [[nodiscard]] bool overdue(Date today) const { return state == "open" && dueOn && *dueOn < today; }
    /// Somebody was told, but later than that.
    [[nodiscard]] bool late() const { return notified && dueOn && Zone{}.dateOf(notified->at) > *dueOn; }
};

/// What is signed when a risk is closed: who was told when, when it was acknowledged, and the measure. Its shape never
/// changes, since the hashes of earlier signatures are of it.
[[nodiscard]] std::string closedContent(const Risk& risk);

struct RiskFilter {
    std::string region;  ///< this one and those below it
    std::optional<std::string> state = {};
    bool overdue = false;
    std::optional<std::string> q = {};  ///< part of certificate, product, batch or maker
    std::optional<std::int64_t> after = {};
    std::int64_t limit = 50;
};

/// A regulator that may be told.
struct Recipient {
    std::int64_t id;
    std::string code, name, regionCode;
};

namespace store {

/// Newest first, with their failing items.
[[nodiscard]] std::vector<Risk> risks(db::ReadTransaction& tx, const RiskFilter& filter, Date today);
/// How many there are in each state, and as "overdue" those of `open` whose term has passed.
[[nodiscard]] std::map<std::string, std::int64_t> riskCounts(db::ReadTransaction& tx, const std::string& region,
                                                             Date today);
/// Locks them until the transaction ends, so that one person takes a step; without their failing items, ordered by id.
[[nodiscard]] std::vector<Risk> lockRisks(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids);
[[nodiscard]] std::vector<Recipient> recipients(db::ReadTransaction& tx);

void notify(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, Instant at, PersonId by,
            std::int64_t organisation, const std::optional<std::string>& note);
void acknowledge(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, Instant at, PersonId by);
/// signatures: one for each of the risks, in their order.
void close(db::WriteTransaction& tx, const std::vector<Risk>& risks, const std::vector<std::int64_t>& signatures,
           Instant at, PersonId by, const std::string& measure);

/// The failing items of certificates, by certificate id.
[[nodiscard]] std::map<std::int64_t, std::vector<FailingItem>> failingItems(
    db::ReadTransaction& tx, const std::vector<std::int64_t>& certificates);

}  // namespace store
}  // namespace touchstone::regulators
