#pragma once
#include <cstddef>

#include "reports/Certificate.h"
#include "reports/Signer.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// How fast one core draws and signs, against the bare signatures of the same key in the same run.
struct CertificateBench {
    double perSecond;
    double msEach;
    double bareSignaturesPerSecond;
    double ratio;  ///< perSecond / bareSignaturesPerSecond: 1 would be drawing for nothing
    std::size_t pdfBytes;
};

/// Draws and signs an invented certificate of two pages for so many seconds, then makes bare signatures for as long.
[[nodiscard]] CertificateBench benchCertificates(const reports::CertificatePrinter& printer,
                                                 const reports::Signer& signer, const reports::Layout& layout,
                                                 int seconds);

/// The invented certificate, frozen.
[[nodiscard]] json::Value benchCertificate();

}  // namespace touchstone::certificates
