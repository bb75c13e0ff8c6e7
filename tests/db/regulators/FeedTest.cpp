#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/core/Error.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;

using namespace std::chrono_literals;

namespace {

struct Published : Laboratory {
    Published() {
        release({checkedSample(1, "150102"), checkedSample(2, "1502"), checkedSample(3, "1501")});
    }
    Actor of(const std::string& region) {
        Actor out = actor("regulator");
        out.regionCode = region;
        return out;
    }
    static std::string said(const touchstone::regulators::FeedService::Page& page) {
        std::string out;
        for (const auto& change : page.changes) {
            out += std::to_string(change.position) + " " + change.kind + " " + change.certificate.number.substr(10) + ", ";
        }
        return out;
    }
    static std::string publish(const std::string& kind, int certificate) {
        return "INSERT INTO publication (certificate_id, kind, at) SELECT id, '" + kind +
               "', '2026-11-22 03:00:00' FROM certificate WHERE number = 'BG202600000" + std::to_string(certificate) + "'";
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(feed, Published)

BOOST_AUTO_TEST_CASE(aRegionReadsItsOwnLinesInOrderAndTheCursorPassesTheOthers) {
    const auto own = feed.changes(actor("regulator"), 0, 10);
    BOOST_TEST(said(own) == "1 issued 01, 3 issued 03, ");
    BOOST_TEST(own.reached == 3);
    BOOST_TEST(!own.more);
    const auto neighbour = feed.changes(of("150103"), 0, 10);
    BOOST_TEST(said(neighbour) == "");
    BOOST_TEST(neighbour.reached == 3);
    const auto first = feed.changes(actor("regulator"), 0, 1);
    BOOST_TEST(said(first) == "1 issued 01, ");
    BOOST_TEST(first.more);
    BOOST_TEST(said(feed.changes(actor("regulator"), first.reached, 10)) == "3 issued 03, ");
}

// The trap of AUTO_INCREMENT: the number is taken when the row is written, and the row may be seen long after later ones.
BOOST_AUTO_TEST_CASE(whatIsCommittedLateStandsBehindWhatWasReadAndNotBeforeIt) {
    owner().runAlone([&](const auto& late) {
        late("SET autocommit = 0");
        late(publish("superseded", 1));
        sql(publish("withdrawn", 3));
        const auto seen = feed.changes(actor("regulator"), 3, 10);
        BOOST_TEST(said(seen) == "4 withdrawn 03, ");
        late("COMMIT");
        BOOST_TEST(said(feed.changes(actor("regulator"), seen.reached, 10)) == "5 superseded 01, ");
    });
}

BOOST_AUTO_TEST_CASE(manyWhoNumberAtOnceLeaveNoGapAndNumberNothingTwice) {
    for (int i = 0; i < 60; ++i) sql(publish("superseded", 1));
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<touchstone::regulators::FeedService>> feeds;
    for (int i = 0; i < 4; ++i) feeds.push_back(std::make_unique<touchstone::regulators::FeedService>(application(), 1));
    for (auto& each : feeds) threads.emplace_back([&each] { each->follow(); });
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(number("SELECT COUNT(*) FROM publication") == 63);
    BOOST_TEST(number("SELECT MAX(position) FROM publication") == 63);
    BOOST_TEST(number("SELECT COUNT(DISTINCT position) FROM publication") == 63);
    for (const auto& each : feeds) BOOST_TEST(each->last() == 63);
}

BOOST_AUTO_TEST_CASE(aServerThatStartsReadsWhatOthersPublished) {
    feed.follow();
    touchstone::regulators::FeedService another(application(), 1);
    BOOST_TEST(said(another.changes(actor("regulator"), 0, 10)) == "1 issued 01, 3 issued 03, ");
}

BOOST_AUTO_TEST_CASE(whoListensIsWokenAndNoMoreMayListenThanThereArePlaces) {
    auto one = feed.listen(actor("regulator"));
    const auto two = feed.listen(actor("regulator"));
    const auto busy = [](const Error& error) { return error.code() == ErrorCode::Busy; };
    BOOST_CHECK_EXCEPTION(static_cast<void>(feed.listen(actor("regulator"))), Error, busy);
    one.reset();
    one = feed.listen(actor("regulator"));

    feed.follow();
    BOOST_TEST(!one->wait(3, 1ms));
    std::thread writer([&] {
        sql(publish("withdrawn", 1));
        feed.follow();
    });
    BOOST_TEST(two->wait(3, 20s));
    writer.join();
    BOOST_TEST(said(feed.known(actor("regulator"), 3, 10)) == "4 withdrawn 01, ");
    feed.stop();
    BOOST_TEST(one->ended());
}

BOOST_AUTO_TEST_CASE(onlyRegulatorsReadTheFeed) {
    const auto refused = [](const Error& error) { return error.code() == ErrorCode::NoRight; };
    BOOST_CHECK_EXCEPTION(static_cast<void>(feed.changes(actor("analyst"), 0, 10)), Error, refused);
    BOOST_CHECK_EXCEPTION(static_cast<void>(feed.listen(actor("analyst"))), Error, refused);
    BOOST_CHECK_EXCEPTION(static_cast<void>(feed.changes(of(""), 0, 10)), Error, refused);
}

BOOST_AUTO_TEST_CASE(theServerMayNumberALineAndChangeNothingElseOfIt) {
    const auto refused = [](const touchstone::db::SqlError& error) { return error.code() == 1143 || error.code() == 1142; };
    BOOST_CHECK_EXCEPTION(application().write([](touchstone::db::WriteTransaction& tx) {
                              tx.execute({"test_change", "UPDATE publication SET kind = 'withdrawn'"});
                          }),
                          touchstone::db::SqlError, refused);
}

BOOST_AUTO_TEST_SUITE_END()
