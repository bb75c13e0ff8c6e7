#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

namespace touchstone::regulators {

/// A certificate's file as an archive knows it before it is read.
struct BundledFile {
    CertificateId certificate;
    std::string number, sha256, verdict, status;  ///< sha256: hex
    std::optional<Instant> issuedAt;
    std::uint64_t bytes;
    std::uint32_t crc32;
};

/// A selection that was made, as lists show it.
struct Bundle {
    std::int64_t id;
    Instant at;
    std::int64_t certificates;
    std::uint64_t bytes;
};

/// With what its archive is made of.
struct BundleContent {
    Bundle bundle;
    std::string manifest, signature;
    std::vector<BundledFile> files;  ///< in the order of the archive
};

namespace store {

/// Ids of those of the numbers that are issued and of the region or below it.
[[nodiscard]] std::map<std::string, CertificateId> issuedNumbers(db::ReadTransaction& tx, const std::string& region,
                                                                 const std::vector<std::string>& numbers);
/// Those of the certificates that are issued and of the region or below it, ordered by id.
[[nodiscard]] std::vector<BundledFile> bundledFiles(db::ReadTransaction& tx, const std::string& region,
                                                    const std::vector<CertificateId>& ids);
/// Gives its id. The members are the rows of the download ledger with that id.
[[nodiscard]] std::int64_t insertBundle(db::WriteTransaction& tx, PersonId person, const BundleContent& content);
/// Of one person, newest first.
[[nodiscard]] std::vector<Bundle> bundles(db::ReadTransaction& tx, PersonId person, std::int64_t below,
                                          std::int64_t limit);
/// Nothing when the bundle is not that person's.
[[nodiscard]] std::optional<BundleContent> bundle(db::ReadTransaction& tx, PersonId person, std::int64_t id);
[[nodiscard]] std::map<CertificateId, std::string> pdfs(db::ReadTransaction& tx, const std::vector<CertificateId>& ids);

}  // namespace store
}  // namespace touchstone::regulators
