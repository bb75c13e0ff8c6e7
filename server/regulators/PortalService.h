#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/CertificateStore.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/regulators/DownloadStore.h"
#include "server/regulators/FeedService.h"

namespace touchstone::regulators {

/// What a regulator may see: the issued certificates of samples of its own region and those below it.
/// Safe to use from many threads.
class PortalService {
public:
    PortalService(db::Database& database, const audit::Trail& trail, const Clock& clock, FeedService& feed)
        : database_(database), trail_(trail), clock_(clock), feed_(feed) {}

    struct Page {
        std::vector<certificates::Certificate> certificates;  ///< last published first
        std::optional<std::int64_t> next;
    };
    /// Role regulator.
    [[nodiscard]] Page list(const Actor& actor, const PortalSearch& wanted);
    /// The file; that it was fetched is written down in the transaction that reads it. Error(NotFound) outside the
    /// region. Role regulator.
    [[nodiscard]] certificates::CertificateFile download(const Actor& actor, const std::string& number);
    /// certificate.frozen, for its machine-readable form; written down like the file, whose content it is.
    [[nodiscard]] std::string results(const Actor& actor, const std::string& number);
    /// Who got what: regulators see their own organisation's downloads, staff of the laboratory all.
    [[nodiscard]] std::vector<Download> downloads(const Actor& actor, DownloadFilter filter);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    FeedService& feed_;
};

}  // namespace touchstone::regulators
