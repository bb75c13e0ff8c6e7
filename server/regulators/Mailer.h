#pragma once
#include <atomic>
#include <chrono>
#include <optional>

#include "server/core/Post.h"
#include "server/db/Database.h"
#include "server/regulators/MailStore.h"

namespace touchstone::regulators {

struct MailSettings {
    std::string from = {};             ///< address
    std::chrono::seconds timeout{30};  ///< of the post, for one mail
    std::chrono::seconds retry{60};    ///< after the first attempt; then doubled
    std::chrono::seconds digest{900};  ///< between two digests of one subscription
};

/// Sends the mails that wait. One that is refused for good, or kMostAttempts times, has failed and never holds the others;
/// while the mail server cannot be reached, nothing is tried and nothing counted. A mail that was taken while this process
/// died is sent again with the same Message-ID. One thread at a time; many servers may share the work.
class Mailer {
public:
    Mailer(db::Database& database, const Clock& clock, const Links& links, const MailSettings& settings, Post& post)
        : database_(database), clock_(clock), links_(links), settings_(settings), post_(post) {}

    static constexpr std::int64_t kMostAttempts = 8;
    /// Sends all whose time has come, until there are no more or the server cannot be reached. Gives the number sent.
    std::size_t run();
    /// Ends a run behind the mail that is under way; from any thread.
    void stop() { stopping_ = true; }

private:
    enum class Outcome : std::uint8_t { sent, notSent, lost, unreachable };
    [[nodiscard]] Outcome send(const Mail& mail);
    void refused(const Mail& mail, bool permanent, const std::string& said);
    [[nodiscard]] bool open();
    void pause(const std::string& why);
    [[nodiscard]] std::string written(const Mail& mail) const;

    db::Database& database_;
    const Clock& clock_;
    const Links& links_;
    const MailSettings& settings_;
    Post& post_;
    std::optional<Instant> pausedUntil_;
    std::chrono::seconds pause_{0};
    std::atomic<bool> stopping_{false};
};

}  // namespace touchstone::regulators
