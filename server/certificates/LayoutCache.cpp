#include "server/certificates/LayoutCache.h"

namespace touchstone::certificates {

LayoutCache::Compiled LayoutCache::get(const std::string& sha256, const std::function<std::string()>& xml) {
    if (Compiled found = find(sha256)) return found;
    // Compiled outside the lock; two who miss at once both compile, which does no harm.
    auto layout = std::make_shared<const reports::Layout>(reports::Layout::read(xml()));
    keep(sha256, layout);
    return layout;
}

LayoutCache::Compiled LayoutCache::find(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(sha256);
    if (place == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, place->second);
    return place->second->second;
}

void LayoutCache::keep(const std::string& sha256, const Compiled& layout) {
    const std::lock_guard lock(mutex_);
    if (places_.contains(sha256)) return;
    entries_.emplace_front(sha256, layout);
    places_.emplace(sha256, entries_.begin());
    if (entries_.size() > most_) {
        places_.erase(entries_.back().first);
        entries_.pop_back();
    }
}

}  // namespace touchstone::certificates
