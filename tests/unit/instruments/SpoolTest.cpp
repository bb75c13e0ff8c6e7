#include <boost/test/unit_test.hpp>
#include <future>
#include <set>

#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Sqlite.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

/// A clock that stands until it is moved.
struct Fixture {
    test::TempFolder folder;
    WallTime now{std::chrono::milliseconds(1'800'000'000'000)};
    std::unique_ptr<Spool> spool = open();

    std::unique_ptr<Spool> open() {
        return std::make_unique<Spool>(folder.path(), SpoolSettings{}, [this] { return now; });
    }
    void restart() {
        spool.reset();
        spool = open();
    }
    void storePart(const std::string& transfer, const std::string& instrument, const std::string& bytes) {
        static_cast<void>(spool->store(
            {.instrument = instrument, .protocol = "astm", .bytes = bytes, .transfer = transfer, .part = true}));
    }
    std::vector<SpooledMessage> pending() { return spool->pending(100, 1'000'000); }
};

Incoming message(const std::string& bytes, const std::string& controlId = "") {
    return {.instrument = "ICP",
            .protocol = "astm",
            .bytes = bytes,
            .controlId = controlId,
            .answer = "answer to " + bytes};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(SpoolOnDisk, Fixture)

BOOST_AUTO_TEST_CASE(a_message_is_kept_byte_for_byte_through_a_restart) {
    const std::string bytes("\x02\0\xFF\r\n", 5);
    const Stored stored = spool->store(message(bytes));
    restart();
    BOOST_REQUIRE(pending().size() == 1u);
    BOOST_TEST(pending()[0].id == stored.id);
    BOOST_TEST(pending()[0].bytes == bytes);
    BOOST_TEST(pending()[0].sha256.size() == 64u);
    BOOST_TEST(pending()[0].receivedAt == "2027-01-15T08:00:00.000000Z");
}

BOOST_AUTO_TEST_CASE(the_spool_writes_ahead) {
    Sqlite database(folder.path("spool.sqlite"));
    auto mode = database.prepare("PRAGMA journal_mode");
    BOOST_TEST(mode.step());
    BOOST_TEST(mode.text(0) == "wal");
}

BOOST_AUTO_TEST_CASE(a_repeated_message_with_a_control_id_is_not_stored_again_and_answered_as_before) {
    const Stored first = spool->store(message("one", "C1"));
    Incoming again = message("one", "C1");
    again.answer = "a later answer";
    now += std::chrono::hours(30);
    const Stored second = spool->store(again);
    BOOST_TEST(second.duplicate);
    BOOST_TEST(second.id == first.id);
    BOOST_TEST(second.answer == "answer to one");
    BOOST_TEST(pending().size() == 1u);
    BOOST_TEST(spool->counts().duplicates == 0);
}

BOOST_AUTO_TEST_CASE(the_same_control_id_with_other_bytes_is_another_message) {
    static_cast<void>(spool->store(message("one", "C1")));
    BOOST_TEST(!spool->store(message("two", "C1")).duplicate);
    BOOST_TEST(pending().size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_same_bytes_of_another_instrument_are_another_message) {
    static_cast<void>(spool->store(message("one", "C1")));
    Incoming other = message("one", "C1");
    other.instrument = "HPLC";
    BOOST_TEST(!spool->store(other).duplicate);
}

BOOST_AUTO_TEST_CASE(equal_bytes_without_a_control_id_are_kept_but_not_forwarded_within_the_window) {
    static_cast<void>(spool->store(message("one")));
    now += 9min;
    BOOST_TEST(spool->store(message("one")).duplicate);
    BOOST_TEST(spool->counts().duplicates == 1);
    BOOST_TEST(pending().size() == 1u);
    now += 2min;
    BOOST_TEST(!spool->store(message("one")).duplicate);
    BOOST_TEST(pending().size() == 2u);
}

BOOST_AUTO_TEST_CASE(equal_files_are_duplicates_however_late) {
    Incoming file = message("table");
    file.foreverUnique = true;
    static_cast<void>(spool->store(file));
    now += std::chrono::hours(24 * 6);
    BOOST_TEST(spool->store(file).duplicate);
}

BOOST_AUTO_TEST_CASE(parts_give_way_to_their_message) {
    storePart("t1", "ICP", "a");
    storePart("t1", "ICP", "b");
    Incoming whole = message("abc");
    whole.transfer = "t1";
    static_cast<void>(spool->store(whole));
    restart();
    BOOST_REQUIRE(pending().size() == 1u);
    BOOST_TEST(pending()[0].bytes == "abc");
}

BOOST_AUTO_TEST_CASE(parts_that_a_crash_cut_off_become_incomplete_messages) {
    storePart("t1", "ICP", "a");
    storePart("t2", "GC", "x");
    storePart("t1", "ICP", "b");
    restart();
    BOOST_REQUIRE(pending().size() == 2u);
    BOOST_TEST(pending()[0].state == "incomplete");
    std::set<std::string> bytes{pending()[0].instrument + pending()[0].bytes,
                                pending()[1].instrument + pending()[1].bytes};
    BOOST_TEST((bytes == std::set<std::string>{"ICPab", "GCx"}));
    restart();
    BOOST_TEST(pending().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_batch_is_stored_whole_or_not_at_all) {
    const Incoming one = message("one", "C1"), two = message("two", "C2");
    Incoming bad = message("bad");
    const std::vector<const Incoming*> batch{&one, &two, &one, &bad};
    Sqlite(folder.path("spool.sqlite"))
        .execute(
            "CREATE TRIGGER no_bad BEFORE INSERT ON message WHEN CAST(new.bytes AS TEXT) = 'bad'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END");
    BOOST_CHECK_THROW(static_cast<void>(spool->store(batch)), std::runtime_error);
    BOOST_TEST(spool->counts().pending == 0);
    bad.bytes = "good";
    const std::vector<Stored> stored = spool->store(batch);
    BOOST_REQUIRE(stored.size() == 4u);
    BOOST_TEST(stored[2].duplicate);
    BOOST_TEST(stored[2].id == stored[0].id);
    BOOST_TEST(spool->counts().pending == 3);
    BOOST_TEST(pending()[1].bytes == "two");
}

BOOST_AUTO_TEST_CASE(the_counts_are_those_of_the_rows_after_a_restart_too) {
    const Stored one = spool->store(message("one"));
    const Stored two = spool->store(message("two"));
    static_cast<void>(spool->counts());  // from here on they are kept
    static_cast<void>(spool->store(message("two")));
    static_cast<void>(spool->store(message("three")));
    spool->markForwarded({one.id, one.id});
    spool->markRefused(two.id, "422 no");
    for (int time = 0; time < 2; ++time) {
        const SpoolCounts counts = spool->counts();
        BOOST_TEST(counts.pending == 1);
        BOOST_TEST(counts.forwarded == 1);
        BOOST_TEST(counts.refused == 1);
        BOOST_TEST(counts.duplicates == 1);
        restart();
    }
}

BOOST_AUTO_TEST_CASE(a_spool_of_an_earlier_gateway_is_taken_over) {
    spool.reset();
    Sqlite(folder.path("spool.sqlite"))
        .execute("DROP INDEX message_known; CREATE INDEX message_equal ON message (instrument, sha256)");
    spool = open();
    static_cast<void>(spool->store(message("one", "C1")));
    BOOST_TEST(spool->store(message("one", "C1")).duplicate);
    Sqlite database(folder.path("spool.sqlite"));
    auto indexes =
        database.prepare("SELECT name FROM pragma_index_list('message') WHERE name LIKE 'message_%' ORDER BY 1");
    BOOST_TEST(indexes.step());
    BOOST_TEST(indexes.text(0) == "message_known");
}

BOOST_AUTO_TEST_CASE(batches_keep_the_order_and_the_limits) {
    for (const std::string bytes : {"aaaa", "bbbb", "cccc"}) static_cast<void>(spool->store(message(bytes)));
    BOOST_TEST(spool->pending(2, 1'000).size() == 2u);
    BOOST_TEST(spool->pending(100, 9).size() == 2u);
    BOOST_TEST(spool->pending(100, 1).size() == 1u);
    BOOST_TEST(spool->pending(1, 1)[0].bytes == "aaaa");
}

BOOST_AUTO_TEST_CASE(forwarded_and_refused_messages_are_kept_but_not_pending) {
    const Stored one = spool->store(message("one"));
    const Stored two = spool->store(message("two"));
    spool->markForwarded({one.id});
    spool->markRefused(two.id, "422 no");
    BOOST_TEST(pending().empty());
    BOOST_TEST(spool->counts().forwarded == 1);
    BOOST_TEST(spool->counts().refused == 1);
    now += std::chrono::hours(24 * 8);
    spool->purge();
    BOOST_TEST(spool->counts().forwarded == 0);
    BOOST_TEST(spool->counts().refused == 1);
}

BOOST_AUTO_TEST_CASE(many_threads_store_at_a_time) {
    std::vector<std::future<std::string>> ids;
    for (int i = 0; i < 64; ++i) {
        ids.push_back(
            std::async(std::launch::async, [this, i] { return spool->store(message(std::to_string(i))).id; }));
    }
    std::set<std::string> different;
    for (auto& id : ids) different.insert(id.get());
    BOOST_TEST(different.size() == 64u);
    BOOST_TEST(pending().size() == 64u);
}

BOOST_AUTO_TEST_CASE(a_second_gateway_on_the_same_spool_is_turned_away) {
    BOOST_CHECK_THROW(Spool(folder.path()), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
