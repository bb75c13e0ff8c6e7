#include "reports/Verifier.h"

#include <openssl/err.h>
#include <openssl/ess.h>

#include <ctime>

#include "reports/OpenSsl.h"
#include "reports/SignedMessage.h"
#include "reports/SignedRange.h"

namespace touchstone::reports {
namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, Release<CMS_ContentInfo_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;
using EssPtr = std::unique_ptr<ESS_SIGNING_CERT_V2, Release<ESS_SIGNING_CERT_V2_free>>;

// sk_X509 functions are macros, which Release cannot name.
struct ReleaseCertificates {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), ReleaseCertificates>;
struct ReleaseList {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using SignersPtr = std::unique_ptr<STACK_OF(X509), ReleaseList>;

std::string rangeDigest(std::string_view pdf, const SignedRange& range) {
    return sha256(pdf.substr(0, range.gapBegin), pdf.substr(range.gapEnd, range.end - range.gapEnd));
}

// D:YYYYMMDDHHmmSS, then Z or an offset such as +08'00'.
std::optional<std::time_t> parseDate(const std::string& date) {
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (std::size_t i = at; i < at + length; ++i) {
            if (i >= date.size() || date[i] < '0' || date[i] > '9') return -1;
            value = value * 10 + (date[i] - '0');
        }
        return value;
    };
    std::tm utc{};
    utc.tm_year = number(2, 4) - 1900;
    utc.tm_mon = number(6, 2) - 1;
    utc.tm_mday = number(8, 2);
    utc.tm_hour = number(10, 2);
    utc.tm_min = number(12, 2);
    utc.tm_sec = number(14, 2);
    if (!date.starts_with("D:") || utc.tm_year < 0 || utc.tm_mon < 0 || utc.tm_mon > 11 || utc.tm_mday < 1 ||
        utc.tm_mday > 31 || utc.tm_hour < 0 || utc.tm_hour > 23 || utc.tm_min < 0 || utc.tm_min > 59 ||
        utc.tm_sec < 0 || utc.tm_sec > 60 || date.size() < 17)
        return std::nullopt;
    std::time_t offset = 0;
    if (date[16] == '+' || date[16] == '-') {
        const int hours = number(17, 2), minutes = number(20, 2);
        if (hours < 0 || minutes < 0) return std::nullopt;
        offset = (date[16] == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
    } else if (date[16] != 'Z') {
        return std::nullopt;
    }
    return ::timegm(&utc) - offset;
}

std::string rfc3339(std::time_t time) {
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

std::string_view view(const ASN1_OCTET_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

CmsPtr parseCms(const std::string& bytes) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(bytes.size())));
    if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed || CMS_is_detached(cms.get()) != 1)
        return nullptr;
    return cms;
}

// Whether these are the bytes that Signer would have written: no second spelling, nothing that is not signed.
bool isCanonical(const std::string& bytes, STACK_OF(X509) * certificates, CMS_SignerInfo* signer, X509* certificate) {
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (key == nullptr) return false;
    SignedMessage message;
    for (int i = 0; i < sk_X509_num(certificates); ++i) message.certificates += encoded(sk_X509_value(certificates, i));
    message.signerId = issuerAndSerial(certificate);
    for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
        unsigned char* attribute = nullptr;
        const int length = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, i), &attribute);
        if (length < 0) throw openSslError("cannot encode attribute");
        message.attributes.emplace_back(reinterpret_cast<const char*>(attribute), static_cast<std::size_t>(length));
        OPENSSL_free(attribute);
    }
    message.isRsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
    message.signature = view(CMS_SignerInfo_get0_signature(signer));
    return message.encode() == bytes;
}

// The signed attribute must name the certificate that the signature was checked with (CAdES, signing-certificate-v2).
bool namesCertificate(CMS_SignerInfo* signer, const X509* certificate) {
    auto* content = static_cast<ASN1_STRING*>(
        CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE));
    if (content == nullptr) return false;
    const unsigned char* at = ASN1_STRING_get0_data(content);
    const EssPtr named(d2i_ESS_SIGNING_CERT_V2(nullptr, &at, ASN1_STRING_length(content)));
    const CertificatesPtr chain(sk_X509_new_null());
    if (!named || !chain || X509_up_ref(const_cast<X509*>(certificate)) != 1) return false;
    if (sk_X509_push(chain.get(), const_cast<X509*>(certificate)) == 0) {
        X509_free(const_cast<X509*>(certificate));
        return false;
    }
    return OSSL_ESS_check_signing_certs(nullptr, named.get(), chain.get(), 1) == 1;
}

std::string untrustedBecause(X509* certificate, STACK_OF(X509) * others, const std::string& rootsPem, std::time_t at) {
    const StorePtr store(X509_STORE_new());
    const StoreContextPtr context(X509_STORE_CTX_new());
    if (!store || !context) throw std::bad_alloc();
    for (const X509Ptr& root : readCertificates(rootsPem))
        if (X509_STORE_add_cert(store.get(), root.get()) != 1) throw openSslError("cannot use root certificate");
    if (X509_STORE_CTX_init(context.get(), store.get(), certificate, others) != 1)
        throw openSslError("cannot check the chain");
    X509_STORE_CTX_set_time(context.get(), 0, at);
    if (X509_verify_cert(context.get()) == 1) return {};
    return std::string("the signer is not trusted: ") +
           X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

// Fills in what can be said; returns the first thing that is wrong, empty when all holds.
std::string examine(const std::string& pdf, const SignedRange& range, const std::string& rootsPem, Verification& said) {
    const CmsPtr cms = parseCms(range.signature);
    if (!cms) return "the signature is not well-formed";
    const CertificatesPtr certificates(CMS_get1_certs(cms.get()));
    STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
    if (sk_CMS_SignerInfo_num(signers) != 1 || CMS_set1_signers_certs(cms.get(), nullptr, 0) != 1)
        return "the signature does not have exactly one signer";
    CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
    const SignersPtr signing(CMS_get0_signers(cms.get()));
    X509* certificate = signing ? sk_X509_value(signing.get(), 0) : nullptr;
    if (certificate == nullptr) return "the signer's certificate is missing";
    said.signerName = commonName(certificate);
    const auto signedAt = parseDate(range.date);
    if (signedAt) said.signedAt = rfc3339(*signedAt);

    const auto* digest = static_cast<const ASN1_OCTET_STRING*>(
        CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING));
    if (digest == nullptr || !isCanonical(range.signature, certificates.get(), signer, certificate))
        return "the signature is not of the kind that is made here";
    if (view(digest) != rangeDigest(pdf, range)) return "the file was changed after it was signed: the digest differs";
    const auto* type = static_cast<const ASN1_OBJECT*>(
        CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT));
    if (type == nullptr || OBJ_obj2nid(type) != NID_pkcs7_data || CMS_SignerInfo_verify(signer) != 1)
        return "the signature value is wrong";
    if (!namesCertificate(signer, certificate)) return "the signature does not name its certificate";
    said.intact = true;

    if (!signedAt) return "the signature says no time";
    const std::string untrusted = untrustedBecause(certificate, certificates.get(), rootsPem, *signedAt);
    said.trusted = untrusted.empty();
    return untrusted;
}

}  // namespace

Verification verify(const std::string& pdf, const std::string& rootsPem) {
    Verification said;
    try {
        const auto found = findSignedRange(pdf);
        const auto* range = std::get_if<SignedRange>(&found);
        if (range == nullptr) {
            const std::string& reason = std::get<std::string>(found);
            said.hasSignature = !reason.empty();
            said.problem = reason.empty() ? "there is no signature" : reason;
            return said;
        }
        said.hasSignature = true;
        said.coversWholeFile = range->end == pdf.size();
        said.problem = examine(pdf, *range, rootsPem, said);
        if (!said.coversWholeFile) said.problem = "something was appended after the file was signed";
    } catch (const std::exception& error) {
        said.intact = said.trusted = false;
        said.problem = error.what();
    }
    ERR_clear_error();
    return said;
}

}  // namespace touchstone::reports
