#include "reports/MessageCheck.h"

#include <openssl/err.h>
#include <openssl/ess.h>

#include <algorithm>

#include "reports/Der.h"

namespace touchstone::reports {
namespace {

using EssPtr = std::unique_ptr<ESS_SIGNING_CERT, Release<ESS_SIGNING_CERT_free>>;
using EssV2Ptr = std::unique_ptr<ESS_SIGNING_CERT_V2, Release<ESS_SIGNING_CERT_V2_free>>;

bool isNamed(const SignedMessage& message, const X509* certificate) {
    if (static_cast<unsigned char>(message.signerId[0]) != 0x80)
        return issuerAndSerial(certificate) == message.signerId;
    const ASN1_OCTET_STRING* identifier = X509_get0_subject_key_id(const_cast<X509*>(certificate));
    return identifier != nullptr &&
           der::value(0x80, {reinterpret_cast<const char*>(ASN1_STRING_get0_data(identifier)),
                             static_cast<std::size_t>(ASN1_STRING_length(identifier))}) == message.signerId;
}

template <typename Owner, typename Decode>
Owner readNames(Decode decode, const std::optional<std::string>& value) {
    if (!value) return nullptr;
    const auto* at = reinterpret_cast<const unsigned char*>(value->data());
    return Owner(decode(nullptr, &at, static_cast<long>(value->size())));
}

}  // namespace

std::vector<X509Ptr> certificatesOf(const SignedMessage& message) {
    std::vector<X509Ptr> out;
    for (const std::string& each : message.certificates) out.push_back(readCertificate(each));
    const auto signer =
        std::find_if(out.begin(), out.end(), [&](const X509Ptr& each) { return isNamed(message, each.get()); });
    if (signer == out.end()) throw std::runtime_error("the signer's certificate is missing");
    std::rotate(out.begin(), signer, signer + 1);
    return out;
}

void spellAlgorithms(SignedMessage& message, const X509* signer) {
    const auto kind = kindOf(X509_get0_pubkey(signer));
    const auto digest = digestOf(message.digestAlgorithm);
    if (!kind || !digest || (*kind == KeyKind::sm2) != (*digest == Digest::sm3))
        throw std::runtime_error("the signature is of an unknown kind");
    message.digestAlgorithm = digestAlgorithm(*digest);
    message.signatureAlgorithm = signatureAlgorithm(*kind, *digest);
    const auto protection = message.attribute(names().algorithmProtection);
    if (!protection) return;
    der::Reader in(*protection);
    der::Reader said = in.inside(0x30);
    message.digestAlgorithm = said.take(0x30).whole;
    message.signatureAlgorithm = der::value(0x30, said.take(0xA1).content);
    if (digestOf(message.digestAlgorithm) != digest) throw std::runtime_error("the signature contradicts itself");
}

std::string problemOf(const SignedMessage& message, std::string_view bytes, X509* signer,
                      const std::string& contentDigest) {
    SignedMessage canonical = message;
    spellAlgorithms(canonical, signer);
    if (canonical.encode() != bytes) return "the signature is not of the kind that is made here";
    if (message.attribute(names().messageDigest) != der::octets(contentDigest))
        return "the content was changed after it was signed: the digest differs";
    if (message.attribute(names().contentType) != message.contentType ||
        !verifies(X509_get0_pubkey(signer), *digestOf(message.digestAlgorithm), message.signedBytes(),
                  message.signature))
        return "the signature value is wrong";
    return {};
}

bool namesCertificates(const SignedMessage& message, const std::vector<X509Ptr>& chain) {
    const EssPtr first = readNames<EssPtr>(d2i_ESS_SIGNING_CERT, message.attribute(names().signingCertificate));
    const EssV2Ptr second =
        readNames<EssV2Ptr>(d2i_ESS_SIGNING_CERT_V2, message.attribute(names().signingCertificateV2));
    const StackPtr stack = stackOf(chain);
    const bool named =
        (first || second) && OSSL_ESS_check_signing_certs(first.get(), second.get(), stack.get(), 1) == 1;
    ERR_clear_error();
    return named;
}

}  // namespace touchstone::reports
