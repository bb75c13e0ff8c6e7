#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/core/Places.h"
#include "server/db/Database.h"
#include "server/regulators/FeedStore.h"

namespace touchstone::regulators {

/// The region whose certificates the actor may see. Role regulator; an organisation without a region sees none, not
/// all.
[[nodiscard]] const std::string& regionOf(const Actor& actor);

/// Gives their place in the feed to all publications that are committed and have none.
void numberPublications(db::Database& database);

/// The change feed: what was issued, superseded and withdrawn, in an order that never changes and has no gaps, so that
/// whoever keeps the position of the last line that it read misses nothing. Safe to use from many threads.
class FeedService {
public:
    /// most: who may listen at the same time.
    FeedService(db::Database& database, std::size_t most) : database_(database), places_(most) {}

    /// Numbers what was published meanwhile, reads it into the directory and wakes those who listen. Two small queries
    /// when there is nothing new. The first call reads all there is.
    void follow();
    [[nodiscard]] const Directory& directory() const noexcept { return directory_; }

    struct Page {
        std::vector<Change> changes;  ///< oldest first
        std::int64_t reached;         ///< where to go on after; it moves past what other regions had
        bool more;
    };
    /// Role regulator.
    [[nodiscard]] Page changes(const Actor& actor, std::int64_t after, std::size_t limit);
    /// The last of the region's lines. Role regulator.
    [[nodiscard]] Page newest(const Actor& actor, std::size_t limit);
    /// As changes, of what was read already: what listeners are woken for.
    [[nodiscard]] Page known(const Actor& actor, std::int64_t after, std::size_t limit);
    /// Position of the newest line.
    [[nodiscard]] std::int64_t last();

    /// A place among those who listen, given back at its end.
    class Listener {
    public:
        explicit Listener(FeedService& feed) : feed_(feed), place_(feed.places_) {}

        /// Waits until the feed has more than `position`; false when it has not in that time.
        [[nodiscard]] bool wait(std::int64_t position, std::chrono::milliseconds time);
        /// The server ends: no more is to come.
        [[nodiscard]] bool ended() const;

    private:
        FeedService& feed_;
        Place place_;
    };
    /// Role regulator. Error(Busy) when all places are taken: each holds a thread and a connection.
    [[nodiscard]] std::unique_ptr<Listener> listen(const Actor& actor);
    /// Those who listen are sent away; for the end of the server.
    void stop();

private:
    [[nodiscard]] Page pageOf(const std::string& region, const Directory::Changes& found);

    db::Database& database_;
    Places places_;
    std::mutex following_;  ///< one reads at a time
    Directory directory_;
    mutable std::mutex mutex_;
    std::condition_variable grown_;
    bool stopping_ = false;
};

}  // namespace touchstone::regulators
