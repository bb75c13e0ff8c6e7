#pragma once
#include <string>

#include "reports/Certificate.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// A certificate ready to be drawn: what was frozen as data, and what the document says of itself.
class CertificatePaper {
public:
    /// layout must outlive it.
    CertificatePaper(const reports::Layout& layout, const json::Value& frozen);
    [[nodiscard]] reports::Printout printout() const;
    [[nodiscard]] const reports::Data& data() const { return data_; }

private:
    const reports::Layout& layout_;
    reports::Data data_;
    std::string number_, laboratory_, resultsXml_;
};

}  // namespace touchstone::certificates
