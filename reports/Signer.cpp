#include "reports/Signer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <ctime>

#include "reports/Algorithms.h"
#include "reports/Der.h"
#include "reports/SignedMessage.h"
#include "reports/Token.h"

namespace touchstone::reports {
namespace {

bool isSelfSigned(X509* certificate) {
    return X509_self_signed(certificate, 0) == 1;
}

int refusePassphrase(char*, int, int, void*) {
    return -1;
}

KeyPtr readKey(const std::string& pem) {
    KeyPtr key(PEM_read_bio_PrivateKey(readOnly(pem).get(), nullptr, refusePassphrase, nullptr));
    if (!key) throw openSslError("cannot read the signing key");
    return key;
}

std::vector<X509Ptr> readChain(const std::string& pem) {
    std::vector<X509Ptr> chain = readCertificates(pem);
    if (chain.empty()) throw std::runtime_error("there is no certificate for the signing key");
    for (std::size_t i = 1; i < chain.size(); ++i)
        if (X509_check_issued(chain[i].get(), chain[i - 1].get()) != X509_V_OK)
            throw std::runtime_error("certificate " + std::to_string(i) + " of the chain was not issued by the next");
    return chain;
}

// A key in a device cannot be compared but by its public half.
bool belongTogether(const X509* certificate, const EVP_PKEY* key) {
    return encodedBy(i2d_PUBKEY, X509_get0_pubkey(certificate)) == encodedBy(i2d_PUBKEY, key);
}

}  // namespace

struct Signer::State {
    State(KeyPtr key, const std::string& chainPem, std::unique_ptr<Token> token = nullptr);

    [[nodiscard]] std::string signature(std::string_view data) const {
        return kind == KeyKind::sm2 ? signSm2(key.get(), data) : signatureOfDigest(hash(usualDigest(kind), data));
    }

    [[nodiscard]] std::string signatureOfDigest(std::string_view digest) const {
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
        return {contentTypeAttribute, makeAttribute(names().messageDigest, der::octets(digest)), certificateAttribute};
    }

    void prepare();
    [[nodiscard]] std::string nameCertificate() const;

    std::unique_ptr<Token> token;  ///< of the key, when it lies in a device
    KeyPtr key;
    KeyKind kind;
    KeyContextPtr signing;  ///< made ready once, copied for each signature; none for SM2
    std::vector<X509Ptr> chain;
    SignedMessage message;  ///< without what differs from one signature to the next
    std::string contentTypeAttribute, certificateAttribute;
    std::size_t largest = 0;
};

Signer::State::State(KeyPtr given, const std::string& chainPem, std::unique_ptr<Token> device)
    : token(std::move(device)), key(std::move(given)), chain(readChain(chainPem)) {
    if (!belongTogether(chain.front().get(), key.get()))
        throw std::runtime_error("the first certificate is not that of the signing key");
    const auto found = kindOf(X509_get0_pubkey(chain.front().get()));
    if (!found) throw std::runtime_error("the signing key is neither an elliptic curve nor an RSA key");
    kind = *found;
    if (kind != KeyKind::sm2) prepare();

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
    longest.signature.resize(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())));
    largest = longest.encode().size();
}

void Signer::State::prepare() {
    signing.reset(EVP_PKEY_CTX_new(key.get(), nullptr));
    if (!signing || EVP_PKEY_sign_init(signing.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(signing.get(), EVP_sha256()) != 1 ||
        (kind == KeyKind::rsa && EVP_PKEY_CTX_set_rsa_padding(signing.get(), RSA_PKCS1_PADDING) != 1))
        throw openSslError("cannot use the signing key");
}

// signing-certificate-v2 (RFC 5035); its default, SHA-256, is not spelled.
std::string Signer::State::nameCertificate() const {
    const Digest digest = usualDigest(kind);
    const std::string algorithm = digest == Digest::sha256 ? std::string() : digestAlgorithm(digest);
    const std::string id = der::sequence({algorithm, der::octets(hash(digest, encoded(chain.front().get())))});
    return makeAttribute(names().signingCertificateV2, der::sequence({der::sequence({id})}));
}

Signer::Signer(const std::string& keyPem, const std::string& chainPem)
    : state_(std::make_unique<State>(readKey(keyPem), chainPem)) {
}

Signer::Signer(const TokenKey& key, const std::string& chainPem) {
    auto token = std::make_unique<Token>(key);
    KeyPtr inside = token->privateKey();
    state_ = std::make_unique<State>(std::move(inside), chainPem, std::move(token));
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::digest(std::string_view bytes, std::string_view more) const {
    return hash(usualDigest(state_->kind), bytes, more);
}

std::string Signer::sign(const std::string& digest) const {
    if (digest.size() != 32) throw std::runtime_error("the digest that is signed has 32 bytes");
    SignedMessage message = state_->message;
    message.attributes = state_->attributes(digest);
    message.signature = state_->signature(message.signedBytes());
    return message.encode();
}

void Signer::reserve(std::size_t bytes) {
    state_->largest += bytes;
}

std::size_t Signer::largestSignature() const {
    return state_->largest;
}

Profile Signer::profile() const {
    return state_->kind == KeyKind::sm2 ? Profile::sm2 : Profile::international;
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
    return state_->kind == KeyKind::sm2 ? signSm2(state_->key.get(), digest) : state_->signatureOfDigest(digest);
}

bool Signer::bareVerifies(const std::string& digest, const std::string& signature) const {
    EVP_PKEY* key = X509_get0_pubkey(state_->chain.front().get());
    if (state_->kind == KeyKind::sm2) return verifies(key, Digest::sm3, digest, signature);
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
