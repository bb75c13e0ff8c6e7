#include "server/regulators/FeedService.h"

#include "server/core/Error.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kNumbersAtOnce = 1000;
constexpr std::size_t kLinesAtOnce = 10'000;

}  // namespace

const std::string& regionOf(const Actor& actor) {
    actor.require({Role::regulator});
    if (actor.regionCode.empty()) throw Error(ErrorCode::NoRight, {"regulator"});
    return actor.regionCode;
}

void numberPublications(db::Database& database) {
    while (database.read([](db::ReadTransaction& tx) { return store::unnumbered(tx); })) {
        database.write([](db::WriteTransaction& tx) { store::giveNumbers(tx, kNumbersAtOnce); });
    }
}

void FeedService::follow() {
    const std::lock_guard one(following_);
    numberPublications(database_);
    bool grown = false;
    while (true) {
        const std::vector<Published> lines = database_.read(
            [&](db::ReadTransaction& tx) { return store::published(tx, directory_.last(), kLinesAtOnce); });
        directory_.add(lines);
        grown = grown || !lines.empty();
        if (lines.size() < kLinesAtOnce) break;
    }
    if (!grown) return;
    const std::lock_guard lock(mutex_);
    grown_.notify_all();
}

FeedService::Page FeedService::changes(const Actor& actor, std::int64_t after, std::size_t limit) {
    static_cast<void>(regionOf(actor));
    follow();
    return known(actor, after, limit);
}

FeedService::Page FeedService::known(const Actor& actor, std::int64_t after, std::size_t limit) {
    const std::string& region = regionOf(actor);
    return pageOf(region, directory_.changes(region, {}, after, limit));
}

FeedService::Page FeedService::newest(const Actor& actor, std::size_t limit) {
    const std::string& region = regionOf(actor);
    follow();
    return pageOf(region, directory_.newest(region, limit));
}

FeedService::Page FeedService::pageOf(const std::string& region, const Directory::Changes& found) {
    Page out{{}, found.reached, found.reached < directory_.last()};
    out.changes = database_.read([&](db::ReadTransaction& tx) { return store::changes(tx, region, found.positions); });
    return out;
}

std::int64_t FeedService::last() {
    follow();
    return directory_.last();
}

std::unique_ptr<FeedService::Listener> FeedService::listen(const Actor& actor) {
    static_cast<void>(regionOf(actor));
    return std::make_unique<Listener>(*this);
}

bool FeedService::Listener::wait(std::int64_t position, std::chrono::milliseconds time) {
    std::unique_lock lock(feed_.mutex_);
    feed_.grown_.wait_for(lock, time, [&] { return feed_.stopping_ || feed_.directory_.last() > position; });
    return feed_.directory_.last() > position;
}

bool FeedService::Listener::ended() const {
    const std::lock_guard lock(feed_.mutex_);
    return feed_.stopping_;
}

void FeedService::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    grown_.notify_all();
}

}  // namespace touchstone::regulators
