#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

// Kilobytes of memory that this process holds now.
long resident() {
    std::ifstream in("/proc/self/statm");
    long all = 0, held = 0;
    in >> all >> held;
    return held * (::sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Endurance)

BOOST_AUTO_TEST_CASE(memory_stays_flat_over_thousands_of_certificates) {
    const Data data = sample::certificate();
    const auto draw = [&](int count) {
        for (int i = 0; i < count; ++i)
            if (sample::printed(data).empty()) BOOST_ERROR("nothing was drawn");
        return resident();
    };
    const long early = draw(1000), late = draw(4000);
    constexpr long kilobytes = 2048;  // of allocator's whims; 4000 files that were kept would be 160 MB
    BOOST_CHECK_MESSAGE(late - early < kilobytes, early << " KB grew to " << late << " KB");
}

BOOST_AUTO_TEST_SUITE_END()
