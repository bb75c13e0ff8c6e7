#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <stdexcept>

#include "instruments/transport/FileDrop.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {

namespace {

using namespace std::chrono_literals;

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
    BOOST_TEST(drop.scan(start).taken == 0u);
    BOOST_TEST(drop.scan(start + 500ms).taken == 0u);
    folder.write("a.csv", "abcd");
    BOOST_TEST(drop.scan(start + 1'100ms).taken == 0u);
    BOOST_TEST(drop.scan(start + 2'100ms).taken == 1u);
    BOOST_TEST((stored == std::vector<std::string>{"abcd"}));
    BOOST_TEST(folder.has("archive/a.csv"));
    BOOST_TEST(!folder.has("a.csv"));
}

BOOST_AUTO_TEST_CASE(a_name_that_was_used_before_does_not_replace_the_archived_file) {
    for (int round = 0; round < 2; ++round) {
        folder.write("a.csv", "abc");
        static_cast<void>(drop.scan(start));
        BOOST_TEST(drop.scan(start + 1s).taken == 1u);
    }
    BOOST_TEST(folder.has("archive/a.csv"));
    BOOST_TEST(folder.has("archive/a.csv.1"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_taken_goes_to_quarantine_and_holds_up_nothing) {
    folder.write("a.csv", "more than ten bytes");
    folder.write("b.csv", "");
    folder.write("c.csv", "good");
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 1s).taken == 2u);
    BOOST_TEST(drop.scan(start + 60s).taken == 1u);
    BOOST_TEST(folder.has("quarantine/a.csv"));
    BOOST_TEST(folder.has("quarantine/a.csv.reason"));
    BOOST_TEST(folder.has("quarantine/b.csv"));
    BOOST_TEST((stored == std::vector<std::string>{"good"}));
}

BOOST_AUTO_TEST_CASE(a_file_stays_while_the_spool_cannot_take_it) {
    folder.write("a.csv", "abc");
    spoolDown = true;
    static_cast<void>(drop.scan(start));
    folder.write("b.csv", "far more than ten bytes");
    static_cast<void>(drop.scan(start));
    const FileDrop::Scan scan = drop.scan(start + 1s);
    BOOST_REQUIRE(scan.faults.size() == 1u);
    BOOST_TEST(scan.faults[0] == "a.csv: disk full");
    BOOST_TEST(scan.taken == 1u, "the others are not held up");
    BOOST_TEST(folder.has("a.csv"));
    spoolDown = false;
    BOOST_TEST(drop.scan(start + 2s).taken == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_given_a_minute) {
    folder.write("a.csv", "");
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 59s).taken == 0u);
    folder.write("a.csv", "abc");
    static_cast<void>(drop.scan(start + 60s));
    BOOST_TEST(drop.scan(start + 61s).taken == 1u);
    BOOST_TEST((stored == std::vector<std::string>{"abc"}));
}

BOOST_AUTO_TEST_CASE(a_link_is_not_followed) {
    const test::TempFolder elsewhere;
    elsewhere.write("secret", "abc");
    std::filesystem::create_symlink(elsewhere.path("secret"), folder.path("a.csv"));
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 1s).taken == 0u);
}

BOOST_AUTO_TEST_CASE(with_a_marker_a_file_is_taken_at_once_and_never_before) {
    FileDrop marked({.folder = folder.path(), .marker = ".ok"},
                    [this](const std::string&, std::string bytes) { stored.push_back(std::move(bytes)); });
    folder.write("a.csv", "abc");
    folder.write("b.txt", "def");
    static_cast<void>(marked.scan(start));
    BOOST_TEST(marked.scan(start + 1h).waiting == 2u);
    folder.write("a.csv.ok", "");
    folder.write("b.ok", "");
    BOOST_TEST(marked.scan(start + 2h).taken == 2u);
    BOOST_TEST((stored == std::vector<std::string>{"abc", "def"}));
    for (const char* name : {"a.csv", "a.csv.ok", "b.txt", "b.ok"}) {
        BOOST_TEST(folder.has(std::string("archive/") + name), name);
        BOOST_TEST(!folder.has(name), name);
    }
}

BOOST_AUTO_TEST_CASE(a_folder_wakes_who_waits_for_it) {
    FolderWatch watch(folder.path());
    watch.wait(1ms);
    const auto begin = std::chrono::steady_clock::now();
    folder.write("a.csv", "abc");
    watch.wait(5s);
    watch.wake();
    watch.wait(5s);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 4s));
}

BOOST_AUTO_TEST_CASE(hidden_and_other_files_are_left_alone) {
    folder.write(".a.csv", "abc");
    folder.write("a.tmp", "abc");
    static_cast<void>(drop.scan(start));
    BOOST_TEST(drop.scan(start + 1s).taken == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
