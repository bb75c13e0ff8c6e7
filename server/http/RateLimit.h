#pragma once
#include <array>
#include <map>
#include <mutex>
#include <string>

#include "server/core/Clock.h"

namespace touchstone::http {

/// Counts requests per key in windows of one minute. Safe to use from many threads; forgets old windows by itself.
/// Memory is bounded however many keys come: those beyond `mostKeys` in one window share a fixed table of counts, so that
/// whoever makes up addresses is limited with his like, and keys that were there before keep their own count.
class RateLimit {
public:
    explicit RateLimit(const Clock& clock, std::size_t mostKeys = 50'000) : clock_(clock), mostKeys_(mostKeys) {}
    /// Throws Error(TooManyRequests) with the seconds to wait once `perMinute` of a key is used up.
    void count(const std::string& key, int perMinute);
    /// Keys that have a count of their own now.
    [[nodiscard]] std::size_t keys() const;

private:
    int& countOf(const std::string& key);

    const Clock& clock_;
    std::size_t mostKeys_;
    mutable std::mutex mutex_;
    std::chrono::sys_time<std::chrono::minutes> window_{};
    std::map<std::string, int> counts_;
    std::array<int, 4096> shared_{};
};

}  // namespace touchstone::http
