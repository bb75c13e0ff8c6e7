#include "server/people/Signature.h"

namespace touchstone::people {

std::optional<Signature> judged(std::optional<Signature> signature, const std::string& content) {
    if (signature) signature->valid = signature->contentSha256 == toHex(sha256(content));
    return signature;
}

void write(json::Writer& out, std::string_view name, const std::optional<Signature>& signature) {
    out.key(name);
    if (!signature) {
        out.null();
        return;
    }
    out.beginObject()
        .field("login", signature->login)
        .field("person", signature->person)
        .field("at", toRfc3339(signature->at))
        .field("meaning", signature->meaning)
        .field("reason", signature->reason)
        .field("content_sha256", signature->contentSha256)
        .field("valid", signature->valid)
        .endObject();
}

}  // namespace touchstone::people
