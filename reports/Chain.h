#pragma once
#include <ctime>
#include <string>
#include <vector>

#include "reports/OpenSsl.h"

namespace touchstone::reports {

/// Certificates that are believed in. Immutable; safe to use from many threads.
class Roots {
public:
    /// Throws std::runtime_error when the text is not PEM. No certificates at all is allowed: then nothing is trusted.
    explicit Roots(const std::string& pem) : certificates_(readCertificates(pem)) {}
    [[nodiscard]] const std::vector<X509Ptr>& certificates() const { return certificates_; }

private:
    std::vector<X509Ptr> certificates_;
};

enum class Purpose : std::uint8_t { signing, timeStamping };

/// From a certificate up to one of the roots, both included; or why there is none.
struct Chain {
    std::vector<X509Ptr> certificates;
    std::string problem;
};

/// others: what may stand between. Every certificate must have been valid at that time (RFC 5280).
[[nodiscard]] Chain chainOf(X509* certificate, const std::vector<X509Ptr>& others, const Roots& roots, std::time_t at,
                            Purpose purpose);

/// Whether these are certificates of the chain, in its order, none twice.
[[nodiscard]] bool isPartOf(const std::vector<std::string>& encodedCertificates, const Chain& chain);

// sk_X509 functions are macros, which Release cannot name.
struct ReleaseStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
/// The certificates stay with the vector, which must outlive the stack.
using StackPtr = std::unique_ptr<STACK_OF(X509), ReleaseStack>;
[[nodiscard]] StackPtr stackOf(const std::vector<X509Ptr>& certificates);

}  // namespace touchstone::reports
