#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/regulators/FeedService.h"
#include "server/regulators/Subscription.h"

namespace touchstone::regulators {

/// Subscriptions by mail to what is issued, superseded and withdrawn in a regulator's region. Safe to use from many
/// threads.
class SubscriptionService {
public:
    SubscriptionService(db::Database& database, const audit::Trail& trail, const Clock& clock, Random& random,
                        FeedService& feed, const Links& links)
        : database_(database), trail_(trail), clock_(clock), random_(random), feed_(feed), links_(links) {}

    static constexpr std::int64_t kMostOpen = 10;    ///< of one person, not ended
    static constexpr std::int64_t kMostADay = 30;    ///< of one person, ended or not: each sends a mail to an address
    static constexpr std::chrono::hours kToConfirm{48};

    /// Own ones that are not ended. Role regulator, as all but links.
    [[nodiscard]] std::vector<Subscription> list(const Actor& actor);
    /// Begins when the link that is mailed to the address is followed. Error(Invalid) for what is no address and for too
    /// many.
    [[nodiscard]] Subscription make(const Actor& actor, const std::string& address, Language language,
                                    const PortalSearch& filter);
    /// Counts for what is published from now on, and for what was and is not mailed yet.
    [[nodiscard]] Subscription change(const Actor& actor, std::int64_t id, const PortalSearch& filter);
    void end(const Actor& actor, std::int64_t id);

    struct Opened {
        LinkAct act;
        Subscription subscription;
    };
    /// What a link does, without doing it: programs that read mail follow links. Error(NotFound) unless it is one.
    [[nodiscard]] Opened look(const std::string& link);
    /// Does it; a second time changes nothing. Error(NotFound) also for a confirmation whose time is over, or of what was
    /// ended. origin: from where, for the trail.
    [[nodiscard]] Opened follow(const std::string& link, const std::string& origin);

private:
    [[nodiscard]] Opened opened(db::ReadTransaction& tx, const std::string& link) const;
    void record(db::WriteTransaction& tx, const Actor& actor, const char* action, std::int64_t id,
                const std::optional<std::string>& before, const std::optional<std::string>& after) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    Random& random_;
    FeedService& feed_;
    const Links& links_;
};

}  // namespace touchstone::regulators
