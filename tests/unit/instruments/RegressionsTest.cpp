#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/Targets.h"

namespace touchstone {
namespace {

const std::filesystem::path kept = std::filesystem::path(TOUCHSTONE_SOURCE) / "tests/fuzz/regressions";

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Regressions)

/// A promise that is broken again ends the program; the last line of the log names the file.
BOOST_AUTO_TEST_CASE(what_once_broke_a_target_does_so_no_more) {
    for (const auto& folder : std::filesystem::directory_iterator(kept)) {
        const auto target = fuzz::targets().find(folder.path().filename().string());
        BOOST_REQUIRE_MESSAGE(target != fuzz::targets().end(), "there is no target for " << folder.path());
        for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
            BOOST_TEST_CHECKPOINT(file.path().string());
            const std::string bytes = contentOf(file.path());
            BOOST_TEST(!bytes.empty(), file.path() << " holds nothing");
            target->second({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        }
    }
}

BOOST_AUTO_TEST_CASE(every_target_bears_nothing_and_a_little) {
    for (const auto& [name, target] : fuzz::targets()) {
        BOOST_TEST_CHECKPOINT(name);
        for (const std::string& bytes : {std::string(), std::string(1, '\0'), std::string("\x1F\x8B"), std::string("PK\x03\x04")}) {
            target({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone
