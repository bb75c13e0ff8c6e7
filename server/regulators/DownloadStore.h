#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

namespace touchstone::regulators {

/// Who got which certificate when.
struct Download {
    std::int64_t id;
    Instant at;
    std::string number, productName, batchNo, organisation, person;
    std::optional<std::int64_t> bundle;  ///< the archive that it came with
};

struct DownloadFilter {
    std::optional<std::string> organisation = {};  ///< code; nothing: all
    std::optional<std::string> number = {};        ///< of the certificate
    std::optional<std::int64_t> after = {};        ///< ids below this one
    std::int64_t limit = 50;
};

namespace store {

/// Writes down who fetched the certificates and when; bundle: the archive that they come with. Whoever fetches one that
/// is superseded or withdrawn already gets the notice of it at once: it is superseded or withdrawn either after this
/// row was written, and then whoever does it finds the row, or before, and then this sees it. The rows of the
/// certificates are locked for that until the transaction ends, against those who end them and not against one another.
void insertDownloads(db::WriteTransaction& tx, const std::vector<CertificateId>& certificates, PersonId person,
                     std::optional<std::int64_t> bundle, Instant at);
/// Newest first.
[[nodiscard]] std::vector<Download> downloads(db::ReadTransaction& tx, const DownloadFilter& filter);

}  // namespace store
}  // namespace touchstone::regulators
