#include "reports/Signer.h"

#include <openssl/err.h>

#include <ctime>

#include "reports/Algorithms.h"
#include "reports/Der.h"
#include "reports/SignedMessage.h"
#include "reports/SigningKey.h"

namespace touchstone::reports {
namespace {

bool isSelfSigned(X509* certificate) {
    return X509_self_signed(certificate, 0) == 1;
}

std::vector<X509Ptr> readChain(const std::string& pem) {
    std::vector<X509Ptr> chain = readCertificates(pem);
    if (chain.empty()) throw std::runtime_error("there is no certificate for the signing key");
    for (std::size_t i = 1; i < chain.size(); ++i)
        if (X509_check_issued(chain[i].get(), chain[i - 1].get()) != X509_V_OK)
            throw std::runtime_error("certificate " + std::to_string(i) + " of the chain was not issued by the next");
    return chain;
}

}  // namespace

struct Signer::State {
    template <typename Source>  // of the key
    State(Source&& source, const std::string& chainPem)
        : key(std::forward<Source>(source)), chain(readChain(chainPem)) {
        prepare();
    }

    [[nodiscard]] std::vector<std::string> attributes(const std::string& digest) const {
        return {contentTypeAttribute, makeAttribute(names().messageDigest, der::octets(digest)), certificateAttribute};
    }

    void prepare();
    [[nodiscard]] std::string nameCertificate() const;

    SigningKey key;
    std::vector<X509Ptr> chain;
    SignedMessage message;  ///< without what differs from one signature to the next
    std::string contentTypeAttribute, certificateAttribute;
    std::size_t largest = 0;
};

void Signer::State::prepare() {
    if (!key.isOf(chain.front().get()))
        throw std::runtime_error("the first certificate is not that of the signing key");
    const KeyKind kind = key.kind();
    contentTypeAttribute = makeAttribute(names().contentType, names().data);
    certificateAttribute = nameCertificate();
    message.contentType = names().data;
    message.signerId = issuerAndSerial(chain.front().get());
    message.digestAlgorithm = digestAlgorithm(usualDigest(kind));
    message.signatureAlgorithm = signatureAlgorithm(kind, usualDigest(kind));
    // A verifier has its own root: the one in the chain would only be dead weight.
    for (const X509Ptr& each : chain)
        if (each == chain.front() || !isSelfSigned(each.get())) message.certificates.push_back(encoded(each.get()));
    SignedMessage longest = message;
    longest.attributes = attributes(std::string(32, '\0'));
    longest.signature.resize(key.largestSignature());
    largest = longest.encode().size();
}

// signing-certificate-v2 (RFC 5035); its default, SHA-256, is not spelled.
std::string Signer::State::nameCertificate() const {
    const Digest digest = usualDigest(key.kind());
    const std::string algorithm = digest == Digest::sha256 ? std::string() : digestAlgorithm(digest);
    const std::string id = der::sequence({algorithm, der::octets(hash(digest, encoded(chain.front().get())))});
    return makeAttribute(names().signingCertificateV2, der::sequence({der::sequence({id})}));
}

Signer::Signer(const std::string& keyPem, const std::string& chainPem)
    : state_(std::make_unique<State>(keyPem, chainPem)) {
}

Signer::Signer(const TokenKey& key, const std::string& chainPem) : state_(std::make_unique<State>(key, chainPem)) {
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::digest(std::string_view bytes, std::string_view more) const {
    return hash(usualDigest(state_->key.kind()), bytes, more);
}

std::string Signer::sign(const std::string& digest) const {
    if (digest.size() != 32) throw std::runtime_error("the digest that is signed has 32 bytes");
    SignedMessage message = state_->message;
    message.attributes = state_->attributes(digest);
    message.signature = state_->key.sign(message.signedBytes());
    return message.encode();
}

void Signer::reserve(std::size_t bytes) {
    state_->largest += bytes;
}

std::size_t Signer::largestSignature() const {
    return state_->largest;
}

Profile Signer::profile() const {
    return state_->key.kind() == KeyKind::sm2 ? Profile::sm2 : Profile::international;
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
    return state_->key.signDigest(digest);
}

bool Signer::bareVerifies(const std::string& digest, const std::string& signature) const {
    EVP_PKEY* key = X509_get0_pubkey(state_->chain.front().get());
    if (state_->key.kind() == KeyKind::sm2) return verifies(key, Digest::sm3, digest, signature);
    const KeyContextPtr context(EVP_PKEY_CTX_new(key, nullptr));
    const auto raw = [](const std::string& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
    const bool holds =
        context && EVP_PKEY_verify_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
        EVP_PKEY_verify(context.get(), raw(signature), signature.size(), raw(digest), digest.size()) == 1;
    ERR_clear_error();
    return holds;
}

std::string Signer::certificate() const {
    return encoded(state_->chain.front().get());
}

}  // namespace touchstone::reports
