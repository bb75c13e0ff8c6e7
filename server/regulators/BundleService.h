#pragma once
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "reports/Signer.h"
#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/core/Places.h"
#include "server/db/Database.h"
#include "server/regulators/BundleStore.h"
#include "server/regulators/FeedService.h"
#include "server/regulators/Zip.h"

namespace touchstone::regulators {

/// Many certificates as one archive: PDFs (each with its machine-readable result inside), manifest.json with number,
/// digest, status and time of each, and manifest.p7s, the laboratory's signature over it (CMS, detached, DER). The
/// archive is not kept: what was chosen is, so that any part of it can be sent again. Safe to use from many threads.
class BundleService {
public:
    /// transfers: how many may be under way; each holds a thread.
    BundleService(db::Database& database, const audit::Trail& trail, const Clock& clock, FeedService& feed,
                  const reports::Signer& signer, std::size_t transfers)
        : database_(database), trail_(trail), clock_(clock), feed_(feed), signer_(signer), transfers_(transfers) {}

    static constexpr std::size_t kMost = 20'000;
    /// Freezes what the search finds, of the numbers if there are any, and writes it into the download ledger: from now
    /// on every one of them counts as handed over, however much of it is fetched, so that nobody is forgotten when one
    /// is withdrawn. Role regulator. Error(Invalid) for numbers that are not there and for more than kMost.
    [[nodiscard]] Bundle make(const Actor& actor, const std::vector<std::string>& numbers, PortalSearch wanted);
    /// Own ones, newest first.
    [[nodiscard]] std::vector<Bundle> list(const Actor& actor, std::int64_t below, std::int64_t limit);

    /// An archive on its way. One thread at a time.
    class Transfer {
    public:
        Transfer(BundleService& service, BundleContent content);
        [[nodiscard]] const Bundle& bundle() const noexcept { return content_.bundle; }
        /// Writes the bytes [from, to); reads some megabytes at a time.
        void write(std::ostream& out, std::uint64_t from, std::uint64_t to);

    private:
        [[nodiscard]] std::string entry(std::size_t index);

        BundleService& service_;
        Place place_;
        BundleContent content_;
        Zip zip_;
        std::map<CertificateId, std::string> ahead_;
    };
    /// Error(NotFound) unless the bundle is the actor's own; Error(Busy) when too many are under way.
    [[nodiscard]] std::shared_ptr<Transfer> open(const Actor& actor, std::int64_t id);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    FeedService& feed_;
    const reports::Signer& signer_;
    Places transfers_;
};

}  // namespace touchstone::regulators
