#include <algorithm>

#include "server/regulators/DigestService.h"
#include "server/regulators/Mailer.h"
#include "server/regulators/SubscriptionService.h"
#include "tests/db/regulators/Follower.h"

using namespace touchstone;
using namespace touchstone::regulators;
using namespace std::chrono_literals;
using touchstone::tests::refusedAs;

namespace {

/// Takes mails, or does what it is told.
struct FakePost final : Post {
    std::vector<std::string> taken, tried;
    std::string unreachable;
    std::map<std::string, std::function<void()>> on;  ///< by recipient
    bool isOpen = false;
    void open() override {
        if (!unreachable.empty()) throw MailUnreachable(unreachable);
        isOpen = true;
    }
    void send(const std::string&, const std::string& to, const std::string& message) override {
        BOOST_TEST(isOpen);
        tried.push_back(to);
        if (on.contains(to)) on.at(to)();
        taken.push_back(message);
    }
    void close() noexcept override { isOpen = false; }
};

struct Subscribed : tests::Follower {
    std::int64_t active(const Actor& actor, const std::string& address, const PortalSearch& filter = {}) {
        const Subscription made = subscriptions.make(actor, address, Language::zh, filter);
        const Subscription stored = *application().read(
            [&](db::ReadTransaction& tx) { return store::subscription(tx, made.id); });
        static_cast<void>(subscriptions.follow(links.link(LinkAct::confirm, made.id, stored.salt), "test"));
        sql("DELETE FROM mail WHERE kind = 'confirm'");
        return made.id;
    }
    std::int64_t mails(const std::string& where = "1") { return number("SELECT COUNT(*) FROM mail WHERE " + where); }

    Links links{"key", "https://lims.example.cn"};
    SubscriptionService subscriptions{application(), trail, clock, random, feed, links};
    DigestService digests{application(), clock, feed, links, 15min};
    MailSettings settings{"lims@example.cn", 30s, 60s, 900s};
    FakePost post;
    Mailer mailer{application(), clock, links, settings, post};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mail, Subscribed)

BOOST_AUTO_TEST_CASE(aDigestTellsWhatCameAfterTheConfirmationAndEachLineOnce) {
    issued(1);
    active(first(), "first@example.cn");
    const std::string told = issued(2);
    digests.run();
    digests.run();
    BOOST_TEST(mails() == 1);
    BOOST_TEST(text("SELECT body FROM mail").find(told) != std::string::npos);
    BOOST_TEST(text("SELECT body FROM mail").find("BG2026000001") == std::string::npos);
    end(told, "withdrawn");
    digests.run();
    BOOST_TEST(mails() == 1);  // not before its time
    clock.advance(15min);
    digests.run();
    BOOST_TEST(mails() == 2);
}

BOOST_AUTO_TEST_CASE(ofTwoServersOneTells) {
    active(first(), "first@example.cn");
    issued(1);
    FeedService otherFeed(application(), 1);
    DigestService other(application(), clock, otherFeed, links, 0s);
    std::thread beside([&] { other.run(); });
    digests.run();
    beside.join();
    BOOST_TEST(mails() == 1);
}

BOOST_AUTO_TEST_CASE(aRegionHearsOfItsOwnAndThePositionPassesTheOthers) {
    active(first(), "first@example.cn");
    const std::int64_t countys = active(county(), "county@example.cn");
    active(other(), "other@example.cn", {.region = "15"});
    issued(1, "1501");
    digests.run();
    BOOST_TEST(mails("recipient = 'first@example.cn'") == 1);
    BOOST_TEST(mails() == 1);
    BOOST_TEST(number("SELECT position FROM subscription WHERE id = " + std::to_string(countys)) == 1);
    // Who moves to another region hears of that one, not of what was once its own.
    sql("UPDATE person SET organisation_id = 4 WHERE login = 'county'");
    issued(2, "150102");
    issued(3, "1502");
    digests.run();
    BOOST_TEST(mails("recipient = 'county@example.cn'") == 1);
    BOOST_TEST(text("SELECT body FROM mail WHERE recipient = 'county@example.cn'").find("BG2026000003") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(whoseAccountIsDisabledOrIsNoRegulatorAnyMoreHearsNothing) {
    active(first(), "first@example.cn");
    active(second(), "second@example.cn");
    sql("UPDATE person SET enabled = 0 WHERE login = 'regulator'");
    sql("DELETE r FROM person_role r JOIN person p ON p.id = r.person_id WHERE p.login = 'second'");
    issued(1);
    digests.run();
    BOOST_TEST(mails() == 0);
}

BOOST_AUTO_TEST_CASE(aMailThatIsRefusedIsTriedLaterAndAtLastFailsAndNeverHoldsTheOthers) {
    active(first(), "poison@example.cn");
    active(first(), "good@example.cn");
    issued(1);
    digests.run();
    post.on["poison@example.cn"] = [] { throw MailRefused(false, "451 later"); };
    BOOST_TEST(mailer.run() == 1U);
    BOOST_TEST(mails("recipient = 'good@example.cn' AND state = 'sent'") == 1);
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(post.tried.size() == 2U);
    for (int attempt = 1; attempt < Mailer::kMostAttempts; ++attempt) {
        clock.advance(5h);
        static_cast<void>(mailer.run());
    }
    BOOST_TEST(mails("recipient = 'poison@example.cn' AND state = 'failed' AND said = '451 later' AND attempts = 8") == 1);
    clock.advance(24h);
    static_cast<void>(mailer.run());
    BOOST_TEST(post.tried.size() == 1U + Mailer::kMostAttempts);
}

BOOST_AUTO_TEST_CASE(whatIsRefusedForGoodFailsAtOnce) {
    active(first(), "nobody@example.cn");
    issued(1);
    digests.run();
    post.on["nobody@example.cn"] = [] { throw MailRefused(true, "550 no such mailbox"); };
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(mails("state = 'failed' AND attempts = 1") == 1);
}

BOOST_AUTO_TEST_CASE(whileTheServerCannotBeReachedNothingIsCountedAndItIsAskedLessAndLess) {
    active(first(), "first@example.cn");
    issued(1);
    digests.run();
    post.unreachable = "refused";
    for (int i = 0; i < 3; ++i) BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(mails("state = 'waiting' AND attempts = 0") == 1);
    post.unreachable.clear();
    BOOST_TEST(mailer.run() == 0U);  // it pauses
    clock.advance(60s);
    BOOST_TEST(mailer.run() == 1U);
}

BOOST_AUTO_TEST_CASE(whoRefusesTheSenderRefusesNoMail) {
    active(first(), "first@example.cn");
    issued(1);
    digests.run();
    post.on["first@example.cn"] = [] { throw MailUnreachable("530 sign in first"); };
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(mails("state = 'waiting' AND attempts = 0") == 1);
    post.on.clear();
    clock.advance(60s);
    BOOST_TEST(mailer.run() == 1U);
}

BOOST_AUTO_TEST_CASE(connectionsThatBreakAgainAndAgainPauseAll) {
    for (int i = 0; i < 5; ++i) {
        const std::string address = "a" + std::to_string(i) + "@example.cn";
        active(first(), address);
        post.on[address] = [] { throw MailLost("the connection broke"); };
    }
    issued(1);
    digests.run();
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(post.tried.size() == 3U);
}

BOOST_AUTO_TEST_CASE(aMailThatIsUnderWayElsewhereIsLeftAloneUntilItsTimeIsOver) {
    active(first(), "first@example.cn");
    issued(1);
    digests.run();
    FakePost otherPost;
    Mailer other(application(), clock, links, settings, otherPost);
    post.on["first@example.cn"] = [&] { BOOST_TEST(other.run() == 0U); };
    BOOST_TEST(mailer.run() == 1U);
    BOOST_TEST(otherPost.tried.empty());
}

BOOST_AUTO_TEST_CASE(noticesAreTakenUpOnceAndDeliveredWhenTheMailWas) {
    const std::string certificate = issued(1);
    active(first(), "first@example.cn");
    sql("INSERT INTO notice (certificate_id, kind, person_id, made_at) SELECT id, 'withdrawn', " +
        std::to_string(first().id.value) + ", '2026-11-22 02:00:00' FROM certificate");
    digests.run();
    digests.run();
    BOOST_TEST(mails("kind = 'notice'") == 1);
    post.unreachable = "away";
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(number("SELECT COUNT(*) FROM notice WHERE delivered_at IS NULL") == 1);
    post.unreachable.clear();
    clock.advance(60s);
    BOOST_TEST(mailer.run() == 1U);
    BOOST_TEST(number("SELECT COUNT(*) FROM notice WHERE delivered_at IS NULL") == 0);
}

BOOST_AUTO_TEST_CASE(whenASubscriptionEndsItsMailsAreDroppedAndAnotherAddressTellsTheNotices) {
    issued(1);
    const std::int64_t one = active(first(), "one@example.cn");
    active(first(), "two@example.cn");
    sql("INSERT INTO notice (certificate_id, kind, person_id, made_at) SELECT id, 'withdrawn', " +
        std::to_string(first().id.value) + ", '2026-11-22 02:00:00' FROM certificate");
    digests.run();
    subscriptions.end(first(), one);
    digests.run();
    BOOST_TEST(mails("kind = 'notice' AND recipient = 'one@example.cn' AND state = 'dropped'") == 1);
    BOOST_TEST(mails("kind = 'notice' AND recipient = 'two@example.cn' AND state = 'waiting'") == 1);
}

BOOST_AUTO_TEST_CASE(aConfirmationIsGoodForTwoDaysAndItsMailIsNotSentAfterwards) {
    const Subscription made = subscriptions.make(first(), "late@example.cn", Language::zh, {});
    const std::string link = links.link(LinkAct::confirm, made.id, made.salt);
    clock.advance(48h);
    BOOST_CHECK_EXCEPTION(static_cast<void>(subscriptions.follow(link, "test")), Error, refusedAs(ErrorCode::NotFound));
    BOOST_TEST(mailer.run() == 0U);
    BOOST_TEST(post.tried.empty());
}

BOOST_AUTO_TEST_CASE(aPersonCannotHaveManyMailsSentToAddressesOfOthers) {
    for (int i = 0; i < SubscriptionService::kMostADay; ++i) {
        const Subscription made = subscriptions.make(first(), "victim@example.cn", Language::zh, {});
        subscriptions.end(first(), made.id);
    }
    BOOST_CHECK_EXCEPTION(static_cast<void>(subscriptions.make(first(), "victim@example.cn", Language::zh, {})), Error,
                          refusedAs(ErrorCode::Invalid));
    clock.advance(24h);
    BOOST_CHECK_NO_THROW(static_cast<void>(subscriptions.make(first(), "victim@example.cn", Language::zh, {})));
}

BOOST_AUTO_TEST_CASE(onlyRegulatorsSubscribe) {
    BOOST_CHECK_EXCEPTION(static_cast<void>(subscriptions.list(actor("analyst"))), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(subscriptions.make(actor("analyst"), "a@example.cn", Language::zh, {})), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_SUITE_END()
