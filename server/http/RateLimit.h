#pragma once
#include <map>
#include <mutex>
#include <string>

#include "server/core/Clock.h"

namespace touchstone::http {

/// Counts requests per key in windows of one minute. Safe to use from many threads; forgets old windows by itself.
class RateLimit {
public:
    explicit RateLimit(const Clock& clock) : clock_(clock) {}
    /// Throws Error(TooManyRequests) with the seconds to wait once `perMinute` of a key is used up.
    void count(const std::string& key, int perMinute);

private:
    const Clock& clock_;
    std::mutex mutex_;
    std::chrono::sys_time<std::chrono::minutes> window_{};
    std::map<std::string, int> counts_;
};

}  // namespace touchstone::http
