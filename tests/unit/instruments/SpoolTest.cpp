#include <boost/test/unit_test.hpp>
#include <future>
#include <set>

#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Sqlite.h"
#include "instruments/transport/FileDrop.h"
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
    spool->storePart("t1", "ICP", "astm", "a");
    spool->storePart("t1", "ICP", "astm", "b");
    Incoming whole = message("abc");
    whole.transfer = "t1";
    static_cast<void>(spool->store(whole));
    restart();
    BOOST_REQUIRE(pending().size() == 1u);
    BOOST_TEST(pending()[0].bytes == "abc");
}

BOOST_AUTO_TEST_CASE(parts_that_a_crash_cut_off_become_incomplete_messages) {
    spool->storePart("t1", "ICP", "astm", "a");
    spool->storePart("t2", "GC", "astm", "x");
    spool->storePart("t1", "ICP", "astm", "b");
    restart();
    BOOST_REQUIRE(pending().size() == 2u);
    BOOST_TEST(pending()[0].state == "incomplete");
    std::set<std::string> bytes{pending()[0].instrument + pending()[0].bytes,
                                pending()[1].instrument + pending()[1].bytes};
    BOOST_TEST((bytes == std::set<std::string>{"ICPab", "GCx"}));
    restart();
    BOOST_TEST(pending().size() == 2u);
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

namespace {

struct Drop {
    test::TempFolder folder;
    std::vector<std::string> stored;
    bool spoolDown = false;
    FileDrop drop{{.folder = folder.path(), .settle = 1'000ms, .maxFile = 10, .suffix = ".csv"},
                  [this](const std::string&, std::string bytes) {
                      if (spoolDown) throw std::runtime_error("disk full");
                      stored.push_back(std::move(bytes));
                  }};
    Moment start{};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(FilesDropped, Drop)

BOOST_AUTO_TEST_CASE(a_file_is_taken_once_it_has_settled) {
    folder.write("a.csv", "abc");
    BOOST_TEST(drop.scan(start) == 0u);
    BOOST_TEST(drop.scan(start + 500ms) == 0u);
    folder.write("a.csv", "abcd");
    BOOST_TEST(drop.scan(start + 1'100ms) == 0u);
    BOOST_TEST(drop.scan(start + 2'100ms) == 1u);
    BOOST_TEST((stored == std::vector<std::string>{"abcd"}));
    BOOST_TEST(folder.has("archive/a.csv"));
    BOOST_TEST(!folder.has("a.csv"));
}

BOOST_AUTO_TEST_CASE(a_name_that_was_used_before_does_not_replace_the_archived_file) {
    for (int round = 0; round < 2; ++round) {
        folder.write("a.csv", "abc");
        static_cast<void>(drop.scan(start));
        BOOST_TEST(drop.scan(start + 1s) == 1u);
    }
    BOOST_TEST(folder.has("archive/a.csv"));
    BOOST_TEST(folder.has("archive/a.csv.1"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_taken_goes_to_quarantine_and_holds_up_nothing) {
    folder.write("a.csv", "more than ten bytes");
    folder.write("b.csv", "");
    folder.write("c.csv", "good");
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 1s) == 3u);
    BOOST_TEST(folder.has("quarantine/a.csv"));
    BOOST_TEST(folder.has("quarantine/a.csv.reason"));
    BOOST_TEST(folder.has("quarantine/b.csv"));
    BOOST_TEST((stored == std::vector<std::string>{"good"}));
}

BOOST_AUTO_TEST_CASE(a_file_stays_while_the_spool_cannot_take_it) {
    folder.write("a.csv", "abc");
    spoolDown = true;
    static_cast<void>(drop.scan(start));
    BOOST_CHECK_THROW(static_cast<void>(drop.scan(start + 1s)), std::runtime_error);
    BOOST_TEST(folder.has("a.csv"));
    spoolDown = false;
    BOOST_TEST(drop.scan(start + 2s) == 1u);
}

BOOST_AUTO_TEST_CASE(hidden_and_other_files_are_left_alone) {
    folder.write(".a.csv", "abc");
    folder.write("a.tmp", "abc");
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 1s) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
