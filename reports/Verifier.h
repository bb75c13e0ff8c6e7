#pragma once
#include <optional>
#include <string>

namespace touchstone::reports {

/// What can be said of a signed PDF alone. The four questions are answered apart: integrity and identity here; time and
/// status (superseded, withdrawn) need the server.
struct Verification {
    bool hasSignature = false;
    bool coversWholeFile = false;  ///< /ByteRange spans all but /Contents, nothing was appended
    bool intact = false;           ///< message digest and signature value hold
    bool trusted = false;          ///< the chain ends in one of the given roots and was valid at signing
    std::string signerName;        ///< common name
    std::string signedAt;          ///< /M, RFC 3339; a claim of the signer
    std::string problem;           ///< first thing that is wrong, English; empty when all holds
};

/// Knows signatures as Signer makes them, one in a file; any other kind is not intact to it.
/// Hostile input is expected: never throws, never reads outside the bytes.
[[nodiscard]] Verification verify(const std::string& pdf, const std::string& rootsPem);

}  // namespace touchstone::reports
