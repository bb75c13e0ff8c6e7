#include "instruments/gateway/Journal.h"

#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using Entries = std::vector<std::string>;
constexpr std::size_t block = 4096;

struct Fixture {
    test::TempFolder folder;
    std::string path = folder.path("journal");

    [[nodiscard]] Entries entries() const { return readJournal(path).entries; }
    [[nodiscard]] std::string bytes() const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Journals, Fixture)

BOOST_AUTO_TEST_CASE(entries_are_there_in_order_when_it_is_read_again) {
    const Entries all{"one", std::string("\0\xFF", 2), std::string(3 * block, 'x'), ""};
    {
        Journal journal(path, 16 * block);
        journal.begin(7);
        for (const std::string& entry : all) journal.append(entry);
    }
    BOOST_TEST(entries() == all);
    BOOST_TEST(readJournal(path).generation == 7u);
}

BOOST_AUTO_TEST_CASE(the_file_has_its_size_from_the_start_and_has_room_for_that_much) {
    Journal journal(path, 4 * block);
    journal.begin(1);
    BOOST_TEST(bytes().size() == 4 * block);
    BOOST_TEST(journal.hasRoomFor(4 * block - 32));
    BOOST_TEST(!journal.hasRoomFor(4 * block - 31));
    BOOST_TEST(!journal.hasRoomFor(SIZE_MAX));
    journal.append(std::string(block, 'x'));
    BOOST_TEST(journal.filled() == 2 * block);
    BOOST_TEST(journal.hasRoomFor(2 * block - 32));
    BOOST_TEST(!journal.hasRoomFor(2 * block));
    BOOST_TEST(bytes().size() == 4 * block);
}

BOOST_AUTO_TEST_CASE(a_write_returns_when_the_disk_has_it) {
    const Journal journal(path, 4 * block);
    std::string flags;
    for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        if (std::filesystem::read_symlink(open, gone) != std::filesystem::canonical(path)) continue;
        std::ifstream info("/proc/self/fdinfo/" + open.path().filename().string());
        while (info >> flags && flags != "flags:") continue;
        info >> flags;
    }
    BOOST_TEST((std::stol("0" + flags, nullptr, 8) & O_DSYNC) != 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_or_in_which_nothing_was_begun_holds_nothing) {
    BOOST_TEST(entries().empty());
    const Journal journal(path, 4 * block);
    BOOST_TEST(entries().empty());
    BOOST_TEST(readJournal(path).generation == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_is_there_and_cannot_be_read_is_not_taken_for_an_empty_one) {
    std::filesystem::create_directory(path);
    BOOST_CHECK_THROW(static_cast<void>(readJournal(path)), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_size_is_made_anew) {
    {
        Journal journal(path, 8 * block);
        journal.begin(1);
        journal.append("one");
    }
    const Journal smaller(path, 4 * block);
    BOOST_TEST(bytes().size() == 4 * block);
    BOOST_TEST(entries().empty());
}

BOOST_AUTO_TEST_CASE(what_an_earlier_generation_left_behind_is_not_read) {
    Journal journal(path, 8 * block);
    journal.begin(1);
    for (const char* entry : {"one", "two", "three"}) journal.append(entry);
    journal.begin(2);
    BOOST_TEST((entries() == Entries{"one", "two", "three"}));  // nothing has been written since
    journal.append("four");
    BOOST_TEST((entries() == Entries{"four"}));
    BOOST_TEST(readJournal(path).generation == 2u);
}

BOOST_AUTO_TEST_CASE(an_entry_that_was_cut_off_anywhere_is_not_there_and_those_before_it_are) {
    {
        Journal journal(path, 4 * block);
        journal.begin(1);
        journal.append("one");
        journal.append(std::string(block, 'x') + "end");
    }
    const std::string whole = bytes();
    const std::size_t last = 2 * block + 32 + 3;  // behind the second entry
    for (std::size_t cut = block; cut < last; ++cut) {
        std::string torn = whole;
        std::memset(torn.data() + cut, 0, torn.size() - cut);
        folder.write("journal", torn);
        BOOST_REQUIRE_MESSAGE((entries() == Entries{"one"}), cut);
    }
    for (std::size_t at = block; at < last; at += 7) {
        std::string wrong = whole;
        wrong[at] = static_cast<char>(wrong[at] ^ 1);
        folder.write("journal", wrong);
        BOOST_REQUIRE_MESSAGE((entries() == Entries{"one"}), at);
    }
    for (const std::size_t size : {std::size_t{0}, std::size_t{20}, block - 1}) {
        folder.write("journal", whole.substr(0, size));
        BOOST_TEST(entries().size() == (size < 35 ? 0u : 1u));
    }
}

BOOST_AUTO_TEST_CASE(bytes_of_a_message_do_not_pass_for_an_entry) {
    // As an entry that begins a block in the middle of a long message: a copy of another one of the same generation
    // number, which a sender may have seen, in a journal that later holds less.
    test::TempFolder elsewhere;
    Journal other(elsewhere.path("journal"), 4 * block);
    other.begin(2);
    other.append("forged");
    std::ifstream file(elsewhere.path("journal"), std::ios::binary);
    const std::string forged{std::istreambuf_iterator<char>(file), {}};

    Journal journal(path, 8 * block);
    journal.begin(1);
    journal.append(std::string(block - 32, 'x') + forged);
    BOOST_TEST((bytes().substr(block, 64) == forged.substr(0, 64)));
    journal.begin(2);
    journal.append("true");
    BOOST_TEST((entries() == Entries{"true"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
