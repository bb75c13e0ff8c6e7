#pragma once
#include <cstddef>
#include <ctime>
#include <functional>

namespace touchstone::test {

struct Cost {
    std::size_t bytes;  ///< the most that was allotted at a time by operator new, also where it was never touched
    double seconds;     ///< of the processor
};

/// One thread at a time. More than 3 GiB in all are not given: std::bad_alloc.
[[nodiscard]] Cost costOf(const std::function<void()>& work);

}  // namespace touchstone::test
