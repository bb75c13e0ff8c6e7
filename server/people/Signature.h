#pragma once
#include <optional>
#include <string>

#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Json.h"

namespace touchstone::people {

/// What a person signs (21 CFR 11.50, 11.70): the meaning, the reason, and the hash of the content.
struct SignatureRequest {
    std::string meaning;
    std::string reason;
    Sha256 content;
};

/// An electronic signature as it is shown (21 CFR 11.50): who, when, with what meaning, and whether what was signed is
/// still what is there (11.70).
struct Signature {
    std::string login, person;
    Instant at;
    std::string meaning, reason;
    std::string contentSha256;  ///< hex
    bool valid = false;         ///< the record has the content that was signed; see judged()
};

/// The signature with its validity: content is the record as it is now, written as it was for signing.
[[nodiscard]] std::optional<Signature> judged(std::optional<Signature> signature, const std::string& content);

/// Member `name` as openapi.yaml says Signature, or null.
void write(json::Writer& out, std::string_view name, const std::optional<Signature>& signature);

}  // namespace touchstone::people
