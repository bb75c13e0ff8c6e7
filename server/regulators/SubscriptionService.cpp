#include "server/regulators/SubscriptionService.h"

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/regulators/Letter.h"
#include "server/regulators/MailStore.h"
#include "server/regulators/MailText.h"
#include "server/regulators/SubscriptionStore.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kSaltBytes = 16;

[[noreturn]] void refuse(ErrorCode code, std::vector<std::string> arguments = {}) {
    throw Error(ErrorCode::Invalid, {}, {{"address", code, std::move(arguments), {}}});
}

std::string said(const Subscription& one) {
    json::Writer out;
    out.beginObject().field("address", one.address).key("filter").raw(filterJson(one.filter)).endObject();
    return out.take();
}

Subscription own(db::ReadTransaction& tx, const Actor& actor, std::int64_t id) {
    const std::optional<Subscription> found = store::subscription(tx, id);
    if (!found || found->person != actor.id || found->state == "ended") {
        throw Error(ErrorCode::NotFound, {"subscription", std::to_string(id)});
    }
    return *found;
}

}  // namespace

std::vector<Subscription> SubscriptionService::list(const Actor& actor) {
    static_cast<void>(regionOf(actor));
    return database_.read([&](db::ReadTransaction& tx) { return store::subscriptionsOf(tx, actor.id); });
}

Subscription SubscriptionService::make(const Actor& actor, const std::string& address, Language language,
                                       const PortalSearch& filter) {
    static_cast<void>(regionOf(actor));
    if (!isAddress(address)) refuse(ErrorCode::WrongCharacters);
    return database_.write([&](db::WriteTransaction& tx) {
        const Instant now = clock_.now();
        store::lockPerson(tx, actor.id);
        const store::Counts counts = store::countSubscriptions(tx, actor.id, now - std::chrono::hours(24));
        if (counts.open >= kMostOpen) refuse(ErrorCode::TooMany, {std::to_string(kMostOpen)});
        if (counts.recent >= kMostADay) refuse(ErrorCode::TooMany, {std::to_string(kMostADay)});
        Subscription made{0,         actor.id, address, language, filter, "waiting", random_.bytes(kSaltBytes),
                          now + kToConfirm, 0, now};
        made.id = store::insertSubscription(tx, made);
        const mailText::Text text = mailText::confirmation(language);
        store::insertMail(tx, {made.id, "confirm", address, text.subject, text.body}, now);
        made.lastMail = "waiting";
        record(tx, actor, "subscription.make", made.id, std::nullopt, said(made));
        return made;
    });
}

Subscription SubscriptionService::change(const Actor& actor, std::int64_t id, const PortalSearch& filter) {
    static_cast<void>(regionOf(actor));
    return database_.write([&](db::WriteTransaction& tx) {
        Subscription changed = own(tx, actor, id);
        const std::string before = said(changed);
        changed.filter = filter;
        store::changeFilter(tx, id, filter);
        record(tx, actor, "subscription.change", id, before, said(changed));
        return changed;
    });
}

void SubscriptionService::end(const Actor& actor, std::int64_t id) {
    static_cast<void>(regionOf(actor));
    database_.write([&](db::WriteTransaction& tx) {
        const Subscription ended = own(tx, actor, id);
        if (store::endSubscription(tx, id, clock_.now())) {
            record(tx, actor, "subscription.end", id, said(ended), std::nullopt);
        }
    });
}

SubscriptionService::Opened SubscriptionService::look(const std::string& link) {
    return database_.read([&](db::ReadTransaction& tx) { return opened(tx, link); });
}

SubscriptionService::Opened SubscriptionService::follow(const std::string& link, const std::string& origin) {
    const std::int64_t last = feed_.last();
    return database_.write([&](db::WriteTransaction& tx) {
        Opened out = opened(tx, link);
        Subscription& one = out.subscription;
        Actor actor = store::subscriber(tx, one.person);
        actor.origin = origin;
        if (out.act == LinkAct::confirm && one.state == "waiting") {
            if (!store::confirmSubscription(tx, one.id, last, clock_.now())) throw Error(ErrorCode::Conflict);
            one.state = "active";
            record(tx, actor, "subscription.confirm", one.id, std::nullopt, said(one));
        } else if (out.act == LinkAct::end && store::endSubscription(tx, one.id, clock_.now())) {
            one.state = "ended";
            record(tx, actor, "subscription.end", one.id, said(one), std::nullopt);
        }
        return out;
    });
}

SubscriptionService::Opened SubscriptionService::opened(db::ReadTransaction& tx, const std::string& link) const {
    const std::optional<Links::Named> named = Links::named(link);
    const auto found = named ? store::subscription(tx, named->subscription) : std::nullopt;
    const bool good = found && links_.isOf(link, *found);
    const bool late = good && named->act == LinkAct::confirm &&
                      (found->state == "ended" || (found->state == "waiting" && clock_.now() >= found->confirmUntil));
    if (!good || late) throw Error(ErrorCode::NotFound, {"subscription", ""});
    return {named->act, *found};
}

void SubscriptionService::record(db::WriteTransaction& tx, const Actor& actor, const char* action, std::int64_t id,
                                 const std::optional<std::string>& before,
                                 const std::optional<std::string>& after) const {
    trail_.append(tx, actor, {{action, "subscription", std::to_string(id), before, after, std::nullopt}});
}

}  // namespace touchstone::regulators
