#include "reports/Signer.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <ctime>

#include "reports/Der.h"
#include "reports/OpenSsl.h"
#include "reports/SignedMessage.h"

namespace touchstone::reports {
namespace {

std::string attribute(const std::string& type, const std::string& content) {
    return der::sequence({type, der::set({content})});
}

bool isSelfSigned(X509* certificate) {
    return X509_self_signed(certificate, 0) == 1;
}

int refusePassphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

struct Signer::State {
    KeyPtr key;
    KeyContextPtr signing;  ///< made ready once, copied for each signature
    std::vector<X509Ptr> chain;
    SignedMessage message;  ///< without what differs from one signature to the next
    std::string contentTypeAttribute, certificateAttribute;
    std::size_t largest = 0;

    [[nodiscard]] std::string signature(std::string_view digest) const {
        const KeyContextPtr context(EVP_PKEY_CTX_dup(signing.get()));
        std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
        std::size_t length = out.size();
        if (!context || EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                                      reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) != 1)
            throw openSslError("cannot sign");
        out.resize(length);
        return out;
    }

    [[nodiscard]] std::vector<std::string> attributes(const std::string& digest) const {
        return {contentTypeAttribute, attribute(der::oid("1.2.840.113549.1.9.4"), der::octets(digest)),
                certificateAttribute};
    }
};

Signer::Signer(const std::string& keyPem, const std::string& chainPem) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.key.reset(PEM_read_bio_PrivateKey(readOnly(keyPem).get(), nullptr, refusePassphrase, nullptr));
    if (!state.key) throw openSslError("cannot read the signing key");
    state.chain = readCertificates(chainPem);
    if (state.chain.empty()) throw std::runtime_error("there is no certificate for the signing key");
    X509* certificate = state.chain.front().get();
    if (X509_check_private_key(certificate, state.key.get()) != 1)
        throw openSslError("the first certificate is not that of the signing key");

    const bool isRsa = EVP_PKEY_get_base_id(state.key.get()) == EVP_PKEY_RSA;
    if (!isRsa && EVP_PKEY_get_base_id(state.key.get()) != EVP_PKEY_EC)
        throw std::runtime_error("the signing key is neither an elliptic curve nor an RSA key");
    state.signing.reset(EVP_PKEY_CTX_new(state.key.get(), nullptr));
    if (!state.signing || EVP_PKEY_sign_init(state.signing.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(state.signing.get(), EVP_sha256()) != 1 ||
        (isRsa && EVP_PKEY_CTX_set_rsa_padding(state.signing.get(), RSA_PKCS1_PADDING) != 1))
        throw openSslError("cannot use the signing key");

    state.contentTypeAttribute = attribute(der::oid("1.2.840.113549.1.9.3"), der::oid("1.2.840.113549.1.7.1"));
    // signing-certificate-v2 (RFC 5035) with its default, SHA-256.
    const std::string hash = der::octets(sha256(encoded(certificate)));
    state.certificateAttribute =
        attribute(der::oid("1.2.840.113549.1.9.16.2.47"), der::sequence({der::sequence({der::sequence({hash})})}));
    state.message.isRsa = isRsa;
    state.message.signerId = issuerAndSerial(certificate);
    // A verifier has its own root: the one in the chain would only be dead weight.
    for (const X509Ptr& each : state.chain)
        if (each == state.chain.front() || !isSelfSigned(each.get())) state.message.certificates += encoded(each.get());
    SignedMessage longest = state.message;
    longest.attributes = state.attributes(std::string(32, '\0'));
    longest.signature.resize(static_cast<std::size_t>(EVP_PKEY_get_size(state.key.get())));
    state.largest = longest.encode().size();
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::sign(const std::string& digest) const {
    if (digest.size() != 32) throw std::runtime_error("a SHA-256 digest has 32 bytes");
    SignedMessage message = state_->message;
    message.attributes = state_->attributes(digest);
    message.signature = state_->signature(sha256(der::set(message.attributes)));
    return message.encode();
}

std::size_t Signer::largestSignature() const {
    return state_->largest;
}

std::string Signer::subject() const {
    return commonName(state_->chain.front().get());
}

std::chrono::system_clock::time_point Signer::notAfter() const {
    std::tm utc{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(state_->chain.front().get()), &utc) != 1)
        throw openSslError("cannot read the certificate's end");
    return std::chrono::system_clock::from_time_t(::timegm(&utc));
}

std::string Signer::bareSignature(const std::string& digest) const {
    return state_->signature(digest);
}

std::string Signer::certificate() const {
    return encoded(state_->chain.front().get());
}

}  // namespace touchstone::reports
