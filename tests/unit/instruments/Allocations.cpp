#include "tests/unit/instruments/Allocations.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> live = 0, peak = 0;
constexpr std::size_t most = std::size_t{3} << 30U;

}  // namespace

// Of the whole test program.
void* operator new(std::size_t size) {
    void* const memory = size > most || live + size > most ? nullptr : std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    const std::size_t now = live += malloc_usable_size(memory);
    peak = std::max<std::size_t>(peak, now);
    return memory;
}

void operator delete(void* memory) noexcept {
    live -= malloc_usable_size(memory);
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

namespace touchstone::test {

Cost costOf(const std::function<void()>& work) {
    const std::size_t before = live;
    peak = before;
    const std::clock_t begin = std::clock();
    work();
    return {peak - before, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC};
}

}  // namespace touchstone::test
