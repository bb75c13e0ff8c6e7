#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "reports/OpenSsl.h"
#include "reports/Signer.h"

namespace touchstone::reports {
namespace {

std::string drain(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

void setName(X509_NAME* name, const std::string& organisation, const std::string& common) {
    const auto add = [&](const char* field, const std::string& value) {
        if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) != 1)
            throw openSslError("cannot put \"" + value + "\" into a certificate");
    };
    add("C", "CN");
    add("O", organisation);
    add("CN", common);
}

void addExtension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
        throw openSslError("cannot extend certificate");
}

void setSerial(X509* certificate) {
    unsigned char random[16];
    if (RAND_bytes(random, sizeof random) != 1) throw openSslError("no random numbers");
    random[0] = static_cast<unsigned char>((random[0] & 0x7F) | 0x40);  // positive, always of one length
    std::unique_ptr<BIGNUM, Release<BN_free>> number(BN_bin2bn(random, sizeof random, nullptr));
    if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
        throw openSslError("cannot number certificate");
}

struct Identity {
    KeyPtr key;
    X509Ptr certificate;
};

// The root signs itself: it has no issuer.
Identity makeIdentity(const std::string& organisation, const std::string& common, int days, const Identity* issuer) {
    Identity made{KeyPtr(EVP_EC_gen("P-256")), X509Ptr(X509_new())};
    if (!made.key || !made.certificate) throw openSslError("cannot make key");
    X509* certificate = made.certificate.get();
    X509* above = issuer == nullptr ? certificate : issuer->certificate.get();
    constexpr long anHour = 3600, aDay = 24 * anHour;
    X509_set_version(certificate, X509_VERSION_3);
    setSerial(certificate);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -anHour);  // clocks of verifiers may be slow
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * aDay);
    setName(X509_get_subject_name(certificate), organisation, common);
    X509_set_issuer_name(certificate, X509_get_subject_name(above));
    X509_set_pubkey(certificate, made.key.get());
    addExtension(certificate, above, NID_basic_constraints,
                 issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
    addExtension(certificate, above, NID_key_usage,
                 issuer == nullptr ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,nonRepudiation");
    addExtension(certificate, above, NID_subject_key_identifier, "hash");
    addExtension(certificate, above, NID_authority_key_identifier, "keyid:always");
    if (X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()) == 0)
        throw openSslError("cannot sign certificate");
    return made;
}

std::string pem(X509* certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) throw openSslError("cannot write certificate");
    return drain(bio.get());
}

std::string pem(EVP_PKEY* key) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        throw openSslError("cannot write key");
    return drain(bio.get());
}

}  // namespace

DemonstrationAuthority DemonstrationAuthority::make(const std::string& organisation, int days) {
    const std::string owner = organisation + " (测试 TEST)";
    const Identity root = makeIdentity(owner, "测试根证书 TEST Root CA", days, nullptr);
    const Identity signer = makeIdentity(owner, "测试检验报告签章 TEST Certificate Seal", days, &root);
    DemonstrationAuthority made;
    made.caPem = pem(root.certificate.get());
    made.keyPem = pem(signer.key.get());
    made.chainPem = pem(signer.certificate.get()) + made.caPem;
    return made;
}

}  // namespace touchstone::reports
