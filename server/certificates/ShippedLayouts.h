#pragma once
#include <map>
#include <string>

#include "reports/Certificate.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// The layouts of a folder (templates/layouts), read once. Immutable; safe to use from many threads.
class ShippedLayouts {
public:
    /// Throws Error(BadConfiguration) naming the file, the line and the column of what is wrong.
    explicit ShippedLayouts(const std::string& folder);

    /// By the name of its file: drug. Throws std::runtime_error when there is none.
    [[nodiscard]] const reports::Layout& named(const std::string& name) const;
    /// The one for what was frozen: by business kind (retest, import of a drug), else by the kind of product.
    [[nodiscard]] const reports::Layout& of(const json::Value& frozen) const;

private:
    std::map<std::string, reports::Layout> layouts_;
};

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
