#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "reports/Revocation.h"

namespace touchstone::reports {

/// PAdES baseline levels (ETSI EN 319 142-1, 6): signed; with the time proven by an authority; with all that is needed
/// to validate it when the authorities are gone.
enum class Level : std::uint8_t { none, b, t, lt };
[[nodiscard]] std::string_view name(Level level);  ///< "", "B-B", "B-T", "B-LT"

/// Who says when it was signed.
enum class TimeSource : std::uint8_t { none, claimed, timeStamp };
[[nodiscard]] std::string_view name(TimeSource source);  ///< "none", "claimed", "time_stamp"

[[nodiscard]] std::string_view name(Revocation state);  ///< "unknown", "good", "revoked"

/// What can be said of a signed PDF alone, four questions apart: is it as it was signed (integrity), by whom
/// (identity), when (time), and whether the certificates stood then (status). What became of the document itself
/// (superseded, withdrawn) only the server knows.
struct Verification {
    bool hasSignature = false;
    bool coversWholeFile = false;  ///< /ByteRange spans all but /Contents; what follows is validation data and no more
    bool intact = false;           ///< message digest and signature value hold
    bool trusted = false;          ///< the chain ends in one of the given roots, was valid at signing and not revoked
    std::string signerName;        ///< common name
    std::string signedAt;          ///< RFC 3339: of the time stamp, else /M, which is a claim of the signer
    TimeSource timeSource = TimeSource::none;
    std::string timeStampAuthority;               ///< common name, empty without a trusted time stamp
    Level level = Level::none;                    ///< none unless all holds
    Revocation revocation = Revocation::unknown;  ///< of signer and time stamping authority, by what the file carries
    std::string problem;                          ///< first thing that is wrong, English; empty when all holds

    [[nodiscard]] bool holds() const { return hasSignature && coversWholeFile && intact && trusted && problem.empty(); }
};

/// Checks signed files against roots that were read once. Safe to use from many threads.
/// Knows signatures as Signer, TimeStamper and Validator make them, one in a file; any other kind is not intact to it.
/// Files are taken to be hostile: verify() never throws, never reads outside the bytes.
class Verifier {
public:
    /// PEM; without roots for time stamps no time stamp is believed. Throws std::runtime_error when it is not PEM.
    explicit Verifier(const std::string& rootsPem, const std::string& timeStampRootsPem = {});
    ~Verifier();
    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;

    [[nodiscard]] Verification verify(const std::string& pdf) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The same for one file; roots that cannot be read are a problem of the file.
[[nodiscard]] Verification verify(const std::string& pdf, const std::string& rootsPem,
                                  const std::string& timeStampRootsPem = {});

}  // namespace touchstone::reports
