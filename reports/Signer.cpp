#include "reports/Signer.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <ctime>

#include "reports/Der.h"
#include "reports/OpenSsl.h"

namespace touchstone::reports {
namespace {

std::string oid(const char* dotted) {
    std::unique_ptr<ASN1_OBJECT, Release<ASN1_OBJECT_free>> object(OBJ_txt2obj(dotted, 1));
    unsigned char* bytes = nullptr;
    const int length = object ? i2d_ASN1_OBJECT(object.get(), &bytes) : -1;
    if (length < 0) throw openSslError("cannot encode object identifier");
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

std::string attribute(const std::string& type, const std::string& content) {
    return der::sequence({type, der::set({content})});
}

std::string issuerAndSerial(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int nameLength = i2d_X509_NAME(X509_get_issuer_name(certificate), &bytes);
    if (nameLength < 0) throw openSslError("cannot encode issuer");
    const std::string name(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(nameLength));
    OPENSSL_free(bytes);
    bytes = nullptr;
    const int serialLength = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &bytes);
    if (serialLength < 0) throw openSslError("cannot encode serial number");
    const std::string serial(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(serialLength));
    OPENSSL_free(bytes);
    return der::sequence({name, serial});
}

bool isSelfSigned(X509* certificate) { return X509_self_signed(certificate, 0) == 1; }

int refusePassphrase(char*, int, int, void*) { return -1; }

}  // namespace

struct Signer::State {
    KeyPtr key;
    KeyContextPtr signing;  ///< made ready once, copied for each signature
    std::vector<X509Ptr> chain;
    std::string dataType, digestAlgorithm, signatureAlgorithm;
    std::string contentTypeAttribute, certificateAttribute, digestType;
    std::string certificates, signerId;
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

    [[nodiscard]] std::string message(const std::string& attributes, std::string_view signatureValue) const {
        using namespace der;
        const std::string signer = sequence({integer(1), signerId, digestAlgorithm, context(0, attributes),
                                             signatureAlgorithm, octets(signatureValue)});
        const std::string data = sequence({integer(1), set({digestAlgorithm}), sequence({dataType}),
                                           context(0, certificates), set({signer})});
        return sequence({oid("1.2.840.113549.1.7.2"), context(0, data)});
    }

    /// SET OF attributes, with and without its tag: the tagged form is what gets signed, RFC 5652 5.4.
    [[nodiscard]] std::string attributes(const std::string& digest) const {
        return der::set({contentTypeAttribute, attribute(digestType, der::octets(digest)), certificateAttribute});
    }
    [[nodiscard]] static std::string contentOf(const std::string& set) {
        const auto first = static_cast<unsigned char>(set[1]);
        return set.substr(first < 0x80 ? 2U : 2U + (first & 0x7FU));
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

    const std::string null("\x05\x00", 2);
    state.dataType = oid("1.2.840.113549.1.7.1");
    state.digestType = oid("1.2.840.113549.1.9.4");
    state.digestAlgorithm = der::sequence({oid("2.16.840.1.101.3.4.2.1")});
    state.signatureAlgorithm = isRsa ? der::sequence({oid("1.2.840.113549.1.1.11"), null})
                                     : der::sequence({oid("1.2.840.10045.4.3.2")});
    state.contentTypeAttribute = attribute(oid("1.2.840.113549.1.9.3"), state.dataType);
    // signing-certificate-v2 (RFC 5035) with its default, SHA-256.
    const std::string hash = der::octets(sha256(encoded(certificate)));
    state.certificateAttribute = attribute(oid("1.2.840.113549.1.9.16.2.47"),
                                           der::sequence({der::sequence({der::sequence({hash})})}));
    state.signerId = issuerAndSerial(certificate);
    // A verifier has its own root: the one in the chain would only be dead weight.
    for (const X509Ptr& each : state.chain)
        if (each == state.chain.front() || !isSelfSigned(each.get())) state.certificates += encoded(each.get());
    const std::string longestValue(static_cast<std::size_t>(EVP_PKEY_get_size(state.key.get())), '\0');
    state.largest = state.message(State::contentOf(state.attributes(std::string(32, '\0'))), longestValue).size();
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::sign(const std::string& digest) const {
    if (digest.size() != 32) throw std::runtime_error("a SHA-256 digest has 32 bytes");
    const std::string attributes = state_->attributes(digest);
    return state_->message(State::contentOf(attributes), state_->signature(sha256(attributes)));
}

std::size_t Signer::largestSignature() const { return state_->largest; }

std::string Signer::subject() const { return commonName(state_->chain.front().get()); }

std::chrono::system_clock::time_point Signer::notAfter() const {
    std::tm utc{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(state_->chain.front().get()), &utc) != 1)
        throw openSslError("cannot read the certificate's end");
    return std::chrono::system_clock::from_time_t(::timegm(&utc));
}

std::string Signer::bareSignature(const std::string& digest) const { return state_->signature(digest); }

}  // namespace touchstone::reports
