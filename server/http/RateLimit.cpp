#include "server/http/RateLimit.h"

#include "server/core/Error.h"

namespace touchstone::http {

void RateLimit::count(const std::string& key, int perMinute) {
    const Instant now = clock_.now();
    const auto window = std::chrono::floor<std::chrono::minutes>(now);
    const std::lock_guard lock(mutex_);
    if (window != window_) {
        window_ = window;
        counts_.clear();
        shared_.fill(0);
    }
    if (++countOf(key) > perMinute) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(window + std::chrono::minutes(1) - now);
        throw Error(ErrorCode::TooManyRequests, {std::to_string(wait.count())});
    }
}

std::size_t RateLimit::keys() const {
    const std::lock_guard lock(mutex_);
    return counts_.size();
}

int& RateLimit::countOf(const std::string& key) {
    if (const auto found = counts_.find(key); found != counts_.end()) return found->second;
    if (counts_.size() < mostKeys_) return counts_[key];
    return shared_.at(std::hash<std::string>{}(key) % shared_.size());
}

}  // namespace touchstone::http
