#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/db/Database.h"
#include "server/regulators/Subscription.h"

/// All SQL on subscriptions.
namespace touchstone::regulators::store {

/// Waits for others who subscribe the same person, so that they can be counted.
void lockPerson(db::WriteTransaction& tx, PersonId person);
struct Counts {
    std::int64_t open;    ///< not ended
    std::int64_t recent;  ///< made since, ended or not
};
[[nodiscard]] Counts countSubscriptions(db::ReadTransaction& tx, PersonId person, Instant since);
[[nodiscard]] std::int64_t insertSubscription(db::WriteTransaction& tx, const Subscription& subscription);
/// Those that are not ended, oldest first.
[[nodiscard]] std::vector<Subscription> subscriptionsOf(db::ReadTransaction& tx, PersonId person);
[[nodiscard]] std::optional<Subscription> subscription(db::ReadTransaction& tx, std::int64_t id);
/// False when it is not waiting any more.
[[nodiscard]] bool confirmSubscription(db::WriteTransaction& tx, std::int64_t id, std::int64_t position, Instant at);
/// Drops its mails that wait; what these tell of may be told by others. False when it was ended before.
[[nodiscard]] bool endSubscription(db::WriteTransaction& tx, std::int64_t id, Instant at);
void changeFilter(db::WriteTransaction& tx, std::int64_t id, const PortalSearch& filter);
/// Who subscribed, for acts by a link.
[[nodiscard]] Actor subscriber(db::ReadTransaction& tx, PersonId person);

/// A subscription with news behind its position, and what its person may see today.
struct Due {
    Subscription subscription;
    std::string region;
};
/// Active ones behind `last` whose last digest is from `before` or earlier, of regulators whose accounts are enabled.
[[nodiscard]] std::vector<Due> dueSubscriptions(db::ReadTransaction& tx, std::int64_t last, Instant before);
/// Moves the position; false when another server did, or the subscription ended. digested: when a mail tells of it.
[[nodiscard]] bool movePosition(db::WriteTransaction& tx, std::int64_t id, std::int64_t from, std::int64_t to,
                                std::optional<Instant> digested);

/// A certificate that somebody had downloaded and that was replaced or withdrawn, nobody told by mail yet.
struct NoticeToMail {
    std::int64_t id;
    std::string number, product, verdict, kind;
    std::int64_t subscription;  ///< the person's oldest active one
};
/// Those that were not read meanwhile, of enabled accounts with an active address; in order of id.
[[nodiscard]] std::vector<NoticeToMail> noticesToMail(db::ReadTransaction& tx, std::size_t limit);

}  // namespace touchstone::regulators::store
