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
    }
    if (++counts_[key] > perMinute) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(window + std::chrono::minutes(1) - now);
        throw Error(ErrorCode::TooManyRequests, {std::to_string(wait.count())});
    }
}

}  // namespace touchstone::http
