#pragma once
#include <semaphore>
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "server/certificates/LayoutCache.h"
#include "server/certificates/ShippedLayouts.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// Error(Invalid) whose field says where: `xml.LINE.COLUMN`, both from 1.
[[nodiscard]] LayoutCache::Compiled compiledLayout(const std::string& xml);

/// Draws certificates, existing or invented ones, by a layout that nobody kept yet. Bounded: a few at a time, and the
/// caller bounds the text. Quality manager, signatory, administrator. Thread-safe.
class LayoutPreview {
public:
    LayoutPreview(db::Database& database, const reports::CertificatePrinter& printer, const Clock& clock,
                  std::vector<SampleCertificate> samples)
        : database_(database), printer_(printer), clock_(clock), samples_(std::move(samples)) {}

    [[nodiscard]] const std::vector<SampleCertificate>& samples(const Actor& actor) const;
    /// What a layout can bind to, as JSON: of an invented certificate by its code, or of one of the laboratory by its number.
    /// Error(NotFound).
    [[nodiscard]] std::string data(const Actor& actor, const std::string& certificate);
    /// The PDF, neither sealed nor signed. Error(Invalid) where the layout is wrong or does not fit the data,
    /// Error(NotFound), Error(Busy).
    [[nodiscard]] std::string draw(const Actor& actor, const std::string& xml, const std::string& certificate);

private:
    [[nodiscard]] reports::Data dataOf(const std::string& certificate);

    db::Database& database_;
    const reports::CertificatePrinter& printer_;
    const Clock& clock_;
    std::vector<SampleCertificate> samples_;
    std::counting_semaphore<2> places_{2};
};

}  // namespace touchstone::certificates
