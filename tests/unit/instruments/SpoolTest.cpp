#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "instruments/gateway/Spool.h"
#include "instruments/gateway/SpoolDatabase.h"
#include "instruments/gateway/SpoolRow.h"
#include "instruments/gateway/Sqlite.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

/// A clock that stands until it is moved.
struct Fixture {
    test::TempFolder folder;
    WallTime now{std::chrono::milliseconds(1'800'000'000'000)};
    SpoolSettings settings{};
    std::unique_ptr<Spool> spool = open();

    std::unique_ptr<Spool> open() {
        return std::make_unique<Spool>(folder.path(), settings, [this] { return now; });
    }
    void restartWithJournal(std::size_t bytes) {
        settings.journal = bytes;
        restart();
    }
    /// Messages go straight into the database.
    void restartWithoutJournal() { restartWithJournal(0); }
    /// As a crash leaves it: what is on disk now.
    std::vector<SpooledMessage> pendingAfterACrash() {
        const test::TempFolder image;
        std::filesystem::copy(folder.path(), image.path(), std::filesystem::copy_options::recursive);
        std::vector<SpooledMessage> first = Spool(image.path(), settings).pending(100'000, 1'000'000'000);
        const std::vector<SpooledMessage> again = Spool(image.path(), settings).pending(100'000, 1'000'000'000);
        BOOST_TEST(again.size() == first.size());
        return first;
    }
    void breakDatabase() const {
        Sqlite(folder.path("spool.sqlite"))
            .execute("CREATE TRIGGER broken BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'broken'); END");
    }
    void mendDatabase() const { Sqlite(folder.path("spool.sqlite")).execute("DROP TRIGGER broken"); }
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
    restartWithoutJournal();
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

BOOST_AUTO_TEST_CASE(what_is_stored_outlives_a_crash_at_any_moment_and_is_there_once) {
    BOOST_TEST(spool->notice().empty());
    BOOST_TEST(pendingAfterACrash().empty());
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        ids.push_back(spool->store(message("message " + std::to_string(i), "C" + std::to_string(i))).id);
        if (i % 16 == 5) static_cast<void>(pending());  // they are in the database now
        if (i % 3 != 0) continue;
        const std::vector<SpooledMessage> left = pendingAfterACrash();
        BOOST_REQUIRE(left.size() == ids.size());
        for (std::size_t at = 0; at < ids.size(); ++at) {
            BOOST_TEST(left[at].id == ids[at]);
            BOOST_TEST(left[at].bytes == "message " + std::to_string(at));
            BOOST_TEST(left[at].receivedAt == "2027-01-15T08:00:00.000000Z");
        }
    }
}

BOOST_AUTO_TEST_CASE(parts_outlive_a_crash_and_are_there_once_wherever_they_stand) {
    const auto left = [&] {
        std::vector<SpooledMessage> all = pendingAfterACrash();
        return all.size() == 1 ? all[0].state + " " + all[0].bytes : std::to_string(all.size());
    };
    storePart("t1", "ICP", "a");
    BOOST_TEST(left() == "incomplete a");
    static_cast<void>(pending());  // it is in the database, the next one is not
    storePart("t1", "ICP", "b");
    BOOST_TEST(left() == "incomplete ab");
    Incoming whole = message("abc");
    whole.transfer = "t1";
    static_cast<void>(spool->store(whole));
    BOOST_TEST(left() == "complete abc");
    static_cast<void>(pending());
    BOOST_TEST(left() == "complete abc");
    // Known: it is not stored again, and its parts go all the same.
    Incoming again = message("known", "C1");
    static_cast<void>(spool->store(again));
    storePart("t2", "ICP", "kno");
    again.transfer = "t2";
    BOOST_TEST(spool->store(again).duplicate);
    BOOST_TEST(pendingAfterACrash().size() == 2u);
}

BOOST_AUTO_TEST_CASE(order_and_bytes_are_kept_whatever_the_size_and_however_full_the_journals_are) {
    restartWithJournal(64 * 1024);
    std::vector<std::string> all;
    for (int i = 0; i < 300; ++i) {
        const std::size_t size = i % 7 == 0 ? 100'000 : i % 5 == 0 ? 20'000 : 10;
        all.push_back(std::to_string(i) + std::string(size, 'x'));
        BOOST_TEST(!spool->store(message(all.back())).duplicate);
        BOOST_TEST(spool->store(message(all.back())).duplicate);
        if (i % 50 == 0) BOOST_TEST(pendingAfterACrash().size() == all.size());
    }
    const std::vector<SpooledMessage> found = spool->pending(1'000, 1'000'000'000);
    BOOST_REQUIRE(found.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST((found[i].bytes == all[i]), i);
    BOOST_TEST(spool->counts().duplicates == 300);
}

BOOST_AUTO_TEST_CASE(a_database_that_takes_nothing_is_no_loss_and_the_spool_refuses_once_it_knows) {
    restartWithJournal(64 * 1024);
    static_cast<void>(spool->store(message("before")));
    BOOST_TEST(pending().size() == 1u);
    breakDatabase();
    std::vector<std::string> stored{"before"};
    std::string refused;
    for (int i = 0; refused.empty() && i < 100; ++i) {
        const std::string bytes = std::to_string(i);
        try {
            static_cast<void>(spool->store(message(bytes)));
            stored.push_back(bytes);
        } catch (const std::runtime_error&) {
            refused = bytes;
        }
    }
    BOOST_TEST(stored.size() > 1u);
    BOOST_TEST(!refused.empty());
    BOOST_CHECK_THROW(static_cast<void>(spool->store(message(refused))), std::runtime_error);
    BOOST_CHECK_THROW(spool->recover(""), std::runtime_error);
    BOOST_TEST(pending().size() == 1u);  // what can be forwarded still is
    BOOST_TEST(static_cast<std::size_t>(spool->counts().pending) == stored.size());
    mendDatabase();
    spool->recover("");
    BOOST_TEST(!spool->store(message(refused)).duplicate);
    stored.push_back(refused);
    const std::vector<SpooledMessage> found = pending();
    BOOST_REQUIRE(found.size() == stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) BOOST_TEST(found[i].bytes == stored[i]);
}

BOOST_AUTO_TEST_CASE(what_nobody_asks_for_goes_into_the_database_by_itself) {
    restartWithJournal(64 * 1024);
    static_cast<void>(spool->store(message("one")));
    Sqlite database(folder.path("spool.sqlite"));
    std::int64_t rows = 0;
    for (int time = 0; rows == 0 && time < 2'000; ++time) {
        std::this_thread::sleep_for(5ms);
        auto count = database.prepare("SELECT count(*) FROM message");
        count.step();
        rows = count.number(0);
    }
    BOOST_TEST(rows == 1);
}

BOOST_AUTO_TEST_CASE(where_there_is_no_room_for_journals_it_does_without_them) {
    restartWithJournal(std::size_t{1} << 50U);
    BOOST_TEST(!folder.has("journal.0"));
    BOOST_TEST(spool->notice().find("journal.0") != std::string::npos);
    static_cast<void>(spool->store(message("one")));
    BOOST_TEST(pendingAfterACrash().size() == 1u);
    BOOST_TEST(pending().size() == 1u);
}

BOOST_AUTO_TEST_CASE(journals_may_be_given_another_size_or_be_left_out) {
    static_cast<void>(spool->store(message("one")));
    std::filesystem::remove(folder.path("lock"));  // as after a crash: the first one never closes it
    const std::unique_ptr<Spool> crashed = std::move(spool);
    settings.journal = 32 * 1024;
    spool = open();
    BOOST_TEST(pending().size() == 1u);
    static_cast<void>(spool->store(message("two")));
    restartWithoutJournal();
    static_cast<void>(spool->store(message("three")));
    restartWithJournal(16 * 1024);
    static_cast<void>(spool->store(message("four")));
    BOOST_TEST(pending().size() == 4u);
    BOOST_TEST(pendingAfterACrash().size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_filling_of_a_journal_is_settled_once_however_often_it_is_tried) {
    SpoolDatabase database(folder.path("another.sqlite"));
    const std::vector<SpoolRow> rows{{.message = message("one"), .id = "1", .sha256 = "a"}};
    for (int time = 0; time < 3; ++time) database.transaction([&] { database.settle(7, rows); });
    BOOST_TEST(database.pending(10, 1'000).size() == 1u);
    BOOST_TEST(database.settled() == 7u);
    database.transaction([&] { database.settle(8, {}); });
    BOOST_TEST(database.settled() == 8u);
}

BOOST_AUTO_TEST_CASE(rows_are_the_same_behind_an_entry_and_an_entry_that_ends_too_early_is_refused) {
    const SpoolRow row{.message = {.instrument = "ICP", .protocol = "astm", .state = MessageState::Incomplete,
                                   .bytes = std::string("\0\n", 2), .controlId = "C", .note = "cut off", .answer = "NAK",
                                   .transfer = "t", .part = true, .command = 12},
                       .id = "id", .sha256 = "sum", .duplicateOf = "first", .receivedMs = -5};
    const std::string entry = encode({row, {}});
    const std::vector<SpoolRow> rows = decodeRows(entry);
    BOOST_REQUIRE(rows.size() == 2u);
    BOOST_TEST(encode(rows) == entry);
    BOOST_TEST(rows[0].message.bytes == row.message.bytes);
    BOOST_TEST((rows[0].message.state == MessageState::Incomplete));
    BOOST_TEST(rows[0].message.part);
    BOOST_TEST(rows[0].message.command == 12);
    BOOST_TEST(rows[0].receivedMs == -5);
    BOOST_TEST(rows[1].id.empty());
    const std::string one = encode({row});
    for (std::size_t size = 1; size < one.size(); ++size) {
        BOOST_CHECK_THROW(static_cast<void>(decodeRows(std::string_view(one).substr(0, size))), std::runtime_error);
    }
}

BOOST_AUTO_TEST_CASE(while_many_store_and_one_forwards_and_one_counts_each_message_is_forwarded_once) {
    restartWithJournal(128 * 1024);
    constexpr int senders = 4, each = 150;
    std::set<std::string> stored, forwarded;
    std::mutex mutex;
    std::atomic<int> wrong = 0, sending = senders;
    std::vector<std::thread> threads;
    for (int sender = 0; sender < senders; ++sender) {
        threads.emplace_back([&, sender] {
            for (int i = 0; i < each; ++i) {
                Incoming one = message(std::string(i % 40 == 0 ? 150'000 : 100, 'x'), std::to_string(i));
                one.instrument = std::to_string(sender);
                const Stored first = spool->store(one), again = spool->store(one);
                if (!again.duplicate || again.id != first.id) ++wrong;
                const std::lock_guard guard(mutex);
                stored.insert(first.id);
            }
            --sending;
        });
    }
    threads.emplace_back([&] {
        for (bool last = false; !last;) {
            last = sending == 0;
            for (auto some = spool->pending(50, 1'000'000); !some.empty(); some = spool->pending(50, 1'000'000)) {
                std::vector<std::string> ids;
                for (const SpooledMessage& one : some) ids.push_back(one.id);
                for (const std::string& id : ids) wrong += forwarded.insert(id).second ? 0 : 1;
                spool->markForwarded(ids);
            }
            spool->waitForMessage(5ms);
        }
    });
    threads.emplace_back([&] {
        while (sending > 0) {
            static_cast<void>(spool->counts());
            spool->purge();
        }
    });
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(stored.size() == static_cast<std::size_t>(senders * each));
    BOOST_TEST((forwarded == stored));
}

BOOST_AUTO_TEST_CASE(a_second_gateway_on_the_same_spool_is_turned_away) {
    BOOST_CHECK_THROW(Spool(folder.path()), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
