#include "server/core/Parallel.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace touchstone {

void inParallel(std::size_t count, const std::function<void(std::size_t)>& call) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        try {
            for (std::size_t i = next++; i < count; i = next++) call(i);
        } catch (...) {
            next = count;
            throw;
        }
    };
    const std::size_t threads = std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, work));
    std::exception_ptr fault;
    const auto collect = [&fault](const auto& part) {
        try {
            part();
        } catch (...) {
            if (!fault) fault = std::current_exception();
        }
    };
    collect(work);
    for (std::future<void>& other : others) collect([&other] { other.get(); });
    if (fault) std::rethrow_exception(fault);
}

}  // namespace touchstone
