#pragma once
#include <chrono>

#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/regulators/FeedService.h"
#include "server/regulators/SubscriptionStore.h"

namespace touchstone::regulators {

/// Makes the mails of subscriptions. A digest is written in the transaction that moves the subscription's position over
/// what it tells, so that each line of the feed is told exactly once, however often this process dies. Many servers may
/// share the work.
class DigestService {
public:
    /// every: between two digests of one subscription.
    DigestService(db::Database& database, const Clock& clock, FeedService& feed, const Links& links,
                  std::chrono::seconds every)
        : database_(database), clock_(clock), feed_(feed), links_(links), every_(every) {}

    static constexpr std::size_t kMostLines = 200;  ///< of one mail
    void run();

private:
    void digest(const store::Due& due);
    void tellNotices();

    db::Database& database_;
    const Clock& clock_;
    FeedService& feed_;
    const Links& links_;
    std::chrono::seconds every_;
};

}  // namespace touchstone::regulators
