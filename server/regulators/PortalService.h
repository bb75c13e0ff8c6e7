#pragma once
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/CertificateStore.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::regulators {

/// What a regulator may see: the issued certificates of samples of its own region and those below it. Role regulator.
/// Safe to use from many threads.
class PortalService {
public:
    PortalService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    /// The filter's region and status are the regulator's, whatever it says.
    [[nodiscard]] std::vector<certificates::Certificate> list(const Actor& actor,
                                                              certificates::CertificateFilter filter);
    /// The file; that it was fetched is written down in the transaction that reads it. Error(NotFound) outside the
    /// region.
    [[nodiscard]] certificates::CertificateFile download(const Actor& actor, const std::string& number);
    /// certificate.frozen, for its machine-readable form; written down like the file, whose content it is.
    [[nodiscard]] std::string results(const Actor& actor, const std::string& number);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::regulators
