#pragma once
#include <string>

#include "server/certificates/LayoutCache.h"
#include "server/core/Clock.h"
#include "server/core/Json.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// The layouts by which papers are drawn, compiled. Certificates: each by exactly the version that was frozen into it, whatever is
/// in force today. Throws std::runtime_error where that text is not there. Safe to use from many threads.
class LayoutShelf {
public:
    explicit LayoutShelf(db::Database& database) : database_(database) {}

    /// Of what was frozen. What an earlier release froze without a layout is drawn by the one in force now.
    [[nodiscard]] LayoutCache::Compiled of(const json::Value& frozen);
    /// The same inside a transaction.
    [[nodiscard]] LayoutCache::Compiled of(db::ReadTransaction& tx, const json::Value& frozen);
    /// The version of that layout which is in force on the day: for labels, which nothing freezes.
    [[nodiscard]] LayoutCache::Compiled named(const std::string& code, Date day);

private:
    db::Database& database_;
    LayoutCache cache_;
};

}  // namespace touchstone::certificates
