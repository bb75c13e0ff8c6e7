#pragma once
#include <optional>
#include <string>

#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

/// What the public may ask, by keys of indexes. What is not issued yet is left out by the statements themselves, so that
/// it takes the way, and the time, of what does not exist.
namespace touchstone::regulators::store {

struct PublishedStatus {
    std::string number, status;
    Instant releasedAt;
};
struct Published {
    PublishedStatus status;
    std::string verdict, sha256;  ///< of the file, hex
    std::string frozen;
};

[[nodiscard]] std::optional<PublishedStatus> publishedByNumber(db::ReadTransaction& tx, const std::string& number);
[[nodiscard]] std::optional<PublishedStatus> publishedByFile(db::ReadTransaction& tx, const Sha256& sha256);
[[nodiscard]] std::optional<Published> publishedByToken(db::ReadTransaction& tx, const std::string& token);

}  // namespace touchstone::regulators::store
