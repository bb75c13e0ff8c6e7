#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "reports/Layout.h"

namespace touchstone::certificates {

/// Compiled layouts by the digest of their XML, those used last kept: a batch of a thousand certificates compiles one.
/// A layout never changes, so what is handed out stays good after it was dropped here. Safe to use from many threads.
class LayoutCache {
public:
    using Compiled = std::shared_ptr<const reports::Layout>;

    explicit LayoutCache(std::size_t most = 32) : most_(most) {}
    /// xml is asked only when the layout is not here. Throws what it throws, and reports::LayoutError.
    [[nodiscard]] Compiled get(const std::string& sha256, const std::function<std::string()>& xml);

private:
    using Entry = std::pair<std::string, Compiled>;
    [[nodiscard]] Compiled find(const std::string& sha256);
    void keep(const std::string& sha256, const Compiled& layout);

    const std::size_t most_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< used last first
    std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

}  // namespace touchstone::certificates
