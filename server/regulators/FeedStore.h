#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "server/certificates/CertificateStore.h"
#include "server/db/Database.h"
#include "server/regulators/Directory.h"

namespace touchstone::regulators {

/// A line of the change feed as it is shown.
struct Change {
    std::int64_t position;
    std::string kind;
    Instant at;
    certificates::Certificate certificate;
};

/// All SQL on the change feed.
namespace store {

/// Whether something was published that has no position yet.
[[nodiscard]] bool unnumbered(db::ReadTransaction& tx);
/// Gives positions to what is committed and has none, at most `limit`, in the order of sequence; one transaction at a
/// time, held by the counter's row, so that whoever sees a position sees all below it. Gives their count.
std::size_t giveNumbers(db::WriteTransaction& tx, std::size_t limit);
/// Lines behind a position, in order.
[[nodiscard]] std::vector<Published> published(db::ReadTransaction& tx, std::int64_t after, std::size_t limit);
/// Those of the positions whose samples are of the region or below it, in order.
[[nodiscard]] std::vector<Change> changes(db::ReadTransaction& tx, const std::string& region,
                                          const std::vector<std::int64_t>& positions);
/// Those of the certificates that are issued and of the region or below it; newest line of the feed first.
[[nodiscard]] std::vector<certificates::Certificate> certificatesOf(db::ReadTransaction& tx, const std::string& region,
                                                                    const std::vector<CertificateId>& ids);

}  // namespace store
}  // namespace touchstone::regulators
