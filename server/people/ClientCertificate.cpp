#include "server/people/ClientCertificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <vector>

#include "server/core/Bytes.h"
#include "server/core/Error.h"

namespace touchstone::people {
namespace {

template <auto function>
struct Release {
    template <class T>
    void operator()(T* value) const {
        function(value);
    }
};
using BioPtr = std::unique_ptr<BIO, Release<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;
struct ReleaseList {
    void operator()(STACK_OF(X509) * list) const { sk_X509_free(list); }
};

constexpr std::size_t kMostName = 500;

std::vector<X509Ptr> certificatesOf(std::string_view pem) {
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<X509Ptr> out;
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) out.emplace_back(next);
    ERR_clear_error();  // the end of the text is one
    return out;
}

std::optional<std::string> nameText(const X509_NAME* name) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0) return std::nullopt;
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &bytes);
    std::string out(bytes, static_cast<std::size_t>(length));
    if (!isUtf8(out)) return std::nullopt;
    if (out.size() > kMostName) {
        std::size_t end = kMostName;
        while ((static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
        out.resize(end);
    }
    return out;
}

std::optional<Instant> instantOf(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return Instant(std::chrono::seconds(timegm(&parts)));
}

}  // namespace

std::optional<CertificateText> readCertificate(std::string_view pem) {
    const auto all = certificatesOf(pem);
    if (all.empty()) return std::nullopt;
    X509* certificate = all.front().get();
    const auto subject = nameText(X509_get_subject_name(certificate));
    const auto issuer = nameText(X509_get_issuer_name(certificate));
    const auto from = instantOf(X509_get0_notBefore(certificate));
    const auto until = instantOf(X509_get0_notAfter(certificate));
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    if (!subject || !issuer || !from || !until ||
        X509_digest(certificate, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &length) != 1) {
        return std::nullopt;
    }
    digest.resize(length);
    return CertificateText{digest, *subject, *issuer, *from, *until, X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1};
}

bool isChained(std::string_view pem, std::string_view rootsPem) {
    const auto all = certificatesOf(pem);
    const auto roots = certificatesOf(rootsPem);
    if (roots.empty()) throw Error(ErrorCode::BadConfiguration, {"http.client_roots", "no certificate in PEM"});
    if (all.empty()) return false;
    const StorePtr store(X509_STORE_new());
    const ContextPtr context(X509_STORE_CTX_new());
    const std::unique_ptr<STACK_OF(X509), ReleaseList> others(sk_X509_new_null());
    if (!store || !context || !others) throw std::bad_alloc();
    for (const X509Ptr& root : roots) {
        if (X509_STORE_add_cert(store.get(), root.get()) != 1) throw std::bad_alloc();
    }
    for (const X509Ptr& each : all) {
        if (sk_X509_push(others.get(), each.get()) == 0) throw std::bad_alloc();
    }
    if (X509_STORE_CTX_init(context.get(), store.get(), all.front().get(), others.get()) != 1) throw std::bad_alloc();
    X509_STORE_CTX_set_default(context.get(), "ssl_client");
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace touchstone::people
