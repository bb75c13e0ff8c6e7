#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "reports/Fetch.h"
#include "reports/Signer.h"
#include "reports/TimeStamp.h"
#include "reports/Validator.h"
#include "reports/Verifier.h"
#include "server/certificates/CertificateStore.h"
#include "server/core/Json.h"
#include "server/core/Clock.h"

namespace touchstone::certificates {

/// With what certificates are signed, all values already read.
struct SigningSettings {
    std::string keyPem = {};                      ///< the signer's key, unless it lies in a device
    std::optional<reports::TokenKey> token = {};  ///< the device
    std::string chainPem = {};
    std::string rootsPem = {};      ///< the signer's chain ends in one of these
    std::string timeStampUrl = {};  ///< of a time stamping authority (RFC 3161); empty: signatures claim their time
    std::string timeStampRootsPem = {};  ///< its chain ends in one of these
    bool validation = false;             ///< whether OCSP answers and revocation lists go into the file
};

/// The layout by which a frozen certificate is drawn. Called from many threads.
using LayoutOf = std::function<reports::Layout(const json::Value& frozen)>;

/// Makes the file of a certificate, final before it is published: drawn and signed (PAdES B-B), then stamped by the
/// time stamping authority (B-T), then with the standing of all certificates in it (B-LT), as the settings say. Files
/// that others had a part in are verified before they leave. While an authority is away nothing is asked of it but a
/// trial now and then, ever more rarely, up to five minutes. Safe to use from many threads.
class Issuing {
public:
    /// Throws std::runtime_error when key, chain or roots cannot be used.
    Issuing(const reports::CertificatePrinter& printer, LayoutOf layoutOf, const SigningSettings& settings, reports::Fetch fetch,
            const Clock& clock);

    struct Made {
        std::vector<DrawnFile> files;
        std::vector<Undrawn> undrawn;  ///< with the reason, which is logged as well
    };
    /// Time stamps are asked for in parallel, over a few connections.
    [[nodiscard]] Made make(const std::vector<Drawing>& drawings, Instant at);

    /// Why certificate.frozen cannot be drawn, such as a character without a glyph; nothing when it can.
    [[nodiscard]] std::optional<std::string> unprintable(const std::string& frozen, Instant at) const;

    /// With what files are signed: for claims and manifests.
    [[nodiscard]] const reports::Signer& signer() const { return signer_; }

    /// What administrators must know.
    struct State {
        reports::Level level;  ///< of the files that are made
        std::string signer;
        Instant notAfter;                    ///< end of the signer's certificate: after it nothing is signed
        std::int64_t daysLeft = 0;           ///< whole days; negative once it ended
        std::optional<std::string> waiting;  ///< why certificates cannot be issued now
        std::optional<Instant> waitingSince;
        [[nodiscard]] bool endsSoon() const { return daysLeft < 60; }
    };
    [[nodiscard]] State state() const;
    /// Writes into the log what state() has to warn of.
    void warn() const;

private:
    struct Pause {
        Instant since, until;
        std::chrono::seconds length;
        std::string reason;
    };

    [[nodiscard]] std::optional<std::string> refusal(Instant now) const;
    [[nodiscard]] std::string complete(std::string pdf) const;
    void completeAll(Made& made);
    void authorityFailed(const std::string& reason);
    void authorityAnswered();

    const reports::CertificatePrinter& printer_;
    LayoutOf layoutOf_;
    const Clock& clock_;
    reports::Signer signer_;
    reports::Verifier verifier_;
    std::optional<reports::TimeStamper> stamper_;
    std::optional<reports::Validator> validator_;
    mutable std::mutex mutex_;
    std::optional<Pause> pause_;
};

}  // namespace touchstone::certificates
