#pragma once
#include <cstddef>

#include "reports/Certificate.h"
#include "reports/Signer.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// How fast one core draws and signs, against the bare signatures of the same key in the same run; and how fast it verifies.
struct CertificateBench {
    double perSecond;
    double msEach;
    double cpuMsEach;          ///< the core's time, whoever else was using the machine
    double onTwoCores;         ///< per second, two threads
    double onTwoCoresOfCpu;    ///< processors busy for it, 2 when nobody else was: what scaling there could be
    double bareSignaturesPerSecond;
    double ratio;  ///< perSecond / bareSignaturesPerSecond: 1 would be drawing for nothing
    std::size_t pdfBytes;
    double verifiedPerSecond;
    double bareVerificationsPerSecond;
};

/// Draws and signs an invented certificate of two pages for so many seconds, on one thread and on two, then makes bare signatures for as long,
/// then verifies the certificate and bare signatures, each for as long. roots: PEM, of the signer.
[[nodiscard]] CertificateBench benchCertificates(const reports::CertificatePrinter& printer,
                                                 const reports::Signer& signer, const reports::Layout& layout,
                                                 const std::string& roots, int seconds);

/// certificate.frozen of the invented certificate.
[[nodiscard]] std::string benchFrozen();

}  // namespace touchstone::certificates
